//! Queries for movies, their facts and their corrections.

mod catalog_facts;
mod corrections;
mod doubles;
mod identity;
mod list;
mod suggestions;

use std::collections::{BTreeMap, HashMap};

use entity::{movie, movie_alias, movie_director, movie_facts, person};
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, DerivePartialModel, EntityTrait,
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait,
};

pub use catalog_facts::{
    CatalogFacts, GenreRow, PersonRow, catalog_facts, directed_by, directors_of, find_genre,
    find_person, in_genre,
};
pub use corrections::{CorrectionRow, corrections_of};
pub(super) use corrections::{not_undone, pinned_fields};
pub use doubles::{Doubles, best_known, likely_doubles};
pub(super) use identity::{
    directors_agree, find_by_best_id, find_by_title, ids_agree, same_person,
};
pub use list::{ListMoviesError, MovieOrder, list_movies};
pub use suggestions::{movie_ids_with_words, search_movies, suggest_movies};

use super::facts::ExternalIds;

pub type MovieId = i64;

pub const MOVIES_PER_PAGE: usize = 48;

/// A movie in our database, with what identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMovie {
    pub id: MovieId,
    pub title: String,
    /// `None` if unknown.
    pub year: Option<i16>,
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<i64>,
    pub directors: Vec<String>,
}

impl KnownMovie {
    /// Title, year and directors, which members can correct.
    pub fn correctable_fields(&self) -> (&str, Option<i16>, &[String]) {
        (&self.title, self.year, &self.directors)
    }

    /// All its ids. The Wikidata id is stored with its facts.
    pub fn external_ids(&self, wikidata_id: Option<String>) -> ExternalIds {
        ExternalIds {
            imdb_id: self.imdb_id.clone(),
            tmdb_id: self.tmdb_id,
            wikidata_id,
        }
    }
}

#[derive(Debug, DerivePartialModel)]
#[sea_orm(entity = "movie::Entity")]
struct KnownMovieRow {
    id: MovieId,
    title: String,
    title_key: String,
    sort_key: String,
    year: Option<i16>,
    imdb_id: Option<String>,
    tmdb_id: Option<i64>,
}

/// Movies with one of the ids.
fn with_any_id(ids: &ExternalIds) -> Condition {
    let by_wikidata = ids.wikidata_id.as_ref().map(|id| {
        let facts = movie_facts::Entity::find()
            .select_only()
            .column(movie_facts::Column::MovieId)
            .filter(movie_facts::Column::WikidataId.eq(id))
            .into_query();
        movie::Column::Id.in_subquery(facts)
    });
    [
        ids.imdb_id.as_ref().map(|id| movie::Column::ImdbId.eq(id)),
        ids.tmdb_id.map(|id| movie::Column::TmdbId.eq(id)),
        by_wikidata,
    ]
    .into_iter()
    .flatten()
    // Without any ids, match nothing.
    .fold(Condition::any().add(Expr::val(false)), Condition::add)
}

/// Selects the ids of merged movies.
pub(super) fn merged_movie_ids() -> SelectStatement {
    movie_alias::Entity::find()
        .select_only()
        .column(movie_alias::Column::MovieId)
        .into_query()
}

pub async fn find(db: &impl ConnectionTrait, id: MovieId) -> Result<Option<KnownMovie>, DbErr> {
    let rows = movie::Entity::find_by_id(id)
        .into_partial_model::<KnownMovieRow>()
        .all(db)
        .await?;
    Ok(with_directors(db, rows).await?.pop())
}

/// Those of the movies that exist.
pub async fn find_by_ids(
    db: &impl ConnectionTrait,
    ids: &[MovieId],
) -> Result<Vec<KnownMovie>, DbErr> {
    let rows = movie::Entity::find()
        .filter(movie::Column::Id.is_in(ids.iter().copied()))
        .into_partial_model::<KnownMovieRow>()
        .all(db)
        .await?;
    with_directors(db, rows).await
}

/// The movie that `movie` was merged into, if any. Merges keep this to one step: when the target
/// is merged too, the alias is updated.
pub async fn merged_into(
    db: &impl ConnectionTrait,
    movie: MovieId,
) -> Result<Option<MovieId>, DbErr> {
    movie_alias::Entity::find_by_id(movie)
        .select_only()
        .column(movie_alias::Column::LeadsTo)
        .into_tuple()
        .one(db)
        .await
}

