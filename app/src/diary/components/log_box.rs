//! The log box of the feed, "What did you watch?", and the page that searches for a movie to log.

use maud::{Markup, html};

use crate::catalog::{Hit, KnownMovie, OnlineMatches};
use crate::config::SourceName;
use crate::paths;
use crate::web::ui::movie_year;

/// Id of the element that holds the box, or the form in its place.
pub const LOG_BOX_ID: &str = "log";

/// With JavaScript, the box suggests movies while the member types, and the form for the chosen one
/// replaces it. Without, it is a search form. `focus` moves the keyboard focus into it.
pub fn log_box(focus: bool) -> Markup {
    html! {
        section.log id=(LOG_BOX_ID) aria-labelledby="log-title" {
            form.ask action=(paths::NewReview) method="get" data-combobox {
                label #log-title for="q" { "What did you watch?" }
                div.row {
                    input #q dir="auto" name="q" type="search" value="" placeholder="A film’s title, or a link" autofocus[focus]
                        autocomplete="off" maxlength="300" required role="combobox" aria-autocomplete="list"
                        aria-expanded="false" aria-controls="suggestions" enterkeyhint="search"
                        hx-get=(paths::SuggestMovies) hx-trigger="input changed delay:150ms" hx-sync="this:replace"
                        hx-target="#suggestions" hx-swap="innerHTML";
                    button.primary { "Log" }
                }
                ul #suggestions.suggestions role="listbox" aria-label="Films" hidden {}
            }
        }
    }
}

/// Shown when the catalog cannot be reached.
pub const CATALOG_UNAVAILABLE: &str =
    "The catalog is not available right now. Add the film by hand, and its details will follow.";

/// The search page of a browser without JavaScript.
pub fn search_page(typed: &str, movies: &[KnownMovie], online_matches: &OnlineMatches) -> Markup {
    html! {
        form.ask action=(paths::NewReview) method="get" {
            h1 { label for="q" { "What did you watch?" } }
            div.row {
                input #q dir="auto" name="q" type="search" value=(typed) maxlength="300" required autocomplete="off"
                    placeholder="A film’s title, or a link" autofocus[typed.is_empty()];
                button.primary { "Find" }
            }
        }
        @if typed.is_empty() {
            p { a href=(paths::Feed) { "Back to the feed" } }
        } @else {
            (search_results(typed, movies, online_matches))
        }
    }
}

fn search_results(typed: &str, movies: &[KnownMovie], online_matches: &OnlineMatches) -> Markup {
    let is_nothing =
        movies.is_empty() && online_matches.existing.is_empty() && online_matches.hits.is_empty();
    html! {
        @if is_nothing {
            p { "No film matches “" bdi { (typed) } "”." }
        } @else {
            ul.found {
                @for movie in movies.iter().chain(&online_matches.existing) { li { a href=(movie_form_path(movie.id)) { (movie_name(movie)) } } }
                @for hit in &online_matches.hits { li { a href=(hit_form_path(hit)) { (hit_name(hit)) } } }
            }
        }
        @if online_matches.is_incomplete { p.hint { (CATALOG_UNAVAILABLE) } }
        p { a.button href=(paths::by_hand(typed)) { "Add “" bdi { (typed) } "” by hand" } }
    }
}

/// Title, year, directors and source of a movie in the catalog.
pub fn hit_name(hit: &Hit) -> Markup {
    html! {
        span.title dir="auto" { (hit.title) }
        @if let Some(year) = hit.year { " " span.year { (year) } }
        @if !hit.directors.is_empty() { " " span.by dir="auto" { (hit.directors.join(", ")) } }
        " " (source_badge(hit.source))
    }
}

pub fn source_badge(source: SourceName) -> Markup {
    html! { span.badge { (source.display_name()) } }
}

/// Title, year and directors, which tell movies of the same title apart.
pub fn movie_name(movie: &KnownMovie) -> Markup {
    html! {
        span.title dir="auto" { (movie.title) } " " (movie_year(movie.year))
        @if !movie.directors.is_empty() { " " span.by dir="auto" { (movie.directors.join(", ")) } }
    }
}

/// Address of the form for a movie in our database.
pub fn movie_form_path(movie: i64) -> String {
    let choice = paths::NewReviewParams {
        movie: Some(movie),
        ..paths::NewReviewParams::default()
    };
    paths::with(paths::NewReview, choice)
}

/// Address of the search page with results.
pub fn search_path(typed: &str) -> String {
    let choice = paths::NewReviewParams {
        q: typed.trim().to_owned(),
        ..paths::NewReviewParams::default()
    };
    paths::with(paths::NewReview, choice)
}

/// Address of the form for a movie in the catalog.
pub fn hit_form_path(hit: &Hit) -> String {
    let choice = paths::NewReviewParams {
        source: hit.source.name().to_owned(),
        title: hit.title.clone(),
        year: hit.year.map(|year| year.to_string()).unwrap_or_default(),
        director: hit.directors.join(", "),
        imdb: hit.ids.imdb_id.clone().unwrap_or_default(),
        tmdb: hit.ids.tmdb_id.map(|id| id.to_string()).unwrap_or_default(),
        wikidata: hit.ids.wikidata_id.clone().unwrap_or_default(),
        ..paths::NewReviewParams::default()
    };
    paths::with(paths::NewReview, choice)
}
