//! Deletes imports that nobody confirmed, and files that nobody will read.

use std::collections::HashSet;

use chrono::TimeDelta;
use entity::import::{Column, Entity, ImportState};
use entity::import_upload;
use futures_util::TryStreamExt;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::clock::Clock;
use crate::db::Db;
use crate::posters::FileStore;
use crate::transfer::exports::queries::archive_objects;

/// How long an import waits to be confirmed.
const WAITING_TIME: TimeDelta = TimeDelta::days(30);

/// How long the files of an archive are kept for posters whose films are not decided yet.
const PICTURES_KEPT: TimeDelta = TimeDelta::days(30);

/// A file younger than this may belong to an import that is just being received, or to an archive
/// that is just being written.
const MIN_FILE_AGE: TimeDelta = TimeDelta::hours(1);

/// Deletes imports that were not confirmed for 30 days. Returns how many.
pub async fn delete_unconfirmed(db: &Db, clock: &Clock) -> Result<u64, DbErr> {
    const UNCONFIRMED: [ImportState; 3] = [
        ImportState::Questions,
        ImportState::Ready,
        ImportState::Failed,
    ];
    let oldest = clock.now() - WAITING_TIME;
    db.write(move |tx| {
        Box::pin(async move {
            let deleted = Entity::delete_many()
                .filter(Column::State.is_in(UNCONFIRMED))
                .filter(Column::CreatedAt.lt(oldest))
                .exec(tx)
                .await?;
            Ok(deleted.rows_affected)
        })
    })
    .await
}

/// Gives up the files of imports that were written 30 days ago.
pub async fn release_old_files(db: &Db, clock: &Clock) -> Result<(), DbErr> {
    let oldest = clock.now() - PICTURES_KEPT;
    let old = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::WrittenAt.lt(oldest))
        .into_query();
    db.write(move |tx| {
        Box::pin(async move {
            use import_upload::{Column, Entity};
            Entity::update_many()
                .col_expr(Column::Object, Expr::value(None::<String>))
                .filter(Column::Object.is_not_null())
                .filter(Column::ImportId.in_subquery(old))
                .exec(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// Removes files of imports and archives that are gone, or that were never begun. Faults of the
/// store are logged. Returns how many files were removed.
pub async fn remove_orphaned_files(
    db: &Db,
    clock: &Clock,
    store: &FileStore,
) -> Result<usize, DbErr> {
    let oldest = clock.now() - MIN_FILE_AGE;
    if let Err(error) = store.remove_unfinished(oldest).await {
        tracing::warn!(%error, "files that were left half written could not be removed");
    }
    let stored: Vec<_> = match store.list_staged().try_collect().await {
        Ok(stored) => stored,
        Err(error) => {
            tracing::warn!(%error, "the files of imports and exports could not be listed");
            return Ok(0);
        }
    };
    let old: Vec<String> = stored
        .into_iter()
        .filter(|(_, written_at)| *written_at < oldest)
        .map(|(name, _)| name)
        .collect();
    if old.is_empty() {
        return Ok(0);
    }
    let needed: Vec<Option<String>> = import_upload::Entity::find()
        .select_only()
        .column(import_upload::Column::Object)
        .filter(import_upload::Column::Object.is_not_null())
        .into_tuple()
        .all(db.reader())
        .await?;
    let archives = archive_objects(db).await?;
    let needed: HashSet<String> = needed.into_iter().flatten().chain(archives).collect();
    let mut removed = 0;
    for name in old.iter().filter(|name| !needed.contains(*name)) {
        match store.remove_staged(name).await {
            Ok(()) => removed += 1,
            Err(error) => {
                tracing::warn!(%error, "a file of an import or export could not be removed");
            }
        }
    }
    Ok(removed)
}