/// The merged ones among `movies`, each with the movie it was merged into.
pub async fn merge_targets(
    db: &impl ConnectionTrait,
    movies: &[MovieId],
) -> Result<HashMap<MovieId, MovieId>, DbErr> {
    let merged: Vec<(MovieId, MovieId)> = movie_alias::Entity::find()
        .select_only()
        .columns([movie_alias::Column::MovieId, movie_alias::Column::LeadsTo])
        .filter(movie_alias::Column::MovieId.is_in(movies.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(merged.into_iter().collect())
}

pub(super) async fn find_by_external_ids(
    db: &impl ConnectionTrait,
    ids: &ExternalIds,
) -> Result<Vec<KnownMovie>, DbErr> {
    find_where(db, with_any_id(ids)).await
}

pub(super) async fn find_by_any_external_ids<'a>(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = &'a ExternalIds>,
) -> Result<Vec<KnownMovie>, DbErr> {
    let any = ids
        .map(with_any_id)
        .reduce(|any, ids| Condition::any().add(any).add(ids));
    match any {
        Some(any) => find_where(db, any).await,
        None => Ok(Vec::new()),
    }
}

/// Up to a hundred movies that match `which`, with merged movies replaced by the ones they were
/// merged into.
pub(super) async fn find_where(
    db: &impl ConnectionTrait,
    which: Condition,
) -> Result<Vec<KnownMovie>, DbErr> {
    let matches = find_matches(db, which).await?;
    Ok(matches.into_iter().map(|found| found.movie).collect())
}

/// A movie that a search found, itself or by movies that were merged into it.
pub(super) struct MovieMatch {
    pub(super) movie: KnownMovie,
    /// The movies that match: `movie` itself, or those that were merged into it.
    pub(super) matched: Vec<KnownMovie>,
}

/// Up to a hundred matches.
async fn find_matches(
    db: &impl ConnectionTrait,
    which: Condition,
) -> Result<Vec<MovieMatch>, DbErr> {
    with_merge_targets(db, movies_where(db, which, Some(100)).await?).await
}

/// All matches.
pub(super) async fn find_all_matches(
    db: &impl ConnectionTrait,
    which: Condition,
) -> Result<Vec<MovieMatch>, DbErr> {
    with_merge_targets(db, movies_where(db, which, None).await?).await
}

async fn with_merge_targets(
    db: &impl ConnectionTrait,
    matched: Vec<KnownMovie>,
) -> Result<Vec<MovieMatch>, DbErr> {
    let ids: Vec<_> = matched.iter().map(|movie| movie.id).collect();
    let merged = merge_targets(db, &ids).await?;
    let mut remaining: BTreeMap<MovieId, KnownMovie> = BTreeMap::new();
    if !merged.is_empty() {
        let targets = find_by_ids(db, &merged.values().copied().collect::<Vec<_>>()).await?;
        remaining.extend(targets.into_iter().map(|movie| (movie.id, movie)));
    }
    let mut by_target: BTreeMap<MovieId, Vec<KnownMovie>> = BTreeMap::new();
    for movie in matched {
        let target = merged.get(&movie.id).copied().unwrap_or(movie.id);
        by_target.entry(target).or_default().push(movie);
    }
    let matches = by_target.into_iter().filter_map(|(target, matched)| {
        let itself = || matched.iter().find(|movie| movie.id == target).cloned();
        let movie = remaining.remove(&target).or_else(itself)?;
        Some(MovieMatch { movie, matched })
    });
    Ok(matches.collect())
}

async fn movies_where(
    db: &impl ConnectionTrait,
    which: Condition,
    limit: Option<u64>,
) -> Result<Vec<KnownMovie>, DbErr> {
    let rows = movie::Entity::find()
        .filter(which)
        .order_by_asc(movie::Column::Id)
        .limit(limit)
        .into_partial_model::<KnownMovieRow>()
        .all(db)
        .await?;
    with_directors(db, rows).await
}

#[derive(Debug, FromQueryResult)]
struct DirectorRow {
    movie_id: MovieId,
    name: String,
}

async fn with_directors(
    db: &impl ConnectionTrait,
    rows: Vec<KnownMovieRow>,
) -> Result<Vec<KnownMovie>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let directions = movie_director::Entity::find()
        .select_only()
        .column(movie_director::Column::MovieId)
        .column(person::Column::Name)
        .join(JoinType::InnerJoin, movie_director::Relation::Person.def())
        .filter(movie_director::Column::MovieId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(movie_director::Column::Position)
        .into_model::<DirectorRow>()
        .all(db)
        .await?;
    let mut directors: HashMap<MovieId, Vec<String>> = HashMap::new();
    for DirectorRow { movie_id, name } in directions {
        directors.entry(movie_id).or_default().push(name);
    }
    let known = rows.into_iter().map(|row| KnownMovie {
        directors: directors.remove(&row.id).unwrap_or_default(),
        id: row.id,
        title: row.title,
        year: row.year,
        imdb_id: row.imdb_id,
        tmdb_id: row.tmdb_id,
    });
    Ok(known.collect())
}
