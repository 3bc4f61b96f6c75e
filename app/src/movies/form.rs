//! What is sent about a movie: raw as it comes, checked as it is used.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::catalog::Known;
use crate::catalog::claim::{Raw, TypedMovie};
use crate::web::Fields;

/// A correction as it comes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawCorrection {
    /// The title.
    pub title: String,
    /// The year.
    pub year: String,
    /// Directors, with commas between them.
    pub director: String,
}

impl RawCorrection {
    /// The form as it is before anything is corrected.
    pub fn of(movie: &Known) -> Self {
        Self {
            title: movie.title.clone(),
            year: movie.year.to_string(),
            director: movie.directors.join(", "),
        }
    }

    /// Checks it against `movie` as it is; `today` bounds the year.
    pub fn check(&self, movie: &Known, today: NaiveDate) -> Result<TypedMovie, Fields> {
        let mut errors = Fields::default();
        // A name may have a comma in it; nobody touched it.
        let is_untouched = self.director == Self::of(movie).director;
        let raw = Raw {
            title: &self.title,
            year: &self.year,
            director: if is_untouched { "" } else { &self.director },
            imdb_id: "",
            tmdb_id: "",
            wikidata_id: "",
        };
        let typed = TypedMovie::check(raw, today, &mut errors);
        let mut typed = typed.ok_or(errors)?;
        if is_untouched {
            typed.directors.clone_from(&movie.directors);
        }
        Ok(typed)
    }
}
