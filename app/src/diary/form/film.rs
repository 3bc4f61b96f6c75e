//! Which movie is meant: raw as it comes, checked as it is used.

use chrono::NaiveDate;
use serde::Deserialize;

use super::check::STALE;
use crate::catalog::claim::{Raw, TypedMovie};
use crate::catalog::{Claim, Hit};
use crate::web::Fields;

/// A movie as it comes: by its id here, or as it was typed or found.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawFilm {
    /// The id of a movie that is known here.
    pub movie: String,
    /// Or its title, typed by hand,
    pub title: String,
    /// the year,
    pub year: String,
    /// the directors,
    pub director: String,
    /// its number at IMDb,
    pub imdb_id: String,
    /// at TMDB,
    pub tmdb_id: String,
    /// and at Wikidata.
    pub wikidata_id: String,
}

impl RawFilm {
    /// One that the catalog found.
    pub fn found(hit: &Hit) -> Self {
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

    /// Checks it; `today` bounds the year.
    pub fn check(&self, today: NaiveDate, errors: &mut Fields) -> Option<Claim> {
        if !self.movie.is_empty() {
            let id = self.movie.parse().map_err(|_| STALE.to_owned());
            return errors.keep("", id).map(Claim::Known);
        }
        let raw = Raw {
            title: &self.title,
            year: &self.year,
            director: &self.director,
            imdb_id: &self.imdb_id,
            tmdb_id: &self.tmdb_id,
            wikidata_id: &self.wikidata_id,
        };
        TypedMovie::check(raw, today, errors).map(Claim::Typed)
    }

    /// The fields that are filled, by their names.
    pub fn filled(&self) -> impl Iterator<Item = (&'static str, &str)> {
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
