//! Keeps two builds from running at once on the same folder, whichever processes they are in.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;

/// The file stays, so that everybody locks the same one.
const LOCK_FILE: &str = "catalog-build.lock";

/// Somebody who only looks has the lock for an instant.
const ATTEMPTS: u32 = 3;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(50);

/// Released when it is dropped, or when the process ends.
#[derive(Debug)]
pub struct BuildLock {
    _file: File,
}

impl BuildLock {
    /// `None` if a build is running.
    pub async fn take(folder: &Path) -> io::Result<Option<Self>> {
        let path = folder.join(LOCK_FILE);
        let taken = spawn_blocking(move || take_blocking(&path));
        taken.await.map_err(io::Error::other)?
    }

    /// Whether somebody has it.
    pub async fn is_taken(folder: &Path) -> io::Result<bool> {
        let path: PathBuf = folder.join(LOCK_FILE);
        let looked = spawn_blocking(move || match File::open(path) {
            Ok(file) => match file.try_lock_shared() {
                Ok(()) => Ok(false),
                Err(TryLockError::WouldBlock) => Ok(true),
                Err(TryLockError::Error(error)) => Err(error),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        });
        looked.await.map_err(io::Error::other)?
    }
}

fn take_blocking(path: &Path) -> io::Result<Option<BuildLock>> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    for _ in 0..ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(Some(BuildLock { _file: file })),
            Err(TryLockError::WouldBlock) => thread::sleep(BETWEEN_ATTEMPTS),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(None)
}
