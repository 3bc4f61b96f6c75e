//! The one box: "What did you watch?"

use std::collections::HashMap;

use maud::{Markup, html};

use crate::catalog::{Added, Hit, Known, MovieId};
use crate::config::SourceName;
use crate::paths;
use crate::posters::{Place, Poster, poster};

/// The element that holds the box, or the form in its place.
pub const LOG: &str = "log";

/// The box on the feed. With JavaScript it suggests while one types, and what is chosen
/// takes its place; without, it is a search. `focus` puts the cursor in it.
pub fn log_box(focus: bool) -> Markup {
    html! {
        section.log id=(LOG) aria-labelledby="log-title" {
            form.ask action=(paths::NewReview) method="get" data-combobox {
                label #log-title for="q" { "What did you watch?" }
                div.row {
                    input #q name="q" type="search" value="" placeholder="A film’s title, or a link" autofocus[focus]
                        autocomplete="off" maxlength="300" required role="combobox" aria-autocomplete="list"
                        aria-expanded="false" aria-controls="suggestions" enterkeyhint="search"
                        hx-get=(paths::SuggestMovies) hx-trigger="input changed delay:150ms" hx-sync="this:replace"
                        hx-target="#suggestions" hx-swap="innerHTML";
                    button.primary { "Log" }
                }
                ul #suggestions.suggestions role="listbox" aria-label="Movies" hidden {}
            }
        }
    }
}

/// What the box suggests: choosing one opens the form in the place of the box. The
/// last one is always to go on by hand. Where the catalog can be asked, its answers come
/// in before that, when they come.
pub fn suggestions(
    typed: &str,
    movies: &[Known],
    posters: &HashMap<MovieId, Poster>,
    asks_catalog: bool,
) -> Markup {
    let typed = typed.trim();
    let shown = |movie: &Known| {
        let shown = posters.get(&movie.id).unwrap_or(&Poster::Missing);
        html! { (poster(movie.id, &movie.title, shown, Place::Line)) span { (name(movie)) } }
    };
    html! {
        @for (index, movie) in movies.iter().enumerate() {
            (option(&format!("suggestion-{index}"), &choice(movie.id), &shown(movie)))
        }
        @if !typed.is_empty() {
            @if asks_catalog {
                li.asking role="presentation" hx-get=(paths::with(paths::FindMovies, paths::Find { q: typed.to_owned(), ..paths::Find::default() }))
                    hx-trigger="load delay:250ms" hx-target="this" hx-swap="outerHTML" { "Asking the catalog…" }
            }
            li.by-hand id="suggestion-by-hand" role="option" aria-selected="false" data-typed=(typed)
                hx-get=(paths::by_hand(typed)) hx-target={ "#" (LOG) } hx-swap="outerHTML" {
                "Add “" (typed) "” by hand"
            }
        }
    }
}

/// What the catalog adds to the suggestions.
pub fn more_suggestions(found: &Added) -> Markup {
    html! {
        @for (index, movie) in found.known.iter().enumerate() {
            (option(&format!("known-{index}"), &choice(movie.id), &name(movie)))
        }
        @for (index, hit) in found.hits.iter().enumerate() {
            (option(&format!("found-{index}"), &choice_of(hit), &name_of(hit)))
        }
        @if let Some(told) = instead(found) { li.asking role="presentation" { (told) } }
    }
}

/// The same in a list of links.
pub fn more_links(added: &Added) -> Markup {
    html! {
        @for movie in &added.known { li { a href=(paths::Movie { id: movie.id }) { (name(movie)) } } }
        @for hit in &added.hits { li { a href=(choice_of(hit)) { (name_of(hit)) } } }
        @if let Some(told) = instead(added) { li.asking { (told) } }
    }
}

/// What is said where the catalog cannot be asked.
pub const CUT_SHORT: &str =
    "The catalog cannot be asked just now. Add the film by hand: its facts come later.";

