//! Adds results of the online catalog to those found in our own database, while a member
//! searches for a movie.

use std::sync::Arc;
use std::time::Duration;

use futures_util::join;
use sea_orm::DbErr;
use tokio::time::timeout;

use super::catalog_query::CatalogQuery;
use super::facts::{ExternalIds, Hit, Search, SourceFacts};
use super::found_films::{FoundFilm, FoundFilms, find_films};
use super::local::LocalCatalog;
use super::online::OnlineCatalog;
use super::queries::{self, KnownMovie};
use super::sources::SourceError;
use crate::db::Db;
use crate::text::words_key;

/// More results than this are not shown.
const MAX_RESULTS: usize = 8;

/// How long a search waits for the sources when its results are loaded into the page.
const SUGGEST_TIMEOUT: Duration = Duration::from_secs(8);

/// How long a search waits for the sources when the whole page waits for it.
const PAGE_TIMEOUT: Duration = Duration::from_secs(2);

/// The results of the online catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnlineMatches {
    /// Movies that we have under another title and did not find ourselves.
    pub existing: Vec<KnownMovie>,
    /// Movies that we do not have yet.
    pub hits: Vec<Hit>,
    /// Whether the search failed or timed out, so that results may be missing.
    pub is_incomplete: bool,
}

/// All places in which a film is searched for.
#[derive(Clone, Debug)]
pub struct Catalogs {
    pub local: Arc<LocalCatalog>,
    pub online: Arc<OnlineCatalog>,
}

impl Catalogs {
    /// Searches here and in the local catalog, and online if that is not enough. For a whole page,
    /// which waits for it.
    pub async fn find(
        &self,
        db: &Db,
        query: &CatalogQuery,
    ) -> Result<(FoundFilms, OnlineMatches), DbErr> {
        let found = find_films(db, &self.local, query).await?;
        let online = search_online(db, &self.online, query, false, &found).await?;
        Ok((found, online))
    }
}

impl OnlineMatches {
    /// All of them, those known here first.
    pub fn films(&self) -> Vec<FoundFilm> {
        let known = self.existing.iter().cloned().map(FoundFilm::Known);
        let hits = self.hits.iter().cloned().map(FoundFilm::InCatalog);
        known.chain(hits).collect()
    }
}

/// Searches the online catalog and leaves out the films that were found without it. Returns nothing
/// when those are enough, the query is empty or no source is configured.
pub async fn search_online(
    db: &Db,
    online: &OnlineCatalog,
    query: &CatalogQuery,
    is_typing: bool,
    already_found: &FoundFilms,
) -> Result<OnlineMatches, DbErr> {
    if query.is_empty() || online.is_off() || already_found.is_enough {
        return Ok(OnlineMatches::default());
    }
    let max_wait = if is_typing {
        SUGGEST_TIMEOUT
    } else {
        PAGE_TIMEOUT
    };
    let answer = timeout(max_wait, query_sources(online, query, is_typing)).await;
    let Ok(Ok(mut hits)) = answer else {
        return Ok(OnlineMatches {
            is_incomplete: true,
            ..OnlineMatches::default()
        });
    };
    hits.truncate(MAX_RESULTS);
    let mut existing =
        queries::find_by_any_external_ids(db.reader(), hits.iter().map(|hit| &hit.ids)).await?;
    hits.retain(|hit| {
        let mut known = already_found.known().chain(&existing);
        let mut in_catalog = already_found.in_catalog();
        !known.any(|movie| is_same_movie(hit, movie))
            && !in_catalog.any(|other| is_same_hit(hit, other))
    });
    existing.retain(|movie| already_found.known().all(|known| known != movie));
    Ok(OnlineMatches {
        existing,
        hits,
        is_incomplete: false,
    })
}

async fn query_sources(
    online: &OnlineCatalog,
    query: &CatalogQuery,
    is_typing: bool,
) -> Result<Vec<Hit>, SourceError> {
    let (by_ids, by_words) = join!(
        look_up_ids(online, query.ids.as_ref()),
        search_by_title(online, query, is_typing)
    );
    let errors = [by_ids.as_ref().err(), by_words.as_ref().err()];
    let error = errors.into_iter().flatten().next().cloned();
    let mut hits = by_words.unwrap_or_default();
    let id_hit = by_ids.ok().flatten().map(facts_to_hit);
    hits.retain(|hit| id_hit.as_ref().is_none_or(|named| named.ids != hit.ids));
    let hits: Vec<_> = id_hit.into_iter().chain(hits).collect();
    match error {
        Some(error) if hits.is_empty() => Err(error),
        _ => Ok(hits),
    }
}

async fn look_up_ids(
    online: &OnlineCatalog,
    ids: Option<&ExternalIds>,
) -> Result<Option<SourceFacts>, SourceError> {
    match ids {
        Some(ids) => online.look_up(ids).await,
        None => Ok(None),
    }
}

/// A year at the end narrows the search. If nothing is found that way, it is taken as a part of
/// the title (*Blade Runner 2049*).
async fn search_by_title(
    online: &OnlineCatalog,
    query: &CatalogQuery,
    is_typing: bool,
) -> Result<Vec<Hit>, SourceError> {
    if query.text.is_empty() {
        return Ok(Vec::new());
    }
    if let Some((title, year)) = query.split_year() {
        let narrow = Search {
            title: title.to_owned(),
            year: Some(year),
            is_typing: false,
        };
        if let Some(found) = online.search(&narrow).await? {
            return Ok(found.hits);
        }
    }
    let wide = Search {
        title: query.text.clone(),
        year: None,
        is_typing,
    };
    Ok(online
        .search(&wide)
        .await?
        .map(|found| found.hits)
        .unwrap_or_default())
}

fn facts_to_hit(facts: SourceFacts) -> Hit {
    Hit {
        source: facts.source,
        ids: facts.ids,
        title: facts.title,
        original_title: facts.original_title,
        year: facts.year,
        directors: facts.directors,
    }
}

/// Whether the two share an id, or have the same title and year.
fn is_same_hit(hit: &Hit, other: &Hit) -> bool {
    let wikidata_id = hit.ids.wikidata_id.as_ref();
    hit.ids
        .matches(other.ids.imdb_id.as_deref(), other.ids.tmdb_id)
        || (wikidata_id.is_some() && wikidata_id == other.ids.wikidata_id.as_ref())
        || (words_key(&hit.title) == words_key(&other.title) && hit.year == other.year)
}

/// Whether the hit and our movie share an id or, if ours has no ids, title and year.
fn is_same_movie(hit: &Hit, movie: &KnownMovie) -> bool {
    let agree = hit.ids.matches(movie.imdb_id.as_deref(), movie.tmdb_id);
    let is_numbered = movie.imdb_id.is_some() || movie.tmdb_id.is_some();
    let is_named_so = words_key(&hit.title) == words_key(&movie.title) && hit.year == movie.year;
    agree || (!is_numbered && is_named_so)
}
