//! The films tab: every film of a diary once, as posters.

use std::fmt::Display;

use maud::{Markup, html};

use super::filter_view::FilterView;
use super::filters::{filters, totals_and_order};
use super::{TabContent, diary_url, selection_totals};
use crate::accounts::Viewer;
use crate::catalog::MovieId;
use crate::diary::components::list::signed_out_notice;
use crate::diary::{DiaryFilm, SelectedFilms};
use crate::members::diary_view::DiaryTab;
use crate::paths;
use crate::posters::{Poster, PosterSlot, poster};
use crate::web::ui::{empty_state, load_more_link, plural, stars, title_with_year};

#[derive(Debug)]
pub struct FilmsView<'a> {
    pub viewer: &'a Viewer,
    pub films: &'a SelectedFilms,
    pub filters: FilterView<'a>,
}

pub fn films_content(view: &FilmsView<'_>) -> TabContent {
    let of = &view.filters;
    let items = film_items(view);
    let content = html! {
        (filters(of))
        (totals_and_order(of, &selection_totals(view.films.totals, |count| plural(count, "film", "films"))))
        @if of.view.cursor.is_some() { p { a href=(diary_url(of.owner, of.params.first_page())) { "Back to the start" } } }
        ul.wall #films { (items) }
        @if view.films.films.is_empty() { (empty_state(&when_empty(view))) }
    };
    TabContent {
        content,
        next_page: of.view.cursor.map(|_| items),
        announce: plural(view.films.films.len(), "more film", "more films"),
        pictures: Vec::new(),
    }
}

fn film_items(view: &FilmsView<'_>) -> Markup {
    let of = &view.filters;
    let was_signed_in = !of.params.signed_in.is_empty();
    html! {
        (signed_out_notice(view.viewer, was_signed_in))
        @for film in &view.films.films { (film_cell(film)) }
        @if let Some(cursor) = view.films.older {
            @let params = of.params.older_page(cursor, view.viewer.member.is_some());
            (load_more_link(&diary_url(of.owner, params), "More films"))
        }
    }
}

/// A poster without a title beside it, which leads to `to`.
pub fn wall_poster(
    to: impl Display,
    (movie, title, year): (MovieId, &str, Option<i16>),
    image: &Poster,
) -> Markup {
    html! {
        a href=(to) title=(title_with_year(title, year)) {
            (poster(movie, title, image, PosterSlot::Wall))
            span.hidden { bdi.title { (title) } @if let Some(year) = year { " (" (year) ")" } }
        }
    }
}

fn film_cell(film: &DiaryFilm) -> Markup {
    html! {
        li.film {
            (wall_poster(paths::Movie { id: film.movie }, (film.movie, &film.title, film.year), &film.poster))
            p.marks {
                @if let Some(rating) = film.rating { (stars(rating)) }
                @if film.liked { span.heart role="img" aria-label="Liked" { "♥" } }
                @if film.viewings > 1 { span.times { (film.viewings) "×" span.hidden { " watched" } } }
            }
        }
    }
}

fn when_empty(view: &FilmsView<'_>) -> Markup {
    let of = &view.filters;
    html! {
        @if of.view.filter.is_empty() {
            "There are no films here yet."
        } @else {
            "No films match these filters. Remove one, or " a href=(diary_url(of.owner, DiaryTab::Films.params())) { "show all films" } "."
        }
    }
}
