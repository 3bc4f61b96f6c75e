//! Finds films for the box, while somebody types: exact titles, then titles with the words, then
//! titles in which the words were meant. At each step the most popular come first.

use std::sync::Arc;

use sea_orm::{DbErr, Value};
use tokio::task::spawn_blocking;

use super::catalog_handle::LocalCatalog;
use super::file::{CatalogFile, RankedFilm};
use super::film::CatalogFilm;
use super::keys::finding_key;
use super::lookup::{films_with_ids, films_with_letterboxd_ids};
use super::match_query::{Prefixes, match_all, match_meant, typed_chunks};
use super::typos::{MeantWords, is_known};
use super::write::search_words;
use crate::catalog::CatalogQuery;
use crate::full_text::terms::Chunk;
use crate::text::words_key;

/// How well a film fits what was typed; the best comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// All of it is a title of the film, or its title and year.
    Title,
    /// It has the id.
    Id,
    /// It has all words, the last one perhaps longer.
    Words,
    /// It has all words, but for mistakes in typing.
    Mistakes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogHit {
    pub film: CatalogFilm,
    pub fit: Fit,
}

/// With this many hits, nothing less exact is searched for. One is enough if it is among the most
/// popular part of all films.
const ENOUGH: usize = 3;
const WELL_KNOWN_PART: u32 = 32;

/// With mistakes, this many films are compared with what was typed.
const MAX_COMPARED: i64 = 16;

impl LocalCatalog {
    /// Up to `limit` films, the best first. A file that fails finds nothing.
    pub async fn search(&self, query: &CatalogQuery, limit: usize) -> Vec<CatalogHit> {
        match self.file().await {
            Some(file) if !query.is_empty() => {
                let hits = search_file(&file, query, limit).await;
                hits.unwrap_or_else(|error| {
                    tracing::error!(%error, "the local catalog cannot be searched");
                    Vec::new()
                })
            }
            _ => Vec::new(),
        }
    }
}

async fn search_file(
    file: &Arc<CatalogFile>,
    query: &CatalogQuery,
    limit: usize,
) -> Result<Vec<CatalogHit>, DbErr> {
    let mut hits = CatalogHits::default();
    hits.add(Fit::Title, titled(file, query, limit).await?);
    if let Some(ids) = &query.ids {
        hits.add(
            Fit::Id,
            films_with_ids(file, std::slice::from_ref(ids)).await?,
        );
    }
    if let Some(id) = &query.letterboxd_id {
        let films = films_with_letterboxd_ids(file, vec![id.clone()]).await?;
        hits.add(Fit::Id, films);
    }
    if let Some(chunks) = typed_chunks(&query.text) {
        let well_known = file.info.films / WELL_KNOWN_PART;
        let words = match_all(&chunks, Prefixes::LastWord, &file.vocabulary);
        hits.add(Fit::Words, with_words(file, words, limit as i64).await?);
        if !hits.are_enough(well_known) && chunks.len() > 1 {
            let words = match_all(&chunks, Prefixes::AllWords, &file.vocabulary);
            hits.add(Fit::Words, with_words(file, words, limit as i64).await?);
        }
        if !hits.are_enough(well_known) {
            hits.add(Fit::Mistakes, with_mistakes(file, chunks).await?);
        }
    }
    hits.films.truncate(limit);
    Ok(hits.into_vec())
}

/// Each film once, where it fits best.
#[derive(Debug, Default)]
struct CatalogHits {
    films: Vec<(Fit, RankedFilm)>,
}

impl CatalogHits {
    fn add(&mut self, fit: Fit, films: Vec<RankedFilm>) {
        for film in films {
            if self.films.iter().all(|(_, known)| known.rank != film.rank) {
                self.films.push((fit, film));
            }
        }
    }

    fn are_enough(&self, well_known: u32) -> bool {
        let mut films = self.films.iter();
        self.films.len() >= ENOUGH || films.any(|(_, film)| film.rank <= well_known)
    }

    fn into_vec(self) -> Vec<CatalogHit> {
        let hits = self.films.into_iter();
        let hits = hits.map(|(fit, ranked)| CatalogHit {
            film: ranked.film,
            fit,
        });
        hits.collect()
    }
}

