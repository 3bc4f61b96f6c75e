//! Movies of our own database that may be meant, for many rows at once.

use std::collections::{BTreeSet, HashMap};

use entity::{movie, movie_facts};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::MatchedFilm;
use crate::catalog::facts::ExternalIds;
use crate::catalog::local::CatalogFilm;
use crate::catalog::queries::{KnownMovie, MovieId, directors_agree, find_all_matches};
use crate::db::Db;
use crate::full_text::synonyms::synonyms;
use crate::text::{without_article, words_key};

/// Values in one query.
const BATCH: usize = 300;

/// A movie here, with those that were merged into it and still lead to it.
#[derive(Clone, Debug)]
pub(super) struct KnownFilm {
    movie: KnownMovie,
    merged: Vec<KnownMovie>,
    wikidata_ids: Vec<String>,
}

impl KnownFilm {
    pub(super) fn movie(&self) -> &KnownMovie {
        &self.movie
    }

    pub(super) fn titles(&self) -> impl Iterator<Item = &str> {
        let all = std::iter::once(&self.movie).chain(&self.merged);
        all.map(|movie| movie.title.as_str())
    }

    pub(super) fn all_ids(&self) -> impl Iterator<Item = ExternalIds> {
        let all = std::iter::once(&self.movie).chain(&self.merged);
        let wikidata_ids = self.wikidata_ids.iter().map(|id| ExternalIds {
            wikidata_id: Some(id.clone()),
            ..ExternalIds::default()
        });
        all.map(|movie| movie.external_ids(None))
            .chain(wikidata_ids)
    }

    /// Whether it has no ids of its own, and the film's title and year, and no other directors.
    pub(super) fn may_be(&self, film: &CatalogFilm) -> bool {
        let key = words_key(&self.movie.title);
        self.movie.imdb_id.is_none()
            && self.movie.tmdb_id.is_none()
            && self.movie.year.is_some()
            && self.movie.year == film.year
            && directors_agree(&self.movie.directors, &film.directors)
            && film.names().any(|name| words_key(name) == key)
    }

    pub(super) fn matched(&self, film: Option<CatalogFilm>) -> MatchedFilm {
        MatchedFilm {
            known: Some(self.movie.clone()),
            merged: self.merged.clone(),
            wikidata_ids: self.wikidata_ids.clone(),
            film,
        }
    }
}

/// Movies with any of the ids, or with any of the folded titles.
pub(super) async fn known_films(
    db: &Db,
    ids: &[ExternalIds],
    keys: &BTreeSet<String>,
) -> Result<Vec<KnownFilm>, DbErr> {
    let mut known: HashMap<MovieId, KnownFilm> = HashMap::new();
    let by_ids = ids.chunks(BATCH).map(with_ids);
    let keys: Vec<String> = keys.iter().flat_map(|key| title_keys(key)).collect();
    let by_title = keys.chunks(BATCH).map(|keys| {
        let titles = movie::Column::TitleKey.is_in(keys);
        let without_articles = movie::Column::SortKey.is_in(keys);
        Condition::any().add(titles).add(without_articles)
    });
    let conditions: Vec<Condition> = by_ids.chain(by_title).collect();
    for which in conditions {
        for found in find_all_matches(db.reader(), which).await? {
            let movie = found.movie;
            let entry = known.entry(movie.id).or_insert_with(|| KnownFilm {
                movie,
                merged: Vec::new(),
                wikidata_ids: Vec::new(),
            });
            for other in found.matched {
                if other.id != entry.movie.id && !entry.merged.contains(&other) {
                    entry.merged.push(other);
                }
            }
        }
    }
    add_wikidata_ids(db, &mut known).await?;
    let mut known: Vec<_> = known.into_values().collect();
    known.sort_by_key(|known| known.movie.id);
    Ok(known)
}

fn with_ids(ids: &[ExternalIds]) -> Condition {
    let imdb = ids.iter().filter_map(|ids| ids.imdb_id.clone());
    let tmdb = ids.iter().filter_map(|ids| ids.tmdb_id);
    let wikidata = ids.iter().filter_map(|ids| ids.wikidata_id.clone());
    let by_wikidata = movie_facts::Entity::find()
        .select_only()
        .column(movie_facts::Column::MovieId)
        .filter(movie_facts::Column::WikidataId.is_in(wikidata))
        .into_query();
    Condition::any()
        .add(movie::Column::ImdbId.is_in(imdb))
        .add(movie::Column::TmdbId.is_in(tmdb))
        .add(movie::Column::Id.in_subquery(by_wikidata))
}

/// The key itself, without its article, and with its first number or abbreviation written in
/// another way.
fn title_keys(key: &str) -> Vec<String> {
    let mut keys = vec![key.to_owned(), without_article(key).to_owned()];
    let words: Vec<&str> = without_article(key).split(' ').collect();
    let replaceable = words
        .iter()
        .position(|word| synonyms(word).next().is_some());
    if let Some(index) = replaceable {
        keys.extend(synonyms(words[index]).map(|other| {
            let mut words = words.clone();
            words[index] = other;
            words.join(" ")
        }));
    }
    keys
}

async fn add_wikidata_ids(db: &Db, known: &mut HashMap<MovieId, KnownFilm>) -> Result<(), DbErr> {
    use movie_facts::{Column, Entity};
    let merged = known.values().flat_map(|known| {
        let target = known.movie.id;
        known.merged.iter().map(move |movie| (movie.id, target))
    });
    let mut targets: HashMap<MovieId, MovieId> = merged.collect();
    targets.extend(known.keys().map(|id| (*id, *id)));
    let movies: Vec<MovieId> = targets.keys().copied().collect();
    for movies in movies.chunks(BATCH) {
        let ids: Vec<(MovieId, String)> = Entity::find()
            .select_only()
            .columns([Column::MovieId, Column::WikidataId])
            .filter(Column::MovieId.is_in(movies.iter().copied()))
            .filter(Column::WikidataId.is_not_null())
            .into_tuple()
            .all(db.reader())
            .await?;
        for (movie, id) in ids {
            if let Some(known) = known.get_mut(&targets[&movie]) {
                known.wikidata_ids.push(id);
            }
        }
    }
    Ok(())
}
