//! Choosing the movie of a review: from search results, or typed by hand.

use maud::{Markup, html};

use super::log_box::CATALOG_UNAVAILABLE;
use super::movie_choice::{found_name, movie_name};
use super::search_box::{SearchPurpose, hidden_fields, search_box, unread_link_message};
use crate::catalog::{CatalogQuery, FoundFilm, FoundFilms, KnownMovie, OnlineMatches};
use crate::diary::Entry;
use crate::diary::form::RawMovie;
use crate::paths;
use crate::web::FieldErrors;
use crate::web::ui::{Field, carried_fields, movie_year};

#[derive(Debug)]
pub struct ChangeMovieView<'a> {
    pub review: &'a Entry,
    /// What the member searched for.
    pub search_text: &'a str,
    pub query: &'a CatalogQuery,
    /// Search results from here and from the local catalog.
    pub found: &'a FoundFilms,
    /// Search results from online.
    pub online_matches: &'a OnlineMatches,
    /// The fields typed by hand, or read from the search text.
    pub raw: &'a RawMovie,
    /// Whether the member wants to add the movie by hand.
    pub is_by_hand: bool,
    pub errors: &'a FieldErrors,
    /// The movies to choose from when several match the fields typed by hand.
    pub candidates: &'a [KnownMovie],
}

pub fn change_movie_page(view: &ChangeMovieView<'_>) -> Markup {
    let path = paths::ReviewMovie { id: view.review.id };
    let is_refused = !view.errors.is_empty() || !view.candidates.is_empty();
    let is_by_hand = view.is_by_hand || is_refused;
    let label = html! { label for="q" { "Find the film" } };
    html! {
        h1 { "Which film did you see?" }
        p.lead {
            "This review is of " span.title dir="auto" { (view.review.title) } " " (movie_year(view.review.year))
            ". What you wrote stays; only the film changes."
        }
        (search_box(SearchPurpose::ChangeMovie(view.review.id), &label, view.search_text, !is_by_hand))
        @if !view.search_text.is_empty() && !is_by_hand { (movie_choices(view, path)) }
        details.more open[is_by_hand] {
            summary { "None of these? Add it by hand" }
            form method="post" action=(path) {
                (carried_fields(&view.raw.by, path))
                @if let Some(message) = view.errors.get("") { p.error role="alert" { (message) } }
                (typed_movie_fields(view.raw, view.errors, view.candidates, "by-hand-title", is_by_hand))
                button.primary { "Use this film" }
            }
        }
        p { a.button.quiet href=(paths::Review { id: view.review.id }) { "Cancel" } }
    }
}

fn movie_choices(view: &ChangeMovieView<'_>, path: paths::ReviewMovie) -> Markup {
    let online = view.online_matches.films();
    let is_other = |film: &&FoundFilm| match film {
        FoundFilm::Known(movie) => movie.id != view.review.movie_id,
        FoundFilm::InCatalog(_) => true,
    };
    let films = view.found.films.iter().chain(&online).filter(is_other);
    let choices = films.map(|film| (RawMovie::from_found(film), found_name(film)));
    let choices: Vec<_> = choices.collect();
    html! {
        @if let Some(link) = &view.query.unread_link {
            p { (unread_link_message(link)) }
        } @else if choices.is_empty() {
            p { "No other film matches “" bdi { (view.search_text) } "”." }
        }
        ul.found {
            @for (choice, name) in &choices {
                li {
                    form method="post" action=(path) {
                        (hidden_fields(choice))
                        button.choice { (name) }
                    }
                }
            }
        }
        @if view.online_matches.is_incomplete { p.hint { (CATALOG_UNAVAILABLE) } }
    }
}

/// The fields of a movie that is typed by hand. `candidates` are the movies to choose from when
/// several match. With `focus`, the first field that is still empty gets the keyboard focus.
pub fn typed_movie_fields(
    raw: &RawMovie,
    errors: &FieldErrors,
    candidates: &[KnownMovie],
    title: &str,
    focus: bool,
) -> Markup {
    let is_titled = !raw.title.trim().is_empty();
    let needs_year = is_titled && raw.year.trim().is_empty();
    let is_ambiguous = !candidates.is_empty();
    // The first invalid field gets the focus, or else the field where typing begins.
    let has_focus = |field: &str, begins: bool| {
        errors
            .first()
            .map_or(focus && begins, |first| first == field)
    };
    html! {
        h2 id=(title) { "Which film?" }
        @if is_ambiguous {
            div.error role="alert" {
                p { "Several films with that title came out that year. Choose one, or enter the director below:" }
                div.actions { @for movie in candidates { button name="movie" value=(movie.id) { (movie_name(movie)) } } }
            }
        }
        div.columns {
            (Field::text("title", "Title", &raw.title).autofocus(has_focus("title", !is_titled)).render(errors))
            (Field::text("year", "Year", &raw.year).optional().numeric().autofocus(has_focus("year", needs_year && !is_ambiguous)).render(errors))
        }
        @if !raw.wikidata_id.is_empty() { input type="hidden" name="wikidata_id" value=(raw.wikidata_id); }
        details.more open[is_ambiguous || has_optional_fields(raw, errors)] {
            summary { "Director, IMDb or TMDB id" }
            (Field::text("director", "Director", &raw.director).optional().autofocus(has_focus("director", false))
                .hint("Separate several names with commas.").render(errors))
            div.columns {
                (Field::text("imdb_id", "IMDb id", &raw.imdb_id).optional().autofocus(has_focus("imdb_id", false))
                    .hint("For example tt0133093, or the address of its IMDb page.").render(errors))
                (Field::text("tmdb_id", "TMDB id", &raw.tmdb_id).optional().numeric().autofocus(has_focus("tmdb_id", false))
                    .hint("For example 603, or the address of its TMDB page.").render(errors))
            }
        }
    }
}

fn has_optional_fields(raw: &RawMovie, errors: &FieldErrors) -> bool {
    let is_filled = [&raw.director, &raw.imdb_id, &raw.tmdb_id]
        .into_iter()
        .any(|field| !field.is_empty());
    let is_wrong = ["director", "imdb_id", "tmdb_id"]
        .into_iter()
        .any(|field| errors.get(field).is_some());
    is_filled || is_wrong
}
