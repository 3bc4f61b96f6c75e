//! Requeues posters that failed, and deletes posters that no movie has shown for a year.

use chrono::{DateTime, TimeDelta, Utc};
use entity::movie_facts::{self, FactsState};
use entity::movie_poster::{ActiveModel, Column, Entity, PosterState};
use entity::poster;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect, QueryTrait,
};

use super::fetch_state::set_queued;
use crate::catalog;
use crate::clock::Clock;
use crate::db::Db;
use crate::posters::file_name::FileName;
use crate::posters::store::FileStore;
use crate::revision::{self, Change};

/// How long the files of a superseded poster are kept. Browsers and feed readers may cache
/// pages that link to them for as long.
const SUPERSEDED_RETENTION: TimeDelta = TimeDelta::days(365);

/// Posters deleted per call.
const MAX_DELETIONS: u64 = 100;

/// Requeues posters that failed and posters in `broken`, whose files are missing or damaged.
/// Returns the number of movies.
pub async fn requeue_failed(db: &Db, clock: &Clock, broken: Vec<String>) -> Result<u64, DbErr> {
    let clock = clock.clone();
    let change = set_queued(ActiveModel::default(), &clock);
    db.write(move |tx| {
        Box::pin(async move {
            // If no catalog source could be reached, it is unknown whether there is a poster.
            let mut count = match catalog::commands::retry_failed_facts(tx, &clock).await? {
                0 => 0,
                _ => expect_queued_lookups(tx).await?,
            };
            let failed = Condition::all().add(Column::State.eq(PosterState::Failed));
            count += requeue_where(tx, change.clone(), failed).await?;
            for hashes in broken.chunks(500) {
                let with_broken_files = Condition::all().add(Column::Poster.is_in(hashes));
                // The member's upload is lost, so the catalog may replace it.
                let change = ActiveModel {
                    pinned: Set(false),
                    ..change.clone()
                };
                count += requeue_where(tx, change, with_broken_files).await?;
            }
            if count > 0 {
                revision::record_change(tx, &clock, Change::All).await?;
            }
            Ok(count)
        })
    })
    .await
}

/// Sets movies without a poster to `AwaitingFacts` if their facts are queued for a lookup.
async fn expect_queued_lookups(tx: &DatabaseTransaction) -> Result<u64, DbErr> {
    let queued_movies = movie_facts::Entity::find()
        .select_only()
        .column(movie_facts::Column::MovieId)
        .filter(movie_facts::Column::State.eq(FactsState::Queued))
        .into_query();
    let change = ActiveModel {
        state: Set(PosterState::AwaitingFacts),
        ..Default::default()
    };
    let updated = Entity::update_many()
        .set(change)
        .filter(Column::State.eq(PosterState::None))
        .filter(Column::MovieId.in_subquery(queued_movies))
        .exec(tx)
        .await?;
    Ok(updated.rows_affected)
}

async fn requeue_where(
    tx: &DatabaseTransaction,
    change: ActiveModel,
    condition: Condition,
) -> Result<u64, DbErr> {
    let updated = Entity::update_many()
        .set(change)
        .filter(condition)
        .filter(Column::Url.is_not_null())
        .exec(tx)
        .await?;
    Ok(updated.rows_affected)
}

/// Deletes posters that no movie has shown for a year, with their files. Returns how many.
pub async fn delete_superseded(db: &Db, clock: &Clock, store: &FileStore) -> Result<usize, DbErr> {
    delete_superseded_before(db, store, clock.now() - SUPERSEDED_RETENTION).await
}

/// Like [`delete_superseded`], without keeping any for a year.
pub async fn delete_all_superseded(
    db: &Db,
    clock: &Clock,
    store: &FileStore,
) -> Result<usize, DbErr> {
    let mut count = 0;
    loop {
        match delete_superseded_before(db, store, clock.now()).await? {
            0 => return Ok(count),
            deleted => count += deleted,
        }
    }
}

async fn delete_superseded_before(
    db: &Db,
    store: &FileStore,
    before: DateTime<Utc>,
) -> Result<usize, DbErr> {
    let hashes: Vec<String> = poster::Entity::find()
        .select_only()
        .column(poster::Column::Hash)
        .filter(poster::Column::SupersededAt.lt(before))
        .filter(Expr::exists(movies_showing_poster()).not())
        .limit(MAX_DELETIONS)
        .into_tuple()
        .all(db.reader())
        .await?;
    let mut count = 0;
    for hash in &hashes {
        let deleted_hash = hash.clone();
        let is_deleted = db
            .write(move |tx| {
                Box::pin(async move {
                    let deleted = poster::Entity::delete_by_id(deleted_hash)
                        .filter(poster::Column::SupersededAt.lt(before))
                        .filter(Expr::exists(movies_showing_poster()).not())
                        .exec(tx)
                        .await?;
                    Ok::<_, DbErr>(deleted.rows_affected == 1)
                })
            })
            .await?;
        if is_deleted {
            count += 1;
            remove_files(store, hash).await;
        }
    }
    Ok(count)
}

/// Correlated subquery: movies that show the poster of the outer query.
fn movies_showing_poster() -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(
            Expr::col((Entity, Column::Poster)).equals((poster::Entity, poster::Column::Hash)),
        )
        .take()
}

/// Logs files that cannot be removed; [`prune_files`](crate::posters::prune_files) retries them.
async fn remove_files(store: &FileStore, hash: &str) {
    for file in FileName::all_of(hash) {
        if let Err(error) = store.remove(&file).await {
            tracing::warn!(%error, "could not remove a poster file");
        }
    }
}
