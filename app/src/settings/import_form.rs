//! The forms of an import: what to import, and which film is meant.

use entity::Visibility;
use entity::import_film::ImportFilmState;
use entity::import_outcome::RowState;
use sea_orm::ActiveEnum;
use serde::Deserialize;

use crate::catalog::facts::{parse_imdb_id, parse_tmdb_id, parse_wikidata_id};
use crate::catalog::{ExternalIds, Hit};
use crate::transfer::commands::FilmChoice;
use crate::transfer::{ImportCandidate, ImportOptions};
use crate::web::Error;
use crate::web::form::{OUTDATED_FORM, is_ticked};

/// The word of a state in query strings.
pub fn row_state_word(state: RowState) -> String {
    state.to_value()
}

pub fn parse_row_state(word: &str) -> Option<RowState> {
    RowState::try_from_value(&word.to_owned()).ok()
}

/// The word of a state in query strings and ids.
pub fn film_state_word(state: ImportFilmState) -> String {
    state.to_value()
}

pub fn parse_film_state(word: &str) -> Option<ImportFilmState> {
    ImportFilmState::try_from_value(&word.to_owned()).ok()
}

/// What to import, as it was posted.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawImportOptions {
    pub visibility: String,
    pub rated_on_is_watched_on: String,
    pub likes: String,
    pub lists: String,
    pub watchlist: String,
    pub skip_existing: String,
    pub settings: String,
}

impl RawImportOptions {
    pub fn check(&self) -> Result<ImportOptions, Error> {
        let visibility = Visibility::parse(&self.visibility)
            .ok_or_else(|| Error::BadRequest(OUTDATED_FORM.to_owned()))?;
        Ok(ImportOptions {
            visibility,
            rated_on_is_watched_on: is_ticked(&self.rated_on_is_watched_on),
            likes: is_ticked(&self.likes),
            lists: is_ticked(&self.lists),
            watchlist: is_ticked(&self.watchlist),
            skip_existing: is_ticked(&self.skip_existing),
            settings: Some(is_ticked(&self.settings)),
        })
    }
}

pub const AS_TYPED: &str = "as-typed";
pub const LEAVE_OUT: &str = "leave-out";

/// Begins the value for a film that has no id.
const OFFERED: &str = "offered:";

/// Which film is meant, as it was posted.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawFilmChoice {
    /// [`AS_TYPED`], [`LEAVE_OUT`], `movie:` and the id of a movie, ids of other services, or what
    /// tells a film without any apart.
    pub choice: String,
    /// The state whose films are listed.
    pub state: String,
}

impl RawFilmChoice {
    pub fn check(&self) -> Result<FilmChoice, Error> {
        let choice = match self.choice.as_str() {
            AS_TYPED => Some(FilmChoice::AsTyped),
            LEAVE_OUT => Some(FilmChoice::LeaveOut),
            other => {
                let movie = other.strip_prefix("movie:");
                let offered = other.strip_prefix(OFFERED);
                match (movie, offered) {
                    (Some(id), _) => id.parse().ok().map(FilmChoice::Movie),
                    (None, Some(mark)) => Some(FilmChoice::Offered(mark.to_owned())),
                    (None, None) => parse_ids(other).map(FilmChoice::Ids),
                }
            }
        };
        choice.ok_or_else(|| Error::BadRequest(OUTDATED_FORM.to_owned()))
    }
}

/// The value of `choice` for a candidate.
pub fn candidate_value(candidate: &ImportCandidate) -> String {
    if let Some(movie) = candidate.movie_id {
        return movie_value(movie);
    }
    let ids = ids_value(&ExternalIds {
        imdb_id: candidate.imdb_id.clone(),
        tmdb_id: candidate.tmdb_id,
        wikidata_id: candidate.wikidata_id.clone(),
    });
    ids.unwrap_or_else(|| format!("{OFFERED}{}", candidate.mark()))
}

pub fn movie_value(movie: i64) -> String {
    format!("movie:{movie}")
}

pub fn hit_value(hit: &Hit) -> Option<String> {
    ids_value(&hit.ids)
}

fn ids_value(ids: &ExternalIds) -> Option<String> {
    let tmdb_id = ids.tmdb_id.map(|id| id.to_string());
    let all = [ids.imdb_id.clone(), tmdb_id, ids.wikidata_id.clone()];
    let known: Vec<String> = all.into_iter().flatten().collect();
    (!known.is_empty()).then(|| known.join(" "))
}

/// Reads what [`ids_value`] writes. The ids differ in their form.
fn parse_ids(value: &str) -> Option<ExternalIds> {
    let mut ids = ExternalIds::default();
    for word in value.split(' ') {
        if let Some(id) = parse_imdb_id(word) {
            ids.imdb_id = Some(id);
        } else if let Some(id) = parse_wikidata_id(word) {
            ids.wikidata_id = Some(id);
        } else {
            ids.tmdb_id = Some(parse_tmdb_id(word)?);
        }
    }
    Some(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(value: &str) -> Option<FilmChoice> {
        let raw = RawFilmChoice {
            choice: value.to_owned(),
            state: String::new(),
        };
        raw.check().ok()
    }

    #[test]
    fn choices_are_read_as_they_are_written() {
        let ids = ExternalIds {
            imdb_id: Some("tt0113277".to_owned()),
            tmdb_id: Some(949),
            wikidata_id: Some("Q42198".to_owned()),
        };
        let value = ids_value(&ids).expect("ids");
        assert_eq!(choice(&value), Some(FilmChoice::Ids(ids)));
        assert_eq!(choice(&movie_value(7)), Some(FilmChoice::Movie(7)));
        assert_eq!(choice(AS_TYPED), Some(FilmChoice::AsTyped));
        assert_eq!(choice(LEAVE_OUT), Some(FilmChoice::LeaveOut));
        for nonsense in ["", "movie:", "movie:x", "tt1", "Q0", "heat", "tt0113277 x"] {
            assert_eq!(choice(nonsense), None, "{nonsense}");
        }
    }
}
