//! The form fields that say which movie is meant.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::catalog::movie_input::{MovieInput, RawMovieInput};
use crate::catalog::{FoundFilm, Hit, MovieId, MovieRef, TypedMovie};
use crate::web::FieldErrors;
use crate::web::form::OUTDATED_FORM;

/// A movie in a form: the id of a movie in our database, or a description of one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawMovie {
    /// Identifies the member who opened the form.
    pub by: String,
    /// Address of the form’s page.
    pub page: String,
    /// Id of a movie in our database. If it is set, the other fields are ignored.
    pub movie: String,
    /// Typed by hand, or copied from a search result of the catalog.
    pub title: String,
    pub year: String,
    /// Names, separated by commas.
    pub director: String,
    pub imdb_id: String,
    pub tmdb_id: String,
    pub wikidata_id: String,
}

impl RawMovie {
    pub fn from_id(movie: MovieId) -> Self {
        Self {
            movie: movie.to_string(),
            ..Self::default()
        }
    }

    /// The form filled in with what the text in the search box says.
    pub fn from_typed(typed: &str, today: NaiveDate) -> Self {
        let movie = TypedMovie::parse(typed, today);
        let tmdb_id = movie.ids.tmdb_id.map(|id| id.to_string());
        Self {
            title: movie.title,
            year: movie.year.map(|year| year.to_string()).unwrap_or_default(),
            director: movie.director,
            imdb_id: movie.ids.imdb_id.unwrap_or_default(),
            tmdb_id: tmdb_id.unwrap_or_default(),
            wikidata_id: movie.ids.wikidata_id.unwrap_or_default(),
            ..Self::default()
        }
    }

    pub fn from_hit(hit: &Hit) -> Self {
        Self {
            title: hit.title.clone(),
            year: hit.year.map(|year| year.to_string()).unwrap_or_default(),
            director: hit.directors.join(", "),
            imdb_id: hit.ids.imdb_id.clone().unwrap_or_default(),
            tmdb_id: hit.ids.tmdb_id.map(|id| id.to_string()).unwrap_or_default(),
            wikidata_id: hit.ids.wikidata_id.clone().unwrap_or_default(),
            ..Self::default()
        }
    }

    pub fn from_found(film: &FoundFilm) -> Self {
        match film {
            FoundFilm::Known(movie) => Self::from_id(movie.id),
            FoundFilm::InCatalog(hit) => Self::from_hit(hit),
        }
    }

    /// Validates the fields. `today` limits the year.
    pub fn check(&self, today: NaiveDate, errors: &mut FieldErrors) -> Option<MovieRef> {
        if !self.movie.is_empty() {
            let id = self.movie.parse().map_err(|_| OUTDATED_FORM.to_owned());
            return errors.ok_or_add("", id).map(MovieRef::Existing);
        }
        let raw = RawMovieInput {
            title: &self.title,
            year: &self.year,
            director: &self.director,
            imdb_id: &self.imdb_id,
            tmdb_id: &self.tmdb_id,
            wikidata_id: &self.wikidata_id,
        };
        MovieInput::validate(raw, today, errors).map(MovieRef::Entered)
    }

    /// Names and values of the fields that are not empty.
    pub fn filled_fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let fields = [
            ("movie", &self.movie),
            ("title", &self.title),
            ("year", &self.year),
            ("director", &self.director),
            ("imdb_id", &self.imdb_id),
            ("tmdb_id", &self.tmdb_id),
            ("wikidata_id", &self.wikidata_id),
        ];
        let filled = fields.into_iter().filter(|(_, value)| !value.is_empty());
        filled.map(|(name, value)| (name, value.as_str()))
    }
}
