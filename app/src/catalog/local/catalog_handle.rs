//! The catalog that is in use. Another file takes its place at once, while searches of the old one
//! finish.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tempfile::TempPath;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::build::{BuiltCatalog, PARTIAL_PREFIX, PARTIAL_SUFFIX};
use super::check::check_catalog;
use super::error::CatalogFileError;
use super::file::{CatalogFile, FileStamp};
use super::film::CatalogInfo;

/// The name of the file in `DATA_DIR`.
pub const CATALOG_FILE: &str = "catalog.sqlite";

/// How often the path is looked at: the command line may have put another file there.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// A file that is not complete belongs to nobody after this.
const ABANDONED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, thiserror::Error)]
#[error("the catalog was not replaced, because {0}")]
pub struct InstallError(#[from] CatalogFileError);

impl From<io::Error> for InstallError {
    fn from(error: io::Error) -> Self {
        Self(error.into())
    }
}

/// Finds films in the file at `DATA_DIR/catalog.sqlite`, if there is one.
#[derive(Debug)]
pub struct LocalCatalog {
    /// `None` for a catalog that stays empty.
    path: Option<PathBuf>,
    current: RwLock<CurrentFile>,
}

#[derive(Debug, Default)]
struct CurrentFile {
    file: Option<Arc<CatalogFile>>,
    /// The file at the path when it was last looked at, even if it could not be opened.
    stamp: Option<FileStamp>,
    looked_at: Option<Instant>,
}

impl CurrentFile {
    /// A file that cannot be used is logged.
    async fn open(path: &Path) -> Self {
        let stamp = FileStamp::of(path).await.ok();
        let opened = match stamp {
            Some(_) => CatalogFile::open(path).await.map(Arc::new).map(Some),
            None => Ok(None),
        };
        Self {
            file: opened.unwrap_or_else(|error| {
                warn(path, &error);
                None
            }),
            stamp,
            looked_at: Some(Instant::now()),
        }
    }
}

fn warn(path: &Path, error: &CatalogFileError) {
    tracing::warn!(
        "the catalog at {} is not used, because {error}",
        path.display()
    );
}

impl LocalCatalog {
    /// A catalog without films, which stays so.
    pub fn empty() -> Self {
        Self {
            path: None,
            current: RwLock::default(),
        }
    }

    /// Opens the file in `folder`. One that cannot be used is logged, and nothing is found.
    pub async fn open_in(folder: &Path) -> Self {
        Self::open_at(folder.join(CATALOG_FILE)).await
    }

    /// Opens the file at `path`.
    pub async fn open_at(path: PathBuf) -> Self {
        let current = CurrentFile::open(&path).await;
        Self {
            path: Some(path),
            current: RwLock::new(current),
        }
    }

    /// What the catalog says about itself; `None` if there is none.
    pub async fn info(&self) -> Option<CatalogInfo> {
        self.file().await.map(|file| file.info.clone())
    }

    /// Puts a new file in place of the current one. Searches that run go on in the old file.
    pub async fn install(&self, built: BuiltCatalog) -> Result<CatalogInfo, InstallError> {
        let Some(path) = &self.path else {
            let error = io::Error::other("this catalog stays empty");
            return Err(error.into());
        };
        put_in_place(built.file, path.clone()).await?;
        let file = Arc::new(CatalogFile::open(path).await?);
        let info = file.info.clone();
        self.set_current(CurrentFile {
            stamp: Some(file.stamp),
            file: Some(file),
            looked_at: Some(Instant::now()),
        });
        Ok(info)
    }

    /// The file to search in. Every now and then, looks whether there is another.
    pub(in crate::catalog) async fn file(&self) -> Option<Arc<CatalogFile>> {
        let (file, looked_at) = {
            let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
            (current.file.clone(), current.looked_at)
        };
        if self.path.is_none() || looked_at.is_some_and(|then| then.elapsed() < LOOK_EVERY) {
            return file;
        }
        self.look_for_new_file().await;
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.file.clone()
    }

    /// Looks now whether another file is at the path, and checks it before it is used.
    pub async fn look_for_new_file(&self) {
        let Some(path) = &self.path else { return };
        // Before the look, so that others do not look too.
        let known = {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            current.looked_at = Some(Instant::now());
            current.stamp
        };
        // If it was deleted, the open file still answers.
        let Ok(stamp) = FileStamp::of(path).await else {
            return;
        };
        if known == Some(stamp) {
            return;
        }
        let is_fit = check_catalog(path)
            .await
            .map_err(|error| warn(path, &error));
        let opened = match is_fit {
            Ok(_) => CurrentFile::open(path).await.file,
            Err(()) => None,
        };
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.stamp = Some(stamp);
        current.file = opened.or_else(|| current.file.clone());
    }

    fn set_current(&self, new: CurrentFile) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = new;
    }
}

/// On disk before it gets its name, so that the name never leads to half a file.
pub(super) async fn put_in_place(file: TempPath, path: PathBuf) -> io::Result<()> {
    let moved = spawn_blocking(move || {
        File::open(&file)?.sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        match path.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    });
    moved.await.map_err(io::Error::other)?
}

/// Deletes what builds left behind when they were killed.
pub async fn delete_abandoned_builds(folder: &Path) -> io::Result<()> {
    let folder = folder.to_owned();
    let deleted = spawn_blocking(move || {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with(PARTIAL_PREFIX) || !name.ends_with(PARTIAL_SUFFIX) {
                continue;
            }
            let modified = entry.metadata()?.modified()?;
            let age = SystemTime::now().duration_since(modified);
            if age.is_ok_and(|age| age > ABANDONED_AFTER) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    });
    deleted.await.map_err(io::Error::other)?
}
