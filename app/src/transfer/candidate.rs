//! Films that rows of an import may mean.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::json::to_json;
use crate::catalog::{CatalogFilm, KnownMovie, MatchedFilm};
use crate::secret::short_hash;

/// A film that a row may mean.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ImportCandidate {
    /// The movie here; null if it would be a new one.
    pub movie_id: Option<i64>,
    pub title: String,
    pub year: Option<i16>,
    pub directors: Vec<String>,
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<i64>,
    pub wikidata_id: Option<String>,
}

impl From<&MatchedFilm> for ImportCandidate {
    fn from(matched: &MatchedFilm) -> Self {
        let film = matched.film.as_ref();
        let ids = film.map(CatalogFilm::ids).unwrap_or_default();
        match &matched.known {
            Some(known) => Self {
                movie_id: Some(known.id),
                title: known.title.clone(),
                year: known.year,
                directors: known.directors.clone(),
                imdb_id: known.imdb_id.clone().or(ids.imdb_id),
                tmdb_id: known.tmdb_id.or(ids.tmdb_id),
                wikidata_id: ids.wikidata_id,
            },
            None => Self {
                movie_id: None,
                title: film.map(|film| film.title.clone()).unwrap_or_default(),
                year: film.and_then(|film| film.year),
                directors: film.map(|film| film.directors.clone()).unwrap_or_default(),
                imdb_id: ids.imdb_id,
                tmdb_id: ids.tmdb_id,
                wikidata_id: ids.wikidata_id,
            },
        }
    }
}

impl From<KnownMovie> for ImportCandidate {
    fn from(known: KnownMovie) -> Self {
        Self {
            movie_id: Some(known.id),
            title: known.title,
            year: known.year,
            directors: known.directors,
            imdb_id: known.imdb_id,
            tmdb_id: known.tmdb_id,
            wikidata_id: None,
        }
    }
}

impl ImportCandidate {
    /// Tells it apart from other films that are offered.
    pub fn mark(&self) -> String {
        short_hash(&to_json(self))
    }
}

impl From<ImportCandidate> for CatalogFilm {
    fn from(candidate: ImportCandidate) -> Self {
        Self {
            title: candidate.title,
            year: candidate.year,
            directors: candidate.directors,
            imdb_id: candidate.imdb_id,
            tmdb_id: candidate.tmdb_id,
            wikidata_id: candidate.wikidata_id,
            ..Self::default()
        }
    }
}
