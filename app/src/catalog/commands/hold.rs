//! Keeping a movie as it is until a transaction ends.

use chrono::{DateTime, Utc};
use entity::movie;
use entity::movie_facts::{self, FactsState};
use sea_orm::sea_query::{LockType, SelectStatement};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryResult, QuerySelect, RelationTrait,
};

use crate::catalog::queries::{self, Known, MovieId};

/// What a movie that went into another has for its identity, before its id.
pub(super) const GONE: &str = "gone ";

/// A movie that is not merged until the transaction ends.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Held {
    /// Which one.
    pub id: MovieId,
    identity_key: String,
    /// How far the catalog has been asked about it,
    pub(super) state: Option<FactsState>,
    /// and when it said last what it knows.
    pub(super) answered_at: Option<DateTime<Utc>>,
}

/// Whether the movie with that identity went into another.
fn has_gone(identity_key: &str) -> bool {
    identity_key.starts_with(GONE)
}

/// Keeps `movie`, or the one that stays in its place, from being merged until the
/// transaction ends; `None` when there is no such movie.
pub async fn hold(tx: &DatabaseTransaction, movie: MovieId) -> Result<Option<Held>, DbErr> {
    let found = tx.query_one(&holding(movie)).await?;
    held(tx, found).await
}

/// What [`hold`] asks, to be asked with other things;
pub fn holding(movie: MovieId) -> SelectStatement {
    let facts = movie_facts::Relation::Movie.def().rev();
    let mut held = movie::Entity::find_by_id(movie)
        .select_only()
        .columns([movie::Column::Id, movie::Column::IdentityKey])
        .columns([movie_facts::Column::State, movie_facts::Column::AnsweredAt])
        .join(JoinType::LeftJoin, facts);
    // Not the facts, which there may be none of.
    QuerySelect::query(&mut held)
        .lock_with_tables(LockType::Share, [movie::Entity])
        .take()
}

/// and what it makes of the answer.
pub async fn held(
    tx: &DatabaseTransaction,
    found: Option<QueryResult>,
) -> Result<Option<Held>, DbErr> {
    let read = |row: QueryResult| Held::from_query_result(&row, "");
    let movie = found.map(read).transpose()?;
    let Some(gone) = movie.as_ref().filter(|movie| has_gone(&movie.identity_key)) else {
        return Ok(movie);
    };
    let Some(other) = queries::leads_to(tx, gone.id).await? else {
        return Ok(None);
    };
    let found = tx.query_one(&holding(other)).await?;
    found.map(read).transpose()
}

/// Keeps everybody else from `movie` until the transaction ends; `None` when there is no
/// such movie, or it went into another.
pub(super) async fn hold_alone(
    tx: &DatabaseTransaction,
    movie: MovieId,
) -> Result<Option<Known>, DbErr> {
    let row = movie::Entity::find_by_id(movie).lock_exclusive();
    match row.one(tx).await? {
        Some(row) if !has_gone(&row.identity_key) => queries::find(tx, movie).await,
        _ => Ok(None),
    }
}
