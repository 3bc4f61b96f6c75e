//! The page `/movies`: a search field over a grid of movies.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::catalog::{Hit, KnownMovie, MovieId, UnreadLink};
use crate::diary::components::log_box::save_hit_form;
use crate::diary::components::movie_choice::{hit_form_path, hit_name, movie_name};
use crate::diary::components::search_box::unread_link_message;
use crate::paths;
use crate::posters::{Poster, PosterSlot, poster};
use crate::watchlist::components::marks::film_marks;
use crate::watchlist::queries::MovieMarks;
use crate::web::ui;

#[derive(Debug)]
pub struct MovieListView<'a> {
    /// The search text; empty for all movies.
    pub query: &'a str,
    /// Set when the search text is an address that names no movie.
    pub unread_link: Option<&'a UnreadLink>,
    pub movies: &'a [KnownMovie],
    pub posters: &'a HashMap<MovieId, Poster>,
    pub marks: &'a MovieMarks,
    pub has_more: bool,
    /// Films of the local catalog that the search found besides.
    pub in_catalog: Vec<&'a Hit>,
    /// Whether the viewer may search the online catalog too.
    pub asks_online: bool,
}

/// The search field updates the list while the viewer types.
pub fn page(view: &MovieListView<'_>) -> Markup {
    html! {
        form.ask action=(paths::Movies) method="get" role="search" {
            h1 { label for="find" { "Films" } }
            div.row {
                input #find dir="auto" name="q" type="search" value=(view.query) maxlength="300" autocomplete="off"
                    placeholder="Title, name, year or link"
                    hx-get=(paths::Movies) hx-trigger="input changed delay:150ms" hx-sync="this:replace"
                    hx-target="#movies" hx-swap="innerHTML";
                button.primary { "Find" }
            }
        }
        ul #movies.found.movies { (items(view)) }
    }
}

/// The list items and the link to the next page; sent alone as the htmx fragment.
pub fn items(view: &MovieListView<'_>) -> Markup {
    html! {
        @for movie in view.movies {
            li {
                a href=(paths::Movie { id: movie.id }) {
                    (poster(movie.id, &movie.title, view.posters.get(&movie.id).unwrap_or(&Poster::Missing), PosterSlot::Card))
                    span.named { (movie_name(movie)) }
                }
                (film_marks(view.marks, movie.id, &movie.title))
            }
        }
        @if let Some(last) = view.movies.last().filter(|_| view.has_more) {
            (ui::load_more_link(&paths::with(paths::Movies, paths::MovieListParams { after: Some(last.id), ..Default::default() }), "More films"))
        }
        @for hit in &view.in_catalog { (catalog_film(hit, view.marks.is_some())) }
        @if view.movies.is_empty() && view.in_catalog.is_empty() {
            li.asking { (no_match_message(view)) }
        }
        @if view.asks_online && !view.query.is_empty() && view.unread_link.is_none() { (catalog_search(view.query)) }
    }
}

/// A film that becomes one of ours when somebody logs or saves it.
fn catalog_film(hit: &Hit, is_member: bool) -> Markup {
    html! {
        li {
            a href=(hit_form_path(hit)) {
                (poster(0, &hit.title, &Poster::Missing, PosterSlot::Card))
                span.named { (hit_name(hit)) }
            }
            @if is_member { (save_hit_form(hit)) }
        }
    }
}

fn no_match_message(view: &MovieListView<'_>) -> Markup {
    html! {
        @if view.query.is_empty() {
            "No films yet. They appear here once someone logs a review."
        } @else if let Some(link) = view.unread_link {
            (unread_link_message(link))
        } @else {
            "No film here matches “" bdi { (view.query) } "”. " a href=(paths::by_hand(view.query)) { "Log it by hand" }
            " or see " a href=(paths::Movies) { "all films" } "."
        }
    }
}

/// Loads catalog matches by htmx; without JavaScript, it is a link to the search page.
fn catalog_search(query: &str) -> Markup {
    let q = query.to_owned();
    let fragment_url = paths::with(
        paths::FindMovies,
        paths::SuggestParams {
            q: q.clone(),
            links: "1".to_owned(),
            ..Default::default()
        },
    );
    let page_url = paths::with(
        paths::NewReview,
        paths::NewReviewParams {
            q,
            ..Default::default()
        },
    );
    html! {
        li.asking hx-get=(fragment_url) hx-trigger="load delay:250ms" hx-target="this" hx-swap="outerHTML" {
            a href=(page_url) { "Search the catalog too" }
        }
    }
}
