//! Makes a backup while the server runs.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Seek};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use entity::poster;
use futures_util::future::try_join_all;
use futures_util::stream::TryStreamExt;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityName, EntityTrait, QuerySelect, StreamTrait,
};
use serde_json::Value as Json;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::archive::{
    ArchiveContents, ArchiveError, ArchiveWriter, BackupManifest, FORMAT, read_archive,
};
use super::partial_file::{PartialFile, PartialFileError};
use crate::clock::Clock;
use crate::db::{Db, Table, applied_migrations, read_id_counters, tables_in_order};
use crate::posters::FileStore;
use crate::posters::file_name::FileName;

/// Rows in a piece of the archive.
const ROWS_PER_PIECE: usize = 2000;

/// A piece ends with the row that reaches so many bytes of text.
const BYTES_PER_PIECE: usize = 4 * 1024 * 1024;

/// Pieces that wait for the disk.
const PIECES_AHEAD: usize = 2;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Database(#[from] DbErr),
    #[error("the poster store cannot be read: {0}")]
    Posters(#[from] object_store::Error),
    #[error("the disk is full: {file} was not written. The backups before it are untouched")]
    DiskFull { file: String },
    #[error("{file} cannot be written: {error}")]
    Unwritable { file: String, error: io::Error },
    #[error("another backup is being written to {file}: try again when it is finished")]
    Busy { file: String },
    /// What was written is not what was read.
    #[error("the new backup could not be read back, so it was deleted: {0}")]
    ReadBack(#[source] ArchiveError),
}

/// A backup that was written and read back.
#[derive(Clone, Debug)]
pub struct BackupReport {
    pub file: PathBuf,
    pub bytes: u64,
    pub contents: ArchiveContents,
    /// Posters in the database that lack a file.
    pub missing_posters: u64,
}

/// Part of an archive, on its way to the thread that writes it.
enum Piece {
    Rows {
        table: String,
        rows: Vec<Vec<Json>>,
    },
    IdCounters(BTreeMap<String, i64>),
    Poster {
        file: FileName,
        content: Bytes,
    },
    /// Without it, the archive is not complete.
    End,
}

/// Writes `file` and reads it back, and only then replaces a file of this name. Without a `store`,
/// the backup has no posters.
pub async fn create_backup(
    db: &Db,
    clock: &Clock,
    store: Option<&FileStore>,
    file: &Path,
) -> Result<BackupReport, BackupError> {
    let target = file.to_owned();
    let partial = run_blocking(file, move || PartialFile::create(&target)).await?;
    let snapshot = db.snapshot().await?;
    let schema = applied_migrations(&snapshot).await?;
    let manifest = BackupManifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        created_at: clock.now(),
        tables: tables_in_order(&snapshot, schema.len()).await?,
        schema,
        has_posters: store.is_some(),
    };
    let tables = manifest.tables.clone();
    let (pieces, written) = mpsc::channel(PIECES_AHEAD);
    let writing = run_blocking(file, move || write_archive(partial, &manifest, written));
    let (sent, partial) = tokio::join!(send_pieces(snapshot, &tables, store, pieces), writing);
    // If reading failed, it is also the reason why the archive is not complete.
    let missing_posters = sent?;
    let (partial, contents) = read_back(file, partial?).await?;
    let bytes = run_blocking(file, move || Ok(partial.publish()?)).await?;
    Ok(BackupReport {
        file: file.to_owned(),
        bytes,
        contents,
        missing_posters,
    })
}

/// Reads everything that belongs into the archive. Stops early if the writer has stopped, whose
/// error says why. Returns how many posters lack a file.
async fn send_pieces(
    snapshot: DatabaseTransaction,
    tables: &[Table],
    store: Option<&FileStore>,
    pieces: mpsc::Sender<Piece>,
) -> Result<u64, BackupError> {
    for table in tables {
        send_rows(&snapshot, table, &pieces).await?;
    }
    let counters = Piece::IdCounters(read_id_counters(&snapshot, tables).await?);
    let _ = pieces.send(counters).await;
    let hashes = poster_hashes(&snapshot, tables).await?;
    // Posters are never overwritten, so the snapshot is no longer needed.
    snapshot.commit().await?;
    let missing = match store {
        None => 0,
        Some(store) => send_posters(store, hashes, &pieces).await?,
    };
    let _ = pieces.send(Piece::End).await;
    Ok(missing)
}

async fn send_rows(
    snapshot: &DatabaseTransaction,
    table: &Table,
    pieces: &mpsc::Sender<Piece>,
) -> Result<(), BackupError> {
    let backend = ConnectionTrait::get_database_backend(snapshot);
    let mut rows = snapshot.stream_raw(backend.build(&table.select())).await?;
    let (mut next, mut bytes) = (Vec::new(), 0);
    loop {
        let row = rows.try_next().await?;
        let is_last = row.is_none();
        if let Some(row) = row {
            let row = table.read_row(&row)?;
            bytes += row
                .iter()
                .filter_map(Json::as_str)
                .map(str::len)
                .sum::<usize>();
            next.push(row);
        }
        let is_full = next.len() == ROWS_PER_PIECE || bytes >= BYTES_PER_PIECE;
        if is_full || (is_last && !next.is_empty()) {
            bytes = 0;
            let piece = Piece::Rows {
                table: table.name.clone(),
                rows: std::mem::take(&mut next),
            };
            if pieces.send(piece).await.is_err() {
                return Ok(());
            }
        }
        if is_last {
            return Ok(());
        }
    }
}

/// None in the schema of the first release.
async fn poster_hashes(
    snapshot: &DatabaseTransaction,
    tables: &[Table],
) -> Result<Vec<String>, DbErr> {
    let has_posters = tables
        .iter()
        .any(|table| table.name == poster::Entity.table_name());
    if !has_posters {
        return Ok(Vec::new());
    }
    let hashes = poster::Entity::find().select_only();
    let hashes = hashes.column(poster::Column::Hash).into_tuple();
    hashes.all(snapshot).await
}

async fn send_posters(
    store: &FileStore,
    hashes: Vec<String>,
    pieces: &mpsc::Sender<Piece>,
) -> Result<u64, BackupError> {
    let mut missing = 0;
    for hash in hashes {
        let files = FileName::all_of(&hash).map(|file| get_poster(store.clone(), file));
        let mut is_complete = true;
        for (file, content) in try_join_all(files).await? {
            let Some(content) = content else {
                is_complete = false;
                continue;
            };
            if pieces.send(Piece::Poster { file, content }).await.is_err() {
                return Ok(missing);
            }
        }
        missing += u64::from(!is_complete);
    }
    Ok(missing)
}

async fn get_poster(
    store: FileStore,
    file: FileName,
) -> Result<(FileName, Option<Bytes>), object_store::Error> {
    let content = store.get(&file).await?;
    Ok((file, content))
}

fn write_archive(
    partial: PartialFile,
    manifest: &BackupManifest,
    mut pieces: mpsc::Receiver<Piece>,
) -> Result<PartialFile, PartialFileError> {
    let mut writer = ArchiveWriter::new(BufWriter::new(partial.handle()?), manifest)?;
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Rows { table, rows } => writer.append_rows(&table, &rows)?,
            Piece::IdCounters(counters) => writer.append_id_counters(&counters)?,
            Piece::Poster { file, content } => writer.append_poster(&file.to_string(), &content)?,
            Piece::End => {
                writer.finish()?.into_inner().map_err(io::Error::from)?;
                return Ok(partial);
            }
        }
    }
    Err(io::Error::from(io::ErrorKind::Interrupted).into())
}

async fn read_back(
    file: &Path,
    partial: PartialFile,
) -> Result<(PartialFile, ArchiveContents), BackupError> {
    let read = run_blocking(file, move || {
        let mut written = partial.handle()?;
        written.rewind()?;
        let contents = read_archive(&mut written, |_| Ok(()));
        Ok((partial, contents))
    });
    let (partial, contents) = read.await?;
    Ok((partial, contents.map_err(BackupError::ReadBack)?))
}

/// Runs `work` on a thread that may wait for the disk.
async fn run_blocking<T: Send + 'static>(
    file: &Path,
    work: impl FnOnce() -> Result<T, PartialFileError> + Send + 'static,
) -> Result<T, BackupError> {
    let done = spawn_blocking(work).await;
    let done = done.map_err(|error| PartialFileError::Io(io::Error::other(error)));
    done.flatten().map_err(|error| {
        let file = file.display().to_string();
        match error {
            PartialFileError::Busy => BackupError::Busy { file },
            PartialFileError::Io(error) => match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    BackupError::DiskFull { file }
                }
                _ => BackupError::Unwritable { file, error },
            },
        }
    })
}
