//! The search for the film that a row of an import means.

use std::collections::HashMap;

use maud::{Markup, html};

use super::films::{settled_poster, title_in_file};
use crate::catalog::{CatalogQuery, FoundFilm, FoundFilms, MovieId, OnlineMatches};
use crate::diary::components::movie_choice::found_name;
use crate::diary::components::search_box::unread_link_message;
use crate::paths;
use crate::posters::{Poster, PosterSlot, poster};
use crate::settings::import_form::{AS_TYPED, LEAVE_OUT, hit_value, movie_value};
use crate::transfer::queries::ImportFilm;
use crate::web::ui::movie_year;

#[derive(Debug)]
pub struct FilmSearchView<'a> {
    pub import: i64,
    pub film: &'a ImportFilm,
    pub typed: &'a str,
    pub query: &'a CatalogQuery,
    pub found: &'a FoundFilms,
    pub online: &'a OnlineMatches,
    pub posters: &'a HashMap<MovieId, Poster>,
}

pub fn page(view: &FilmSearchView<'_>) -> Markup {
    let path = paths::ImportFilmChoice {
        id: view.import,
        number: view.film.number,
    };
    html! {
        h1 { "Which film is it?" }
        p.lead {
            "The file says " span.title dir="auto" { (title_in_file(view.film)) } " " (movie_year(view.film.named.year)) "."
        }
        form.ask method="get" action=(path) {
            label for="q" { "Find the film" }
            div.row {
                input #q dir="auto" name="q" type="search" value=(view.typed) placeholder="A film’s title, or a link"
                    maxlength="300" required autocomplete="off" enterkeyhint="search";
                button.primary { "Find" }
            }
        }
        form method="post" action=(path) {
            (results(view))
            div.actions {
                button name="choice" value=(AS_TYPED) { "Take it as typed" }
                button.quiet name="choice" value=(LEAVE_OUT) { "Leave it out" }
                a.button.quiet href=(paths::ImportFilms { id: view.import }) { "Back to all films" }
            }
        }
    }
}

fn results(view: &FilmSearchView<'_>) -> Markup {
    let online = view.online.films();
    let films = view.found.films.iter().chain(&online);
    let choices: Vec<_> = films
        .filter_map(|film| Some((film, value_of(film)?)))
        .collect();
    html! {
        @if let Some(link) = &view.query.unread_link {
            p { (unread_link_message(link)) }
        } @else if choices.is_empty() && !view.typed.is_empty() {
            p { "No film matches “" bdi { (view.typed) } "”." }
        }
        ul.candidates {
            @for (film, value) in &choices {
                li { button.candidate name="choice" value=(value) { (face(film, view.posters)) } }
            }
        }
        @if view.online.is_incomplete { p.hint { "The catalog is not available right now. Try again later, or take the film as typed." } }
    }
}

fn value_of(film: &FoundFilm) -> Option<String> {
    match film {
        FoundFilm::Known(movie) => Some(movie_value(movie.id)),
        FoundFilm::InCatalog(hit) => hit_value(hit),
    }
}

fn face(film: &FoundFilm, posters: &HashMap<MovieId, Poster>) -> Markup {
    let movie = match film {
        FoundFilm::Known(movie) => movie.id,
        FoundFilm::InCatalog(_) => 0,
    };
    let shown = settled_poster(posters, movie);
    html! {
        span.face aria-hidden="true" { (poster(movie, film.title(), shown, PosterSlot::Entry)) }
        span.name { (found_name(film)) }
    }
}