/// Films that are called so. A year at the end may be a part of the title, or that of the film.
async fn titled(
    file: &CatalogFile,
    query: &CatalogQuery,
    limit: usize,
) -> Result<Vec<RankedFilm>, DbErr> {
    let key = words_key(&query.text);
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let (title, year) = query.split_year().unwrap_or((&query.text, 0));
    let values: Vec<Value> = vec![
        key.into(),
        finding_key(&query.text).into(),
        words_key(title).into(),
        finding_key(title).into(),
        year.into(),
        (limit as i64).into(),
    ];
    let select = "SELECT DISTINCT film.* FROM name CROSS JOIN film ON film.rank = name.rank \
                  WHERE name.key IN (?1, ?2, ?3, ?4) \
                  AND (name.key IN (?1, ?2) OR film.year = ?5) \
                  ORDER BY film.rank LIMIT ?6";
    file.query_films(select, values).await
}

/// In the order of the index, so SQLite stops at the last film that is wanted.
async fn with_words(
    file: &CatalogFile,
    words: String,
    limit: i64,
) -> Result<Vec<RankedFilm>, DbErr> {
    let select = "SELECT film.* FROM film_words CROSS JOIN film ON film.rank = film_words.rowid \
                  WHERE film_words MATCH ? ORDER BY film_words.rowid LIMIT ?";
    file.query_films(select, vec![words.into(), limit.into()])
        .await
}

/// Which words are forgiven how much.
#[derive(Clone, Copy, Debug)]
struct Forgiveness {
    mistakes: u8,
    /// Words that some film has are taken as typed.
    only_unknown_words: bool,
}

/// Each is tried only if those before it find nothing.
const FORGIVENESS: [Forgiveness; 3] = [
    Forgiveness {
        mistakes: 1,
        only_unknown_words: true,
    },
    Forgiveness {
        mistakes: 1,
        only_unknown_words: false,
    },
    Forgiveness {
        mistakes: 2,
        only_unknown_words: true,
    },
];

async fn with_mistakes(
    file: &Arc<CatalogFile>,
    chunks: Vec<Chunk>,
) -> Result<Vec<RankedFilm>, DbErr> {
    let chunks = Arc::new(chunks);
    for forgiveness in FORGIVENESS {
        let meant = meant_words(Arc::clone(file), Arc::clone(&chunks), forgiveness).await?;
        if meant.iter().all(Option::is_none) {
            continue;
        }
        let words = match_meant(&chunks, &meant, &file.vocabulary);
        let mut films = with_words(file, words, MAX_COMPARED).await?;
        if !films.is_empty() {
            films.sort_by_cached_key(|ranked| (count_mistakes(&ranked.film, &meant), ranked.rank));
            return Ok(films);
        }
    }
    Ok(Vec::new())
}

/// Takes up to a few milliseconds, and so its own thread.
async fn meant_words(
    file: Arc<CatalogFile>,
    chunks: Arc<Vec<Chunk>>,
    forgiveness: Forgiveness,
) -> Result<Vec<Option<MeantWords>>, DbErr> {
    let meant = spawn_blocking(move || {
        let last = chunks.len() - 1;
        let chunks = chunks.iter().enumerate();
        let meant = chunks.map(|(index, chunk)| {
            let [word] = chunk.parts.as_slice() else {
                return None;
            };
            let (is_last, vocabulary) = (index == last, &file.vocabulary);
            let is_skipped = || is_known(word, is_last, vocabulary);
            if forgiveness.only_unknown_words && is_skipped() {
                return None;
            }
            MeantWords::of(word, is_last, forgiveness.mistakes, vocabulary)
        });
        meant.collect()
    });
    meant
        .await
        .map_err(|error| DbErr::Custom(error.to_string()))
}

fn count_mistakes(film: &CatalogFilm, meant: &[Option<MeantWords>]) -> u32 {
    let words = search_words(film);
    let meant = meant.iter().flatten();
    meant
        .map(|meant| u32::from(meant.mistakes_in(&words)))
        .sum()
}
