//! Builds a catalog: collects films, writes them to a new file beside the current one, and checks
//! that file. [`LocalCatalog::install`](super::LocalCatalog::install) then puts it in place.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;
use tokio::task::spawn_blocking;

use super::check::check_catalog;
use super::error::BuildError;
use super::film::{CatalogFilm, CatalogInfo, CatalogOrigin};
use super::spool::FilmSpool;
use super::write::write_catalog;

/// The names of files that are not complete yet.
pub(super) const PARTIAL_PREFIX: &str = "catalog-";
pub(super) const PARTIAL_SUFFIX: &str = ".partial";

/// Collects films, in any order, with little memory: they wait in a file without a name. Blocks for
/// a few microseconds a film.
#[derive(Debug)]
pub struct CatalogBuilder {
    folder: PathBuf,
    spool: FilmSpool,
    skipped: usize,
}

/// A complete catalog that passed its check. The file is deleted unless it is installed.
#[derive(Debug)]
pub struct BuiltCatalog {
    pub info: CatalogInfo,
    pub(super) file: TempPath,
}

impl CatalogBuilder {
    /// Everything is written to `folder`, which should be the one of the catalog: a file can be
    /// swapped in only within its file system.
    pub fn create_in(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            spool: FilmSpool::create_in(folder)?,
            skipped: 0,
        })
    }

    /// Skips films without a title, and those that were added before.
    pub fn add(&mut self, film: CatalogFilm) -> io::Result<()> {
        let is_new = match film.cleaned() {
            Some(film) => self.spool.push(&film)?,
            None => false,
        };
        self.skipped += usize::from(!is_new);
        Ok(())
    }

    /// How many films were added.
    pub fn film_count(&self) -> usize {
        self.spool.len()
    }

    /// How many films were skipped.
    pub fn skipped_count(&self) -> usize {
        self.skipped
    }

    /// Writes and checks the file.
    pub async fn finish(self, origin: CatalogOrigin) -> Result<BuiltCatalog, BuildError> {
        if self.spool.len() == 0 {
            return Err(BuildError::Empty);
        }
        let Self { folder, spool, .. } = self;
        let file = new_partial_file(folder).await?;
        write_catalog(&file, spool, &origin).await?;
        BuiltCatalog::check(file).await
    }
}

impl BuiltCatalog {
    /// Copies a catalog that was built elsewhere into `folder`, and checks it.
    pub async fn copy_of(file: &Path, folder: &Path) -> Result<Self, BuildError> {
        let copy = new_partial_file(folder.to_owned()).await?;
        let (from, to) = (file.to_owned(), copy.to_path_buf());
        spawn_blocking(move || std::fs::copy(from, to))
            .await
            .map_err(io::Error::other)??;
        Self::check(copy).await
    }

    pub fn path(&self) -> &Path {
        &self.file
    }

    pub(super) async fn check(file: TempPath) -> Result<Self, BuildError> {
        let info = check_catalog(&file).await?;
        Ok(Self { info, file })
    }
}

/// An empty file that is deleted when the path is dropped.
pub(super) async fn new_partial_file(folder: PathBuf) -> io::Result<TempPath> {
    let create = spawn_blocking(move || {
        tempfile::Builder::new()
            .prefix(PARTIAL_PREFIX)
            .suffix(PARTIAL_SUFFIX)
            .tempfile_in(folder)
    });
    Ok(create.await.map_err(io::Error::other)??.into_temp_path())
}
