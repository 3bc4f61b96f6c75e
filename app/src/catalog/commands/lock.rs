//! Locks that last until the transaction ends: rows of movies, so that none is merged or changed
//! meanwhile, and names of movies, so that none is created twice.

use chrono::{DateTime, Utc};
use entity::movie;
use entity::movie_facts::{self, FactsState};
use sea_orm::sea_query::{LockType, SelectStatement};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryResult, QuerySelect, RelationTrait,
};

use crate::catalog::MovieInput;
use crate::catalog::facts::ExternalIds;
use crate::catalog::queries::{self, KnownMovie, MovieId};
use crate::db;
use crate::text::words_key;

/// The prefix of a merged movie's identity key, followed by its id.
pub(super) const MERGED_PREFIX: &str = "gone ";

/// A movie whose row is locked, so that it cannot be merged before the transaction ends.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LockedMovie {
    pub id: MovieId,
    pub(super) year: Option<i16>,
    identity_key: String,
    pub(super) state: Option<FactsState>,
    pub(super) answered_at: Option<DateTime<Utc>>,
}

fn is_merged(identity_key: &str) -> bool {
    identity_key.starts_with(MERGED_PREFIX)
}

/// Locks `movie`, or the movie it was merged into, against merging (`FOR SHARE`). `None` when
/// there is no such movie.
pub async fn lock_movie_shared(
    tx: &DatabaseTransaction,
    movie: MovieId,
) -> Result<Option<LockedMovie>, DbErr> {
    let row = tx.query_one(&lock_movie_shared_query(movie)).await?;
    locked_movie(tx, row).await
}

/// SQL for [`lock_movie_shared`], so that callers can batch it with other reads. Pass the row to
/// `locked_movie`.
pub fn lock_movie_shared_query(movie: MovieId) -> SelectStatement {
    let facts = movie_facts::Relation::Movie.def().rev();
    let mut query = movie::Entity::find_by_id(movie)
        .select_only()
        .columns([
            movie::Column::Id,
            movie::Column::Year,
            movie::Column::IdentityKey,
        ])
        .columns([movie_facts::Column::State, movie_facts::Column::AnsweredAt])
        .join(JoinType::LeftJoin, facts);
    // Only the movie: PostgreSQL cannot lock the nullable side of an outer join.
    QuerySelect::query(&mut query)
        .lock_with_tables(LockType::Share, [movie::Entity])
        .take()
}

/// Reads the row of [`lock_movie_shared_query`], and follows it if the movie was merged.
pub async fn locked_movie(
    tx: &DatabaseTransaction,
    found: Option<QueryResult>,
) -> Result<Option<LockedMovie>, DbErr> {
    let read = |row: QueryResult| LockedMovie::from_query_result(&row, "");
    let movie = found.map(read).transpose()?;
    let Some(merged) = movie
        .as_ref()
        .filter(|movie| is_merged(&movie.identity_key))
    else {
        return Ok(movie);
    };
    let Some(target) = queries::merged_into(tx, merged.id).await? else {
        return Ok(None);
    };
    let row = tx.query_one(&lock_movie_shared_query(target)).await?;
    row.map(read).transpose()
}

/// Lets one transaction at a time complete, correct, merge or separate movies. These lock several
/// movies in an order that they find out as they go.
pub async fn lock_movie_changes(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    db::advisory_lock(tx, "movies").await
}

/// Takes [`lock_movie_changes`], and locks `movie` exclusively (`FOR NO KEY UPDATE`). `None` when it does
/// not exist or was merged.
pub(super) async fn lock_movie_exclusive(
    tx: &DatabaseTransaction,
    movie: MovieId,
) -> Result<Option<KnownMovie>, DbErr> {
    lock_movie_changes(tx).await?;
    let row = movie::Entity::find_by_id(movie).lock(LockType::NoKeyUpdate);
    match row.one(tx).await? {
        Some(row) if !is_merged(&row.identity_key) => queries::find(tx, movie).await,
        _ => Ok(None),
    }
}

/// Takes advisory locks for the ids and the title, so that transactions about the same movie
/// wait for each other. The order is always the same, to avoid deadlocks.
pub(super) async fn lock_identity(
    tx: &DatabaseTransaction,
    ids: &ExternalIds,
    title: &str,
) -> Result<(), DbErr> {
    if let Some(imdb_id) = &ids.imdb_id {
        db::advisory_lock(tx, &format!("movie imdb {imdb_id}")).await?;
    }
    if let Some(tmdb_id) = ids.tmdb_id {
        db::advisory_lock(tx, &format!("movie tmdb {tmdb_id}")).await?;
    }
    if let Some(wikidata_id) = &ids.wikidata_id {
        db::advisory_lock(tx, &format!("movie wikidata {wikidata_id}")).await?;
    }
    db::advisory_lock(tx, &format!("movie {}", words_key(title))).await
}

/// Takes the lock of the title in `entered`, for a correction to it.
pub async fn lock_title(tx: &DatabaseTransaction, entered: &MovieInput) -> Result<(), DbErr> {
    lock_identity(tx, &ExternalIds::default(), &entered.title).await
}
