//! The file of the SQLite database: created for this account only, never replaced by an empty one,
//! and watched while the server runs.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sea_orm::{DbErr, RuntimeErr};
use tokio::task::spawn_blocking;

use super::DatabaseOpenError;

/// What the lock file says once the database beside it has been migrated.
const COMPLETE: &[u8] = b"The database of Movies Diary is beside this file.\n";

/// Creates a folder, and those around it, that only this account may open. Existing folders stay
/// as they are.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Only this account may read and write the file, if it is created. SQLite gives the files beside
/// the database the same permissions.
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

/// What to do about a database that was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IfGone {
    /// An empty diary would hide that it is gone.
    Fail,
    /// A backup is going to be restored.
    Replace,
}

/// A lock on a file beside the database, so that processes that start at once take turns. It lasts
/// until this is dropped, or the process dies.
#[derive(Debug)]
pub(super) struct StartLock(File);

impl StartLock {
    /// Creates the folder and an empty database if there are none.
    pub(super) async fn take(database: &Path, if_gone: IfGone) -> Result<Self, DatabaseOpenError> {
        let path = database.to_owned();
        let taken = spawn_blocking(move || create_and_lock(&path, if_gone)).await;
        match taken.map_err(io::Error::other).flatten() {
            Ok(Some(lock)) => Ok(lock),
            Ok(None) => Err(DatabaseOpenError::Gone {
                database: database.to_owned(),
                lock: lock_path(database),
            }),
            Err(error) => Err(DatabaseOpenError::of_folder(database, &error)),
        }
    }

    /// Call this once the database is migrated.
    pub(super) async fn mark_complete(mut self) -> io::Result<()> {
        let marked = spawn_blocking(move || match self.0.metadata()?.len() {
            0 => self.0.write_all(COMPLETE),
            _ => Ok(()),
        });
        marked.await.map_err(io::Error::other)?
    }
}

fn lock_path(database: &Path) -> PathBuf {
    database.with_extension("lock")
}

/// `None` if the database is gone and must not be.
fn create_and_lock(database: &Path, if_gone: IfGone) -> io::Result<Option<StartLock>> {
    if let Some(folder) = database.parent() {
        create_private_folder(folder)?;
    }
    let lock_path = lock_path(database);
    // The database comes before the lock file, and is looked for after it: another process may be
    // creating both right now.
    let must_exist = if_gone == IfGone::Fail && lock_path.try_exists()?;
    if must_exist && !database.try_exists()? {
        return Ok(None);
    }
    match private_file().create_new(true).open(database) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let lock_file = private_file().create(true).open(&lock_path)?;
    lock_file.lock()?;
    let is_complete = lock_file.metadata()?.len() > 0;
    let is_gone = is_complete && fs::metadata(database)?.len() == 0;
    if is_gone && if_gone == IfGone::Fail {
        return Ok(None);
    }
    Ok(Some(StartLock(lock_file)))
}

/// The file that the connections have open. Linux would let them write to it after it was deleted,
/// and everything would be lost at the next start.
#[derive(Clone, Debug)]
pub(super) struct OpenedFile {
    path: Arc<Path>,
    device_and_inode: (u64, u64),
}

impl OpenedFile {
    /// Call this when the connections are open. The file itself must not be opened here: closing
    /// it would release SQLite's locks.
    pub(super) async fn at(path: &Path) -> Result<Self, DatabaseOpenError> {
        let path: Arc<Path> = path.into();
        let device_and_inode = device_and_inode_of(Arc::clone(&path))
            .await
            .map_err(|error| DatabaseOpenError::of_folder(&path, &error))?;
        Ok(Self {
            path,
            device_and_inode,
        })
    }

    /// Whether the path still leads to the file.
    pub(super) async fn is_in_place(&self) -> bool {
        let found = device_and_inode_of(Arc::clone(&self.path)).await;
        found.is_ok_and(|found| found == self.device_and_inode)
    }

    /// Fails unless the path still leads to the file.
    pub(super) async fn require_in_place(&self) -> Result<(), DbErr> {
        if self.is_in_place().await {
            return Ok(());
        }
        Err(DbErr::Exec(RuntimeErr::Internal(format!(
            "the database {} was moved, replaced or deleted while the server runs. Put it back, or \
             stop the server and restore a backup",
            self.path.display()
        ))))
    }
}

async fn device_and_inode_of(path: Arc<Path>) -> io::Result<(u64, u64)> {
    let read = spawn_blocking(move || fs::metadata(path));
    let metadata = read.await.map_err(io::Error::other)??;
    Ok((metadata.dev(), metadata.ino()))
}
