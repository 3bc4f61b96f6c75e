//! The films that the rows of an import name, each with the film that it was matched with, or films
//! to choose from.

use std::collections::HashMap;

use entity::import::ImportState;
use entity::import_film::ImportFilmState;
use maud::{Markup, html};

use super::view::{count_of, grouped};
use crate::catalog::MovieId;
use crate::paths;
use crate::posters::{Poster, PosterSlot, poster};
use crate::settings::import_form::{AS_TYPED, LEAVE_OUT, candidate_value, film_state_word};
use crate::transfer::ImportCandidate;
use crate::transfer::messages::{reason_message, rung_message};
use crate::transfer::queries::{FilmCounts, ImportFilm, ImportFilmPage, ImportSummary};
use crate::web::ui::{empty_state, load_more_link, movie_year, partial, title_with_year};

/// More candidates than these are found by searching.
const MAX_CANDIDATES: usize = 6;

const TABS_ID: &str = "film-states";

#[derive(Debug)]
pub struct FilmsView<'a> {
    pub import: &'a ImportSummary,
    pub page: &'a ImportFilmPage,
    pub posters: &'a HashMap<MovieId, Poster>,
    pub params: &'a paths::ImportListParams,
    pub counts: &'a FilmCounts,
}

/// The movies whose posters are shown.
pub fn candidate_movies(films: &[ImportFilm]) -> Vec<MovieId> {
    let candidates = films
        .iter()
        .flat_map(|film| film.candidates.iter().take(MAX_CANDIDATES));
    candidates
        .filter_map(|candidate| candidate.movie_id)
        .collect()
}

pub fn page(view: &FilmsView<'_>) -> Markup {
    let id = view.import.id;
    html! {
        h1 { "Which films are they?" }
        p.lead { "Each film as the file names it, and what it was matched with. What you choose counts for all its rows." }
        (state_links(id, view))
        @if view.page.films.is_empty() { (empty_state(&empty_message(view))) }
        @else { ol.import-films { (items(view)) } }
        p.back { a.button href=(paths::Import { id }) { "Back to the import" } }
    }
}

fn empty_message(view: &FilmsView<'_>) -> Markup {
    let is_undecided = view.params.state == film_state_word(ImportFilmState::Undecided);
    html! {
        @if is_undecided { "All films are decided." } @else { "There are no such films in this import." }
    }
}

/// The links to the films in each state.
fn state_links(id: i64, view: &FilmsView<'_>) -> Markup {
    let total: i64 = view.counts.values().sum();
    let link = |state: &str, label: &str, count: Markup| {
        let path = paths::with(
            paths::ImportFilms { id },
            paths::ImportListParams::of(state),
        );
        let is_current = view.params.state == state;
        html! { a.chip href=(path) aria-current=[is_current.then_some("page")] { (label) " " (count) } }
    };
    let states = [
        (ImportFilmState::Undecided, "To decide"),
        (ImportFilmState::Decided, "Matched"),
        (ImportFilmState::AsTyped, "As typed"),
        (ImportFilmState::LeftOut, "Left out"),
    ];
    html! {
        nav.chips id=(TABS_ID) aria-label="Films" {
            (link("", "All", html! { (grouped(total)) }))
            @for (state, label) in states {
                (link(&film_state_word(state), label, count_in(state, view.counts)))
            }
        }
    }
}

/// The number of films in a state, which is updated when a film is decided.
fn count_in(state: ImportFilmState, counts: &FilmCounts) -> Markup {
    let count = counts.get(&state).copied().unwrap_or_default();
    html! { span.movies id={ "films-" (film_state_word(state)) } { (grouped(count)) } }
}

/// The card of a film that was just decided, and the new numbers.
pub fn decided_fragment(card: &Markup, counts: &FilmCounts) -> Markup {
    let states = [
        ImportFilmState::Undecided,
        ImportFilmState::Decided,
        ImportFilmState::AsTyped,
        ImportFilmState::LeftOut,
    ];
    html! {
        (card)
        @for state in states {
            (partial(&format!("#films-{}", film_state_word(state)), "outerHTML", &count_in(state, counts)))
        }
    }
}

pub fn items(view: &FilmsView<'_>) -> Markup {
    let last = view.page.films.last().map(|film| film.number);
    let next = last.filter(|_| view.page.has_more).map(|last| {
        let params = paths::ImportListParams {
            after: Some(last),
            ..view.params.clone()
        };
        paths::with(paths::ImportFilms { id: view.import.id }, params)
    });
    html! {
        @for film in &view.page.films { (film_card(view.import, film, view.posters, &view.params.state)) }
        @if let Some(next) = next { (load_more_link(&next, "More films")) }
    }
}

/// Whether the member can still choose.
fn is_decidable(import: &ImportSummary) -> bool {
    matches!(
        import.state,
        ImportState::Ready | ImportState::Writing | ImportState::Done
    )
}

