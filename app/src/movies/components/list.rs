//! The list of movies.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::catalog::{Known, MovieId};
use crate::diary::components::log_box::name;
use crate::paths;
use crate::posters::{Place, Poster, poster};
use crate::web::ui;

/// What the list of movies shows.
#[derive(Debug)]
pub struct Shown<'a> {
    /// What is looked for; empty for all movies.
    pub typed: &'a str,
    /// Those that fit.
    pub movies: &'a [Known],
    /// Their posters.
    pub posters: &'a HashMap<MovieId, Poster>,
    /// Whether it goes on after the last.
    pub has_more: bool,
    /// Whether the catalog may add what it knows.
    pub asks_catalog: bool,
}

/// The page of all movies, with a field to find one. What is typed finds at once.
pub fn page(list: &Shown<'_>) -> Markup {
    html! {
        form.ask action=(paths::Movies) method="get" role="search" {
            h1 { label for="find" { "Movies" } }
            div.row {
                input #find name="q" type="search" value=(list.typed) maxlength="300" autocomplete="off"
                    placeholder="Title, name, year or link"
                    hx-get=(paths::Movies) hx-trigger="input changed delay:150ms" hx-sync="this:replace"
                    hx-target="#movies" hx-swap="innerHTML";
                button.primary { "Find" }
            }
        }
        ul #movies.found.films { (items(list)) }
    }
}

/// The movies, and the way on.
pub fn items(list: &Shown<'_>) -> Markup {
    html! {
        @for movie in list.movies {
            li {
                a href=(paths::Movie { id: movie.id }) {
                    (poster(movie.id, &movie.title, list.posters.get(&movie.id).unwrap_or(&Poster::Missing), Place::Card))
                    span.named { (name(movie)) }
                }
            }
        }
        @if let Some(last) = list.movies.last().filter(|_| list.has_more) {
            (ui::way_on(&paths::with(paths::Movies, paths::MovieList { after: Some(last.id), ..Default::default() }), "More films"))
        }
        @if list.movies.is_empty() {
            li.asking { (nothing(list.typed)) }
        }
        @if list.asks_catalog && !list.typed.is_empty() { (asking(list.typed)) }
    }
}

/// What is said where there is no film, and what to do then.
fn nothing(typed: &str) -> Markup {
    html! {
        @if typed.is_empty() {
            "No films yet. They come with the first review."
        } @else {
            "No film that is here fits “" (typed) "”. " a href=(paths::by_hand(typed)) { "Log it by hand" }
            " or see " a href=(paths::Movies) { "all movies" } "."
        }
    }
}

/// Asks the catalog; without JavaScript, by a link.
fn asking(typed: &str) -> Markup {
    let q = typed.to_owned();
    let more = paths::with(
        paths::FindMovies,
        paths::Find {
            q: q.clone(),
            links: "1".to_owned(),
        },
    );
    let page = paths::with(
        paths::NewReview,
        paths::Choice {
            q,
            ..Default::default()
        },
    );
    html! {
        li.asking hx-get=(more) hx-trigger="load delay:250ms" hx-target="this" hx-swap="outerHTML" {
            a href=(page) { "Look in the catalog as well" }
        }
    }
}
