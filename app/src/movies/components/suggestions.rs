//! Films that match what is being typed: the options of the search box, and further results from
//! the online catalog.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::catalog::{CatalogQuery, FoundFilm, MovieId, OnlineMatches};
use crate::diary::components::log_box::CATALOG_UNAVAILABLE;
use crate::diary::components::movie_choice::{found_name, hit_form_path, hit_name, movie_name};
use crate::diary::components::search_box::{
    Choice, SearchPurpose, by_hand_label, save_option, suggestion, unread_link_message,
};
use crate::paths;
use crate::posters::{Poster, PosterSlot, poster};

#[derive(Debug)]
pub struct SuggestionsView<'a> {
    pub typed: &'a str,
    pub query: &'a CatalogQuery,
    pub purpose: SearchPurpose,
    pub films: &'a [FoundFilm],
    pub posters: &'a HashMap<MovieId, Poster>,
    /// Whether the online catalog is asked, too.
    pub asks_online: bool,
}

/// The suggestions below the box. The last one is always to add the movie by hand. If the catalog
/// is available, its results load before that.
pub fn suggestions(view: &SuggestionsView<'_>) -> Markup {
    let SuggestionsView {
        typed,
        query,
        purpose,
        ..
    } = *view;
    let search = paths::with(paths::FindMovies, purpose.params(typed));
    html! {
        @for (index, film) in view.films.iter().enumerate() {
            (suggestion_with_save(purpose, &format!("suggestion-{index}"), &choice_of(film), film.title(), &name_with_poster(film, view.posters)))
        }
        @if !typed.is_empty() {
            @if let Some(link) = &query.unread_link {
                li.asking role="presentation" { (unread_link_message(link)) }
            } @else if view.asks_online {
                li.asking role="presentation" hx-get=(search) hx-trigger="load delay:250ms" hx-target="this" hx-swap="outerHTML" { "Searching the catalog…" }
            }
            (suggestion(purpose, "suggestion-by-hand", &Choice::ByHand { typed }, &by_hand_label(query)))
        }
    }
}

fn suggestion_with_save(
    purpose: SearchPurpose,
    id: &str,
    choice: &Choice<'_>,
    title: &str,
    name: &Markup,
) -> Markup {
    html! {
        (suggestion(purpose, id, choice, name))
        (save_option(purpose, id, choice, title))
    }
}

fn choice_of(film: &FoundFilm) -> Choice<'_> {
    match film {
        FoundFilm::Known(movie) => Choice::Existing(movie.id),
        FoundFilm::InCatalog(hit) => Choice::Found(hit),
    }
}

/// The poster is hidden from screen readers, which would read the title twice. Films of the catalog
/// have none yet.
fn name_with_poster(film: &FoundFilm, posters: &HashMap<MovieId, Poster>) -> Markup {
    let (id, shown) = match film {
        FoundFilm::Known(movie) => (movie.id, posters.get(&movie.id)),
        FoundFilm::InCatalog(_) => (0, None),
    };
    let shown = shown.unwrap_or(&Poster::Missing);
    html! {
        span aria-hidden="true" { (poster(id, film.title(), shown, PosterSlot::Line)) }
        span { (found_name(film)) }
    }
}

/// The catalog's results among the suggestions.
pub fn catalog_suggestions(purpose: SearchPurpose, found: &OnlineMatches) -> Markup {
    html! {
        @for (index, movie) in found.existing.iter().enumerate() {
            (suggestion_with_save(purpose, &format!("known-{index}"), &Choice::Existing(movie.id), &movie.title, &movie_name(movie)))
        }
        @for (index, hit) in found.hits.iter().enumerate() {
            (suggestion_with_save(purpose, &format!("found-{index}"), &Choice::Found(hit), &hit.title, &hit_name(hit)))
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
