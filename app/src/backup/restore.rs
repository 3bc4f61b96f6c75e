//! Restores a backup into an empty database, on SQLite or PostgreSQL.

use std::fs::File;
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use sea_orm::{DatabaseTransaction, DbErr};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::archive::{ArchiveContents, ArchiveEntry, ArchiveError, read_archive};
use crate::config::{DatabaseUrl, PosterStore};
use crate::db::{RefillError, check_schema, refill_empty_database, set_id_counter};
use crate::posters::{FileStore, OpenPostersError};

/// Entries that wait for the database.
const ENTRIES_AHEAD: usize = 2;

#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error("{} cannot be read: {error}", .file.display())]
    Unreadable { file: PathBuf, error: io::Error },
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Database(#[from] RefillError),
    #[error(transparent)]
    PosterStore(#[from] OpenPostersError),
    #[error("the poster store cannot be written: {0}")]
    Posters(#[from] object_store::Error),
}

impl From<DbErr> for RestoreError {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

/// Checks the whole backup before it writes anything. Should it fail after that, the database is
/// as empty as before; poster files may be left behind.
pub async fn restore_backup(
    file: &Path,
    database: &DatabaseUrl,
    store: &PosterStore,
) -> Result<ArchiveContents, RestoreError> {
    let checking = read_in_thread(open(file)?, |_| Ok(()));
    let (opened, contents) = joined(checking).await?;
    let manifest = contents.manifest.clone();
    check_schema(&manifest.schema).map_err(|error| match error {
        RefillError::UnknownSchema(_) => ArchiveError::Newer(manifest.program).into(),
        error => RestoreError::from(error),
    })?;
    let store = FileStore::open(store)?;
    let (sender, entries) = mpsc::channel(ENTRIES_AHEAD);
    let reading = read_in_thread(opened, move |entry| {
        let sent = sender.blocking_send(entry);
        sent.map_err(|_| ArchiveError::Interrupted)
    });
    refill_empty_database(database, manifest.schema, manifest.tables, move |tx| {
        Box::pin(insert_entries(tx, entries, reading, store))
    })
    .await?;
    Ok(contents)
}

fn open(file: &Path) -> Result<File, RestoreError> {
    File::open(file).map_err(|error| RestoreError::Unreadable {
        file: file.to_owned(),
        error,
    })
}

type ReadingThread = JoinHandle<Result<(File, ArchiveContents), ArchiveError>>;

/// Reads the archive from its start.
fn read_in_thread(
    mut opened: File,
    receive: impl FnMut(ArchiveEntry) -> Result<(), ArchiveError> + Send + 'static,
) -> ReadingThread {
    spawn_blocking(move || {
        opened.rewind().map_err(ArchiveError::Unreadable)?;
        let contents = read_archive(&mut opened, receive)?;
        Ok((opened, contents))
    })
}

async fn joined(thread: ReadingThread) -> Result<(File, ArchiveContents), ArchiveError> {
    let ended = thread.await.map_err(io::Error::other);
    ended.map_err(ArchiveError::Unreadable)?
}

/// Fails if the archive cannot be read to its end, although it was checked.
async fn insert_entries(
    tx: &DatabaseTransaction,
    mut entries: mpsc::Receiver<ArchiveEntry>,
    reading: ReadingThread,
    store: FileStore,
) -> Result<(), RestoreError> {
    while let Some(entry) = entries.recv().await {
        match entry {
            ArchiveEntry::Rows { table, rows } => {
                let inserted = table.insert(tx, rows).await;
                inserted.map_err(|error| RefillError::of_table(&table, error))?;
            }
            ArchiveEntry::IdCounters(counters) => {
                for (table, last) in counters {
                    set_id_counter(tx, &table, last).await?;
                }
            }
            ArchiveEntry::Poster { file, content } => store.put(&file, content).await?,
        }
    }
    joined(reading).await?;
    Ok(())
}
