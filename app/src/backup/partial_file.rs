//! A file that takes its final name only once it is complete, so that a crash leaves the file that
//! had this name before as it was.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

fn open_locked(path: &Path) -> Result<File, PartialFileError> {
    loop {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => PartialFileError::Busy,
            TryLockError::Error(error) => error.into(),
        })?;
        // Another process may have published or removed the file between the two.
        let locked = file.metadata()?;
        let is_in_place = fs::metadata(path)
            .is_ok_and(|found| (found.dev(), found.ino()) == (locked.dev(), locked.ino()));
        if is_in_place {
            return Ok(file);
        }
    }
}

/// Removed when dropped, unless it was published.
#[derive(Debug)]
pub struct PartialFile {
    file: File,
    path: PathBuf,
    target: PathBuf,
    is_published: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum PartialFileError {
    /// Another process is writing it.
    #[error("another backup is being written to the same file")]
    Busy,
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl PartialFile {
    /// Creates `TARGET.partial`, which only the owner can read. Overwrites what a crash left there.
    pub fn create(target: &Path) -> Result<Self, PartialFileError> {
        if target.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
        }
        let mut path = target.as_os_str().to_owned();
        path.push(".partial");
        let path = PathBuf::from(path);
        let file = open_locked(&path)?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.set_len(0)?;
        Ok(Self {
            file,
            path,
            target: target.to_owned(),
            is_published: false,
        })
    }

    /// Another handle of the same file.
    pub fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Writes the file to disk and gives it its final name. Returns its size in bytes.
    pub fn publish(mut self) -> io::Result<u64> {
        self.file.sync_all()?;
        fs::rename(&self.path, &self.target)?;
        self.is_published = true;
        // The new name is safe once the folder is written, too.
        let folder = self.target.parent().filter(|it| !it.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(self.file.metadata()?.len())
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.is_published {
            let _ = fs::remove_file(&self.path);
        }
    }
}