/// What takes the place of "Asking the catalog…" where no film does.
fn instead(added: &Added) -> Option<&'static str> {
    let is_nothing = added.known.is_empty() && added.hits.is_empty();
    match added.is_cut_short {
        true => Some(CUT_SHORT),
        false => is_nothing.then_some("The catalog knows no more."),
    }
}

fn option(id: &str, form: &str, name: &Markup) -> Markup {
    html! {
        li id=(id) role="option" aria-selected="false" hx-get=(form) hx-target={ "#" (LOG) } hx-swap="outerHTML" {
            (name)
        }
    }
}

/// The same as links, for a page without JavaScript.
pub fn found(typed: &str, movies: &[Known], outside: &Added) -> Markup {
    html! {
        form.ask action=(paths::NewReview) method="get" {
            h1 { label for="q" { "What did you watch?" } }
            div.row {
                input #q name="q" type="search" value=(typed) maxlength="300" required autocomplete="off"
                    placeholder="A film’s title, or a link" autofocus[typed.is_empty()];
                button.primary { "Find" }
            }
        }
        @if typed.is_empty() {
            p { a href=(paths::Feed) { "Back to the feed" } }
        } @else {
            (matches(typed, movies, outside))
        }
    }
}

fn matches(typed: &str, movies: &[Known], outside: &Added) -> Markup {
    let is_nothing = movies.is_empty() && outside.known.is_empty() && outside.hits.is_empty();
    html! {
        @if is_nothing {
            p { "No film that fits “" (typed) "” was found." }
        } @else {
            ul.found {
                @for movie in movies.iter().chain(&outside.known) { li { a href=(choice(movie.id)) { (name(movie)) } } }
                @for hit in &outside.hits { li { a href=(choice_of(hit)) { (name_of(hit)) } } }
            }
        }
        @if outside.is_cut_short { p.hint { (CUT_SHORT) } }
        p { a.button href=(paths::by_hand(typed)) { "Add “" (typed) "” by hand" } }
    }
}

/// What tells a movie apart that the catalog knows, and who knows it.
pub fn name_of(hit: &Hit) -> Markup {
    html! {
        span.title { (hit.title) }
        @if let Some(year) = hit.year { " " span.year { (year) } }
        @if !hit.directors.is_empty() { " " span.by { (hit.directors.join(", ")) } }
        " " (from(hit.source))
    }
}

/// Who in the catalog knows a movie.
pub fn from(source: SourceName) -> Markup {
    html! { span.badge { (source.title()) } }
}

/// Title, year and directors: what tells a movie apart.
pub fn name(movie: &Known) -> Markup {
    html! {
        span.title { (movie.title) } " " span.year { (movie.year) }
        @if !movie.directors.is_empty() { " " span.by { (movie.directors.join(", ")) } }
    }
}

/// The form for a movie that is known here.
pub fn choice(movie: i64) -> String {
    let choice = paths::Choice {
        movie: Some(movie),
        ..paths::Choice::default()
    };
    paths::with(paths::NewReview, choice)
}

/// Those that fit what was typed.
pub fn search(typed: &str) -> String {
    let choice = paths::Choice {
        q: typed.trim().to_owned(),
        ..paths::Choice::default()
    };
    paths::with(paths::NewReview, choice)
}

/// The form for a movie that the catalog knows.
pub fn choice_of(hit: &Hit) -> String {
    let choice = paths::Choice {
        source: hit.source.name().to_owned(),
        title: hit.title.clone(),
        year: hit.year.map(|year| year.to_string()).unwrap_or_default(),
        director: hit.directors.join(", "),
        imdb: hit.ids.imdb_id.clone().unwrap_or_default(),
        tmdb: hit.ids.tmdb_id.map(|id| id.to_string()).unwrap_or_default(),
        wikidata: hit.ids.wikidata_id.clone().unwrap_or_default(),
        ..paths::Choice::default()
    };
    paths::with(paths::NewReview, choice)
}
