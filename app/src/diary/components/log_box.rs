//! The one box: "What did you watch?"

use maud::{Markup, html};

use crate::catalog::Known;
use crate::paths;

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
                    input #q name="q" type="search" value="" placeholder="A film’s title" autofocus[focus]
                        autocomplete="off" maxlength="300" required role="combobox" aria-autocomplete="list"
                        aria-expanded="false" aria-controls="suggestions" enterkeyhint="search"
                        hx-get=(paths::SuggestMovies) hx-trigger="input changed delay:150ms" hx-sync="this:replace"
                        hx-target="#suggestions" hx-swap="innerHTML";
                    button.primary { "Log" }
                }
                ul #suggestions.suggestions role="listbox" aria-label="Movies" {}
            }
        }
    }
}

/// What the box suggests: choosing one opens the form in the place of the box. The
/// last one is always to go on by hand.
pub fn suggestions(typed: &str, movies: &[Known]) -> Markup {
    html! {
        @for (index, movie) in movies.iter().enumerate() {
            li id={ "suggestion-" (index) } role="option" aria-selected="false"
                hx-get=(choice(movie.id)) hx-target={ "#" (LOG) } hx-swap="outerHTML" {
                (name(movie))
            }
        }
        @if !typed.trim().is_empty() {
            li.by-hand id="suggestion-by-hand" role="option" aria-selected="false" data-typed=(typed.trim())
                hx-get=(by_hand(typed)) hx-target={ "#" (LOG) } hx-swap="outerHTML" {
                "Add “" (typed.trim()) "” by hand"
            }
        }
    }
}

/// The same as links, for a page without JavaScript.
pub fn found(typed: &str, movies: &[Known]) -> Markup {
    html! {
        form.ask action=(paths::NewReview) method="get" {
            h1 { label for="q" { "What did you watch?" } }
            div.row {
                input #q name="q" type="search" value=(typed) maxlength="300" required autocomplete="off";
                button.primary { "Find" }
            }
        }
        @if typed.is_empty() {
            p { a href=(paths::Feed) { "Back to the feed" } }
        } @else {
            (matches(typed, movies))
        }
    }
}

fn matches(typed: &str, movies: &[Known]) -> Markup {
    html! {
        @if movies.is_empty() {
            p { "No movie whose title begins with “" (typed) "” is known here yet." }
        } @else {
            ul.found { @for movie in movies { li { a href=(choice(movie.id)) { (name(movie)) } } } }
        }
        p { a.button href=(by_hand(typed)) { "Add “" (typed) "” by hand" } }
    }
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

fn by_hand(typed: &str) -> String {
    let choice = paths::Choice {
        q: typed.trim().to_owned(),
        by_hand: "1".to_owned(),
        ..paths::Choice::default()
    };
    paths::with(paths::NewReview, choice)
}
