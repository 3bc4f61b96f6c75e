//! Gathers the films that may be meant, in a few queries for any number of rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::DbErr;

use super::known::{KnownFilm, known_films};
use super::{MatchedFilm, WantedFilm};
use crate::catalog::facts::ExternalIds;
use crate::catalog::local::{
    CatalogFile, CatalogFilm, LocalCatalog, films_with_ids, films_with_keys,
    films_with_letterboxd_ids, finding_key, name_keys,
};
use crate::catalog::queries::KnownMovie;
use crate::db::Db;
use crate::text::words_key;

/// More films of one name are not compared.
const MAX_CANDIDATES: usize = 60;

/// For each row, the films that may be meant: known ones first, then by popularity.
pub(super) async fn find_candidates(
    db: &Db,
    local: &LocalCatalog,
    wanted: &[WantedFilm],
) -> Result<Vec<Vec<MatchedFilm>>, DbErr> {
    let mut pool = CandidatePool::default();
    pool.add_films(catalog_films(local, wanted).await);
    let ids = wanted.iter().map(|wanted| wanted.ids.clone());
    let ids: Vec<_> = ids
        .chain(pool.films.values().map(CatalogFilm::ids))
        .collect();
    let keys: BTreeSet<String> = wanted.iter().flat_map(row_keys).collect();
    pool.add_known(known_films(db, &ids, &keys).await?);
    Ok(wanted.iter().map(|wanted| pool.fitting(wanted)).collect())
}

/// For each film, the movie here that it is.
pub(super) async fn known_of_films(
    db: &Db,
    films: &[CatalogFilm],
) -> Result<Vec<Option<KnownMovie>>, DbErr> {
    if films.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = films.iter().map(CatalogFilm::ids).collect();
    let titles = films.iter().flat_map(CatalogFilm::names);
    let keys: BTreeSet<String> = titles.map(words_key).collect();
    let mut pool = CandidatePool::default();
    pool.add_films((1..).zip(films.iter().cloned()).collect());
    pool.add_known(known_films(db, &ids, &keys).await?);
    let any: BTreeSet<usize> = (0..pool.known.len()).collect();
    let known = pool.films.keys().map(|rank| {
        let index = pool.known_of(*rank, &any)?;
        Some(pool.known[index].movie().clone())
    });
    Ok(known.collect())
}

/// The films of the catalog that may be meant, by popularity.
pub(super) async fn catalog_candidates(
    local: &LocalCatalog,
    wanted: &WantedFilm,
) -> Vec<MatchedFilm> {
    let mut pool = CandidatePool::default();
    pool.add_films(catalog_films(local, std::slice::from_ref(wanted)).await);
    pool.fitting(wanted)
}

/// A file that fails has no films: nothing that somebody logs may wait for it.
async fn catalog_films(local: &LocalCatalog, wanted: &[WantedFilm]) -> BTreeMap<u32, CatalogFilm> {
    let Some(file) = local.file().await else {
        return BTreeMap::new();
    };
    films_of(&file, wanted).await.unwrap_or_else(|error| {
        tracing::error!(%error, "the local catalog cannot be read");
        BTreeMap::new()
    })
}

async fn films_of(
    file: &CatalogFile,
    wanted: &[WantedFilm],
) -> Result<BTreeMap<u32, CatalogFilm>, DbErr> {
    let ids: Vec<ExternalIds> = wanted.iter().map(|row| row.ids.clone()).collect();
    let letterboxd = wanted.iter().filter_map(|row| row.letterboxd_id.clone());
    let letterboxd: Vec<String> = letterboxd.collect();
    let keys: BTreeSet<String> = wanted.iter().flat_map(row_keys).collect();
    let mut films = films_with_ids(file, &ids).await?;
    films.extend(films_with_letterboxd_ids(file, letterboxd).await?);
    films.extend(films_with_keys(file, keys.into_iter().collect()).await?);
    let films = films.into_iter().map(|ranked| (ranked.rank, ranked.film));
    Ok(films.collect())
}

