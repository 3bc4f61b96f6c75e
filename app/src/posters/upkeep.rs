//! Whether what is stored and what the rows say agree.

use std::collections::HashSet;

use chrono::TimeDelta;
use entity::poster;
use futures_util::TryStreamExt;
use futures_util::stream::{self, StreamExt};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Store;
use super::name::FileName;
use crate::clock::Clock;
use crate::db::Db;

/// How many rows are read at once.
const BATCH: u64 = 500;

/// How many files are asked for at once.
const AT_ONCE: usize = 8;

/// A file younger than this may belong to a row that is about to be written.
const YOUNG: TimeDelta = TimeDelta::hours(1);

/// Why it could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum Unchecked {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The store.
    #[error("the store of posters: {0}")]
    Store(#[from] object_store::Error),
}

/// What was found of the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many posters there are.
    pub posters: usize,
    /// The names of those of which a file is not there.
    pub incomplete: Vec<String>,
}

/// Checks that each row has its files.
pub async fn verify(db: &Db, store: &Store) -> Result<Verified, Unchecked> {
    let mut verified = Verified::default();
    let mut last = String::new();
    loop {
        let hashes = hashes_after(db, &last).await?;
        let Some(newest) = hashes.last() else {
            return Ok(verified);
        };
        last.clone_from(newest);
        verified.posters += hashes.len();
        let files = hashes.iter().flat_map(|hash| FileName::all(hash));
        let checks = stream::iter(files).map(|file| async move {
            let is_there = store.has(&file).await?;
            Ok::<_, object_store::Error>((file, is_there))
        });
        let checks: Vec<_> = checks.buffered(AT_ONCE).try_collect().await?;
        let missing = checks.into_iter().filter(|(_, is_there)| !is_there);
        verified
            .incomplete
            .extend(missing.map(|(file, _)| file.hash().to_owned()));
        verified.incomplete.dedup();
    }
}

async fn hashes_after(db: &Db, last: &str) -> Result<Vec<String>, DbErr> {
    poster::Entity::find()
        .select_only()
        .column(poster::Column::Hash)
        .filter(poster::Column::Hash.gt(last))
        .order_by_asc(poster::Column::Hash)
        .limit(BATCH)
        .into_tuple()
        .all(db.reader())
        .await
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// How many files.
    pub files: u64,
    /// How many bytes they had.
    pub bytes: u64,
}

/// Removes files that no row names, except for what was written within the last hour. Files
/// that are none of ours stay.
pub async fn prune(db: &Db, clock: &Clock, store: &Store) -> Result<Pruned, Unchecked> {
    let before = clock.now() - YOUNG;
    let mut pruned = Pruned::default();
    let files = store.list().try_filter(|stored| {
        let is_old = stored.file.is_some() && stored.written_at < before;
        std::future::ready(is_old)
    });
    let mut batches = files.try_chunks(BATCH as usize);
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(|error| error.1)?;
        let hashes = batch.iter().filter_map(|stored| stored.file.as_ref());
        let named = named(db, hashes.map(FileName::hash).collect()).await?;
        for stored in batch {
            let is_named = |file: &FileName| named.contains(file.hash());
            if !stored.file.as_ref().is_some_and(is_named) {
                store.remove_stored(&stored).await?;
                pruned.files += 1;
                pruned.bytes += stored.bytes;
            }
        }
    }
    Ok(pruned)
}

/// Those of `hashes` that a row names.
async fn named(db: &Db, hashes: HashSet<&str>) -> Result<HashSet<String>, DbErr> {
    let rows: Vec<String> = poster::Entity::find()
        .select_only()
        .column(poster::Column::Hash)
        .filter(poster::Column::Hash.is_in(hashes))
        .into_tuple()
        .all(db.reader())
        .await?;
    Ok(rows.into_iter().collect())
}
