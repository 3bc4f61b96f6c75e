//! How a movie is named where a member chooses one, and the address of the form to log it.

use maud::{Markup, html};

use crate::catalog::{FoundFilm, Hit, KnownMovie};
use crate::config::SourceName;
use crate::paths;
use crate::web::ui::movie_year;

/// What names a film that was found.
pub fn found_name(film: &FoundFilm) -> Markup {
    match film {
        FoundFilm::Known(movie) => movie_name(movie),
        FoundFilm::InCatalog(hit) => hit_name(hit),
    }
}

/// Address of the form for a film that was found.
pub fn found_form_path(film: &FoundFilm) -> String {
    match film {
        FoundFilm::Known(movie) => movie_form_path(movie.id),
        FoundFilm::InCatalog(hit) => hit_form_path(hit),
    }
}

/// Title, year, source and directors of a film in the catalog. The local catalog is not named.
pub fn hit_name(hit: &Hit) -> Markup {
    html! {
        span.title dir="auto" { (hit.title) }
        @if let Some(year) = hit.year { " " span.year { (year) } }
        @if hit.source != SourceName::Local { " " (source_badge(hit.source)) }
        @if !hit.directors.is_empty() { " " span.by dir="auto" { (hit.directors.join(", ")) } }
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
