//! The films that a search finds without asking anybody: those known here and those of the local
//! catalog, in one list.

use sea_orm::DbErr;

use super::catalog_query::CatalogQuery;
use super::facts::Hit;
use super::film_match::known_of_films;
use super::local::{CatalogFilm, CatalogHit, Fit, LocalCatalog, finding_key};
use super::queries::{KnownMovie, suggest_movies};
use crate::config::SourceName;
use crate::db::Db;
use crate::text::words_key;

/// More films than this are not shown.
const MAX_FOUND: usize = 8;

/// With this many films of the local catalog, no other is asked.
const ENOUGH: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundFilm {
    /// A movie of ours.
    Known(KnownMovie),
    /// A film that becomes a movie of ours once somebody chooses it.
    InCatalog(Hit),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundFilms {
    /// The best first, each once.
    pub films: Vec<FoundFilm>,
    /// Whether the local catalog has so many that the online sources need not be asked.
    pub is_enough: bool,
}

impl FoundFilm {
    pub fn title(&self) -> &str {
        match self {
            Self::Known(movie) => &movie.title,
            Self::InCatalog(hit) => &hit.title,
        }
    }
}

impl FoundFilms {
    pub fn known(&self) -> impl Iterator<Item = &KnownMovie> {
        self.films.iter().filter_map(|film| match film {
            FoundFilm::Known(movie) => Some(movie),
            FoundFilm::InCatalog(_) => None,
        })
    }

    pub fn in_catalog(&self) -> impl Iterator<Item = &Hit> {
        self.films.iter().filter_map(|film| match film {
            FoundFilm::Known(_) => None,
            FoundFilm::InCatalog(hit) => Some(hit),
        })
    }
}

/// Films that fit `query`. Of those that fit equally well, the ones known here come first, and then
/// the most popular.
pub async fn find_films(
    db: &Db,
    local: &LocalCatalog,
    query: &CatalogQuery,
) -> Result<FoundFilms, DbErr> {
    let known = suggest_movies(db, query).await?;
    let hits = local.search(query, MAX_FOUND).await;
    let is_enough = is_enough(&hits, query);
    let catalog_films: Vec<CatalogFilm> = hits.iter().map(|hit| hit.film.clone()).collect();
    let known_hits = known_of_films(db, &catalog_films).await?;
    let mut ranked: Vec<(Fit, FoundFilm)> = Vec::new();
    for movie in known {
        ranked.push((fit_of(&movie, query), FoundFilm::Known(movie)));
    }
    for (CatalogHit { film, fit }, known) in hits.into_iter().zip(known_hits) {
        let found = known.map_or_else(|| FoundFilm::InCatalog(hit_of(film)), FoundFilm::Known);
        match ranked.iter_mut().find(|(_, other)| *other == found) {
            Some((known_fit, _)) => *known_fit = fit.min(*known_fit),
            None => ranked.push((fit, found)),
        }
    }
    ranked.sort_by_key(|(fit, film)| (*fit, matches!(film, FoundFilm::InCatalog(_))));
    let films = ranked.into_iter().map(|(_, film)| film);
    Ok(FoundFilms {
        films: films.take(MAX_FOUND).collect(),
        is_enough,
    })
}

/// A film whose page was pasted is what was meant. Films in which the words were only meant do not
/// count.
fn is_enough(hits: &[CatalogHit], query: &CatalogQuery) -> bool {
    let good = hits.iter().filter(|hit| hit.fit < Fit::Mistakes).count();
    let is_pasted = query.text.is_empty() || query.letterboxd_id.is_some();
    good >= ENOUGH || (is_pasted && hits.iter().any(|hit| hit.fit == Fit::Id))
}

fn fit_of(movie: &KnownMovie, query: &CatalogQuery) -> Fit {
    let is_called = |typed: &str| {
        words_key(typed) == words_key(&movie.title)
            || finding_key(typed) == finding_key(&movie.title)
    };
    let is_called_with_year = || {
        let with_year = query.split_year();
        with_year.is_some_and(|(title, year)| movie.year == Some(year) && is_called(title))
    };
    let ids = query.ids.as_ref();
    if is_called(&query.text) || is_called_with_year() {
        Fit::Title
    } else if ids.is_some_and(|ids| ids.matches(movie.imdb_id.as_deref(), movie.tmdb_id)) {
        Fit::Id
    } else {
        Fit::Words
    }
}

pub(super) fn hit_of(film: CatalogFilm) -> Hit {
    Hit {
        source: SourceName::Local,
        ids: film.ids(),
        title: film.title,
        original_title: film.original_title,
        year: film.year,
        directors: film.directors,
    }
}
