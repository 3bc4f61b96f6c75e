//! Compares the store with the database: finds missing and damaged files, and removes orphaned ones.

use std::collections::HashSet;

use chrono::TimeDelta;
use entity::poster;
use futures_util::TryStreamExt;
use futures_util::stream::{self, StreamExt};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::task::spawn_blocking;

use super::file_name::FileName;
use super::{FileStore, MAX_ORIGINAL_BYTES};
use crate::clock::Clock;
use crate::db::Db;

const ROWS_PER_QUERY: u64 = 500;

/// Files that are read from the store, and decoded, at once.
const STORE_CONCURRENCY: usize = 8;

/// A file younger than this may belong to a row that is not committed yet.
const PRUNE_MIN_AGE: TimeDelta = TimeDelta::hours(1);

#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    #[error(transparent)]
    Database(#[from] DbErr),
    #[error("poster store: {0}")]
    Store(#[from] object_store::Error),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifiedPosters {
    pub posters: usize,
    /// Hashes of the posters that lack at least one file.
    pub incomplete: Vec<String>,
    /// Hashes of the posters with at least one file that is not the picture that it should be.
    pub damaged: Vec<String>,
}

impl VerifiedPosters {
    fn record(&mut self, file: &FileName, state: FileState) {
        let list = match state {
            FileState::Intact => return,
            FileState::Missing => &mut self.incomplete,
            FileState::Damaged => &mut self.damaged,
        };
        // The files of a poster follow each other.
        if list.last().map(String::as_str) != Some(file.hash()) {
            list.push(file.hash().to_owned());
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileState {
    Intact,
    Missing,
    Damaged,
}

/// Checks that every poster in the database has all its files, and that these can be decoded.
pub async fn verify_files(db: &Db, store: &FileStore) -> Result<VerifiedPosters, UpkeepError> {
    let mut verified = VerifiedPosters::default();
    let mut cursor = String::new();
    loop {
        let hashes = hashes_after(db, &cursor).await?;
        let Some(last_hash) = hashes.last() else {
            return Ok(verified);
        };
        cursor.clone_from(last_hash);
        verified.posters += hashes.len();
        let files = hashes.iter().flat_map(|hash| FileName::all_of(hash));
        let checks = stream::iter(files).map(|file| async move {
            let state = state_of(store, &file).await?;
            Ok::<_, object_store::Error>((file, state))
        });
        let checks: Vec<_> = checks.buffered(STORE_CONCURRENCY).try_collect().await?;
        for (file, state) in checks {
            verified.record(&file, state);
        }
    }
}

async fn state_of(store: &FileStore, file: &FileName) -> Result<FileState, object_store::Error> {
    match store.size(file).await? {
        None => return Ok(FileState::Missing),
        // Too large to be one of ours, and maybe too large for the memory.
        Some(bytes) if bytes > MAX_ORIGINAL_BYTES as u64 => return Ok(FileState::Damaged),
        Some(_) => {}
    }
    let Some(bytes) = store.get_uncached(file).await? else {
        return Ok(FileState::Missing);
    };
    let (width, format) = (file.width, file.format);
    let decoding = spawn_blocking(move || picture::is_intact(&bytes, width, format));
    Ok(match decoding.await {
        Ok(true) => FileState::Intact,
        // The decoder may even panic.
        Ok(false) | Err(_) => FileState::Damaged,
    })
}

async fn hashes_after(db: &Db, cursor: &str) -> Result<Vec<String>, DbErr> {
    poster::Entity::find()
        .select_only()
        .column(poster::Column::Hash)
        .filter(poster::Column::Hash.gt(cursor))
        .order_by_asc(poster::Column::Hash)
        .limit(ROWS_PER_QUERY)
        .into_tuple()
        .all(db.reader())
        .await
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrunedFiles {
    pub files: u64,
    pub bytes: u64,
}

/// Removes poster files that have no row, except those written within the last hour. Files that
/// are not poster files are left alone.
pub async fn prune_files(
    db: &Db,
    clock: &Clock,
    store: &FileStore,
) -> Result<PrunedFiles, UpkeepError> {
    let cutoff = clock.now() - PRUNE_MIN_AGE;
    let mut pruned = PrunedFiles::default();
    let files = store.list().try_filter(|stored| {
        let is_old = stored.file.is_some() && stored.written_at < cutoff;
        std::future::ready(is_old)
    });
    let mut batches = files.try_chunks(ROWS_PER_QUERY as usize);
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(|error| error.1)?;
        let hashes = batch.iter().filter_map(|stored| stored.file.as_ref());
        let known_hashes = hashes_with_row(db, hashes.map(FileName::hash).collect()).await?;
        for stored in batch {
            let has_row = |file: &FileName| known_hashes.contains(file.hash());
            if !stored.file.as_ref().is_some_and(has_row) {
                store.remove_stored(&stored).await?;
                pruned.files += 1;
                pruned.bytes += stored.bytes;
            }
        }
    }
    Ok(pruned)
}

async fn hashes_with_row(db: &Db, hashes: HashSet<&str>) -> Result<HashSet<String>, DbErr> {
    let rows: Vec<String> = poster::Entity::find()
        .select_only()
        .column(poster::Column::Hash)
        .filter(poster::Column::Hash.is_in(hashes))
        .into_tuple()
        .all(db.reader())
        .await?;
    Ok(rows.into_iter().collect())
}