/// A film with its choices. `state` is that of the list that it stands in.
pub fn film_card(
    import: &ImportSummary,
    film: &ImportFilm,
    posters: &HashMap<MovieId, Poster>,
    state: &str,
) -> Markup {
    let is_open = film.state == ImportFilmState::Undecided;
    let card = format!("import-film-{}", film.number);
    html! {
        li.import-film.open[is_open] id=(card) {
            h2 { span.title dir="auto" { (title_in_file(film)) } " " (movie_year(film.named.year)) }
            p.note {
                "In the file: " (count_of(film.rows, "row", "rows"))
                @if !film.named.directors.is_empty() { ", by " bdi { (film.named.directors.join(", ")) } }
            }
            @if !is_open { (decision(film, posters)) }
            @if is_decidable(import) {
                @if is_open {
                    @if let Some(reason) = &film.reason { p { (reason_message(reason, None)) } }
                    (choices(import.id, film, posters, state))
                } @else {
                    details.more { summary { "Change" span.hidden { ": " bdi { (title_in_file(film)) } } } (choices(import.id, film, posters, state)) }
                }
            }
        }
    }
}

/// The title, or the id where the file has no title.
pub fn title_in_file(film: &ImportFilm) -> String {
    let named = &film.named;
    let tmdb = || named.tmdb_id.map(|id| format!("TMDB {id}"));
    let title = named.title.clone().or_else(|| named.imdb_id.clone());
    title.or_else(tmdb).unwrap_or_else(|| "No title".to_owned())
}

/// What was decided, in a sentence for screen readers.
pub fn decision_message(film: &ImportFilm) -> String {
    let title = title_in_file(film);
    match (film.state, film.candidates.first()) {
        (ImportFilmState::Decided, Some(chosen)) => {
            format!("{title} is {}", title_with_year(&chosen.title, chosen.year))
        }
        (ImportFilmState::LeftOut, _) => format!("{title} is left out"),
        _ => format!("{title} comes as typed"),
    }
}

fn decision(film: &ImportFilm, posters: &HashMap<MovieId, Poster>) -> Markup {
    let by = match &film.rung {
        _ if film.is_by_hand => "as you chose",
        Some(rung) => rung_message(rung),
        None => "as typed",
    };
    html! {
        @match (film.state, film.candidates.first()) {
            (ImportFilmState::Decided, Some(chosen)) => div.decision {
                (candidate_face(chosen, posters))
                span.badge { (by) }
            },
            (ImportFilmState::Decided, None) => p { span.badge { (by) } },
            (ImportFilmState::LeftOut, _) => p { span.badge { "left out" } },
            (ImportFilmState::AsTyped, _) => p { "Comes as the file names it. " span.badge { (if film.is_by_hand { "as you chose" } else { "not in the catalog" }) } },
            (ImportFilmState::Waiting | ImportFilmState::Undecided, _) => {},
        }
    }
}

fn choices(
    import: i64,
    film: &ImportFilm,
    posters: &HashMap<MovieId, Poster>,
    state: &str,
) -> Markup {
    let path = paths::ImportFilmChoice {
        id: import,
        number: film.number,
    };
    let chosen = usize::from(film.state == ImportFilmState::Decided);
    let candidates = film.candidates.iter().take(MAX_CANDIDATES).skip(chosen);
    html! {
        form method="post" action=(path) hx-post=(path) hx-target="closest .import-film" hx-swap="outerHTML" {
            input type="hidden" name="state" value=(state);
            ul.candidates {
                @for candidate in candidates {
                    li { button.candidate name="choice" value=(candidate_value(candidate)) { (candidate_face(candidate, posters)) } }
                }
            }
            div.actions {
                button name="choice" value=(AS_TYPED) { "Take it as typed" }
                button.quiet name="choice" value=(LEAVE_OUT) { "Leave it out" }
                a.button.quiet href=(path) { "Search for another" }
            }
        }
    }
}

/// The poster that can be shown now: one that the page waits for has a field of its own, which does
/// not belong in a form.
pub fn settled_poster(posters: &HashMap<MovieId, Poster>, movie: MovieId) -> &Poster {
    let shown = posters.get(&movie);
    let shown = shown.filter(|poster| **poster != Poster::Pending);
    shown.unwrap_or(&Poster::Missing)
}

/// Poster, title, year and directors.
fn candidate_face(candidate: &ImportCandidate, posters: &HashMap<MovieId, Poster>) -> Markup {
    let movie = candidate.movie_id.unwrap_or_default();
    let shown = settled_poster(posters, movie);
    html! {
        span.face aria-hidden="true" { (poster(movie, &candidate.title, shown, PosterSlot::Entry)) }
        span.name {
            span.title dir="auto" { (candidate.title) } " " (movie_year(candidate.year))
            @if !candidate.directors.is_empty() { " " span.by dir="auto" { (candidate.directors.join(", ")) } }
        }
    }
}
