//! Which film is meant by what somebody, or another program, says of it: the one function that
//! logging, the API, imports and webhooks ask. It looks in our own database and in the local catalog
//! together, for many at once.

mod candidates;
mod decide;
mod known;
mod rung;

use sea_orm::DbErr;

pub use rung::{MatchCaller, Rung};

use super::facts::ExternalIds;
use super::local::{CatalogFilm, LocalCatalog};
use super::movie_input::MovieInput;
use super::queries::KnownMovie;
use crate::db::Db;
use candidates::{catalog_candidates, find_candidates};
use decide::decide;

/// What is said of a film. Only the title or an id is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedFilm {
    pub title: String,
    pub year: Option<i16>,
    pub directors: Vec<String>,
    pub runtime_minutes: Option<i16>,
    pub ids: ExternalIds,
    pub letterboxd_id: Option<String>,
}

impl From<&MovieInput> for WantedFilm {
    fn from(entered: &MovieInput) -> Self {
        Self {
            title: entered.title.clone(),
            year: entered.year,
            directors: entered.directors.clone(),
            ids: entered.ids.clone(),
            ..Self::default()
        }
    }
}

/// A film that is known here, or in the catalog, or in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedFilm {
    pub known: Option<KnownMovie>,
    pub film: Option<CatalogFilm>,
    /// Movies that were merged into the known one.
    merged: Vec<KnownMovie>,
    /// Those of the known movie, and of the merged ones.
    wikidata_ids: Vec<String>,
}

impl From<CatalogFilm> for MatchedFilm {
    fn from(film: CatalogFilm) -> Self {
        Self {
            known: None,
            film: Some(film),
            merged: Vec::new(),
            wikidata_ids: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilmMatch {
    Exactly(Box<MatchedFilm>, Rung),
    /// Nothing decides between these, or nothing decides for the only one. The best first.
    Several(Vec<MatchedFilm>),
    /// It is none of these, as far as is known, but their names resemble it.
    Similar(Vec<MatchedFilm>),
    Nothing,
}

impl FilmMatch {
    /// What `caller` may take as decided; the rest is only offered.
    #[must_use]
    pub fn decided_for(self, caller: MatchCaller) -> Self {
        match self {
            Self::Exactly(film, rung) if !rung.decides_for(caller) => Self::Several(vec![*film]),
            other => other,
        }
    }
}

/// The answers are in the order of `wanted`.
pub async fn match_films(
    db: &Db,
    local: &LocalCatalog,
    wanted: &[WantedFilm],
) -> Result<Vec<FilmMatch>, DbErr> {
    let candidates = find_candidates(db, local, wanted).await?;
    let matches = wanted.iter().zip(candidates);
    Ok(matches
        .map(|(wanted, films)| decide(wanted, films))
        .collect())
}

/// Like [`match_films`], for a single film.
pub async fn match_film(
    db: &Db,
    local: &LocalCatalog,
    wanted: &WantedFilm,
) -> Result<FilmMatch, DbErr> {
    let mut matches = match_films(db, local, std::slice::from_ref(wanted)).await?;
    Ok(matches.pop().unwrap_or(FilmMatch::Nothing))
}

/// For each film of the catalog, the movie here that it is.
pub(super) async fn known_of_films(
    db: &Db,
    films: &[CatalogFilm],
) -> Result<Vec<Option<KnownMovie>>, DbErr> {
    candidates::known_of_films(db, films).await
}

/// The film of the catalog that `entered` certainly is, as a form or the API may decide.
pub async fn film_in_catalog(local: &LocalCatalog, entered: &MovieInput) -> Option<CatalogFilm> {
    let wanted = WantedFilm::from(entered);
    let films = catalog_candidates(local, &wanted).await;
    match decide(&wanted, films).decided_for(MatchCaller::Form) {
        FilmMatch::Exactly(matched, _) => matched.film,
        FilmMatch::Several(_) | FilmMatch::Similar(_) | FilmMatch::Nothing => None,
    }
}
