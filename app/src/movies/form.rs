//! The form to correct a movie: raw as posted, and how it is validated.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::catalog::KnownMovie;
use crate::catalog::movie_input::{MovieInput, RawMovieInput};
use crate::web::FieldErrors;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawCorrection {
    /// Identifies the member who opened the form.
    pub by: String,
    /// Address of the form’s page.
    pub page: String,
    pub title: String,
    pub year: String,
    /// Names, separated by commas.
    pub director: String,
}

impl RawCorrection {
    /// The form filled in with the movie's current values.
    pub fn from_movie(movie: &KnownMovie) -> Self {
        Self {
            title: movie.title.clone(),
            year: movie.year.map(|year| year.to_string()).unwrap_or_default(),
            director: movie.directors.join(", "),
            ..Self::default()
        }
    }

    /// Validates the form against the current `movie`; `today` limits the year.
    pub fn validate(
        &self,
        movie: &KnownMovie,
        today: NaiveDate,
    ) -> Result<MovieInput, FieldErrors> {
        let mut errors = FieldErrors::default();
        // Keep an unchanged list as it is: a name may itself contain a comma.
        let is_unchanged = self.director == Self::from_movie(movie).director;
        let raw = RawMovieInput {
            title: &self.title,
            year: &self.year,
            director: if is_unchanged { "" } else { &self.director },
            imdb_id: "",
            tmdb_id: "",
            wikidata_id: "",
        };
        let typed = MovieInput::validate(raw, today, &mut errors);
        let mut typed = typed.ok_or(errors)?;
        if is_unchanged {
            typed.directors.clone_from(&movie.directors);
        }
        Ok(typed)
    }
}