/// The keys of the title, and of its parts around a colon or dash, which only serve to offer films.
fn row_keys(wanted: &WantedFilm) -> Vec<String> {
    let parts = [": ", " - ", " – "]
        .into_iter()
        .filter_map(|mark| wanted.title.split_once(mark))
        .flat_map(|(before, after)| [before, after]);
    let names = std::iter::once(wanted.title.as_str()).chain(parts);
    let mut keys: Vec<_> = names
        .flat_map(|name| [words_key(name), finding_key(name)])
        .filter(|key| !key.is_empty())
        .collect();
    keys.dedup();
    keys
}

/// All films that may be meant by one of the rows, by their ids and names.
#[derive(Debug, Default)]
struct CandidatePool {
    films: BTreeMap<u32, CatalogFilm>,
    known: Vec<KnownFilm>,
    films_by_key: HashMap<String, Vec<u32>>,
    films_by_id: HashMap<IdKey, u32>,
    known_by_key: HashMap<String, Vec<usize>>,
    known_by_id: HashMap<IdKey, usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum IdKey {
    Imdb(String),
    Tmdb(i64),
    Wikidata(String),
    Letterboxd(String),
}

fn id_keys(ids: &ExternalIds, letterboxd_id: Option<&String>) -> impl Iterator<Item = IdKey> {
    let keys = [
        ids.imdb_id.clone().map(IdKey::Imdb),
        ids.tmdb_id.map(IdKey::Tmdb),
        ids.wikidata_id.clone().map(IdKey::Wikidata),
        letterboxd_id.cloned().map(IdKey::Letterboxd),
    ];
    keys.into_iter().flatten()
}

impl CandidatePool {
    fn add_films(&mut self, films: BTreeMap<u32, CatalogFilm>) {
        for (rank, film) in &films {
            for key in name_keys(film) {
                self.films_by_key.entry(key).or_default().push(*rank);
            }
            for id in id_keys(&film.ids(), film.letterboxd_id.as_ref()) {
                self.films_by_id.entry(id).or_insert(*rank);
            }
        }
        self.films = films;
    }

    fn add_known(&mut self, known: Vec<KnownFilm>) {
        for (index, known) in known.iter().enumerate() {
            let keys: BTreeSet<String> = known
                .titles()
                .flat_map(|title| [words_key(title), finding_key(title)])
                .collect();
            for key in keys {
                self.known_by_key.entry(key).or_default().push(index);
            }
            for ids in known.all_ids() {
                for id in id_keys(&ids, None) {
                    self.known_by_id.entry(id).or_insert(index);
                }
            }
        }
        self.known = known;
    }

    fn fitting(&self, wanted: &WantedFilm) -> Vec<MatchedFilm> {
        let keys = row_keys(wanted);
        let ids: Vec<_> = id_keys(&wanted.ids, wanted.letterboxd_id.as_ref()).collect();
        let by_key = keys.iter().filter_map(|key| self.films_by_key.get(key));
        let mut ranks: BTreeSet<u32> = by_key.flatten().copied().collect();
        ranks.extend(ids.iter().filter_map(|id| self.films_by_id.get(id)));
        let by_key = keys.iter().filter_map(|key| self.known_by_key.get(key));
        let mut known: BTreeSet<usize> = by_key.flatten().copied().collect();
        known.extend(ids.iter().filter_map(|id| self.known_by_id.get(id)));
        let here_of: BTreeMap<u32, usize> = ranks
            .iter()
            .filter_map(|rank| Some((*rank, self.known_of(*rank, &known)?)))
            .collect();
        known.extend(here_of.values());
        let here = known.iter().map(|index| {
            let rank = here_of.iter().find(|(_, here)| *here == index);
            let film = rank.map(|(rank, _)| self.films[rank].clone());
            self.known[*index].matched(film)
        });
        let elsewhere = ranks.iter().filter(|rank| !here_of.contains_key(rank));
        let elsewhere = elsewhere.map(|rank| MatchedFilm::from(self.films[rank].clone()));
        here.chain(elsewhere).take(MAX_CANDIDATES).collect()
    }

    /// The movie here that the film is: with one of its ids, or else, without any ids, with its
    /// title, year and directors.
    fn known_of(&self, rank: u32, of_that_name: &BTreeSet<usize>) -> Option<usize> {
        let film = &self.films[&rank];
        let by_id = id_keys(&film.ids(), None).find_map(|id| self.known_by_id.get(&id).copied());
        by_id.or_else(|| {
            let mut known = of_that_name.iter().copied();
            known.find(|index| self.known[*index].may_be(film))
        })
    }
}
