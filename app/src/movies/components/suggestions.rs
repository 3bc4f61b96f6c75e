//! Movies that match what is being typed: the options of the log box, and further results from the
//! online catalog.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::catalog::{KnownMovie, MovieId, OnlineMatches};
use crate::diary::components::log_box::{
    CATALOG_UNAVAILABLE, LOG_BOX_ID, hit_form_path, hit_name, movie_form_path, movie_name,
};
use crate::paths;
use crate::posters::{Poster, PosterSlot, poster};

/// The suggestions of the log box. Choosing one replaces the box with the form; the last one is
/// always to add the movie by hand. If the catalog is available, its results load before that.
pub fn suggestions(
    typed: &str,
    movies: &[KnownMovie],
    posters: &HashMap<MovieId, Poster>,
    catalog_enabled: bool,
) -> Markup {
    let typed = typed.trim();
    let label = |movie: &KnownMovie| {
        let shown = posters.get(&movie.id).unwrap_or(&Poster::Missing);
        html! { (poster(movie.id, &movie.title, shown, PosterSlot::Line)) span { (movie_name(movie)) } }
    };
    html! {
        @for (index, movie) in movies.iter().enumerate() {
            (option(&format!("suggestion-{index}"), &movie_form_path(movie.id), &label(movie)))
        }
        @if !typed.is_empty() {
            @if catalog_enabled {
                li.asking role="presentation" hx-get=(paths::with(paths::FindMovies, paths::FindMoviesParams { q: typed.to_owned(), ..paths::FindMoviesParams::default() }))
                    hx-trigger="load delay:250ms" hx-target="this" hx-swap="outerHTML" { "Searching the catalog…" }
            }
            li.by-hand id="suggestion-by-hand" role="option" aria-selected="false" data-typed=(typed)
                hx-get=(paths::by_hand(typed)) hx-target={ "#" (LOG_BOX_ID) } hx-swap="outerHTML" {
                "Add “" bdi { (typed) } "” by hand"
            }
        }
    }
}

/// The catalog's results among the suggestions.
pub fn catalog_suggestions(found: &OnlineMatches) -> Markup {
    html! {
        @for (index, movie) in found.existing.iter().enumerate() {
            (option(&format!("known-{index}"), &movie_form_path(movie.id), &movie_name(movie)))
        }
        @for (index, hit) in found.hits.iter().enumerate() {
            (option(&format!("found-{index}"), &hit_form_path(hit), &hit_name(hit)))
        }
        @if let Some(message) = no_results_message(found) { li.asking role="presentation" { (message) } }
    }
}

/// The catalog's results in a list of links.
pub fn catalog_links(online_matches: &OnlineMatches) -> Markup {
    html! {
        @for movie in &online_matches.existing { li { a href=(paths::Movie { id: movie.id }) { (movie_name(movie)) } } }
        @for hit in &online_matches.hits { li { a href=(hit_form_path(hit)) { (hit_name(hit)) } } }
        @if let Some(message) = no_results_message(online_matches) { li.asking { (message) } }
    }
}

/// Replaces "Searching the catalog…" when there are no results.
fn no_results_message(online_matches: &OnlineMatches) -> Option<&'static str> {
    let is_nothing = online_matches.existing.is_empty() && online_matches.hits.is_empty();
    if online_matches.is_incomplete {
        Some(CATALOG_UNAVAILABLE)
    } else {
        is_nothing.then_some("The catalog has no more matches.")
    }
}

fn option(id: &str, form: &str, name: &Markup) -> Markup {
    html! {
        li id=(id) role="option" aria-selected="false" hx-get=(form) hx-target={ "#" (LOG_BOX_ID) } hx-swap="outerHTML" {
            (name)
        }
    }
}
