//! The starter: a catalog of the best-known films that comes with the program, so that a fresh
//! install finds films at once.

use std::io;
use std::path::Path;

use tempfile::TempPath;
use tokio::task::spawn_blocking;

use super::build::new_partial_file;
use super::catalog_handle::{CATALOG_FILE, LocalCatalog, put_in_place};
use super::error::CatalogFileError;
use super::file::CatalogFile;
use crate::db::create_private_folder;

/// The catalog as a whole, compressed. `just starter-catalog` makes it.
const COMPRESSED: &[u8] = include_bytes!("../../../catalog_data/starter.sqlite.zst");

/// Which starter this is. Increase it when the file is made anew: those of older releases are
/// replaced at the next start.
pub const STARTER_NUMBER: u32 = 1;

/// Where a catalog goes that this release cannot read.
const OUTDATED_FILE: &str = "catalog-outdated.sqlite";

impl LocalCatalog {
    /// Opens the catalog in `folder`. The starter is put there first if there is none, or only the
    /// starter of an older release. Without it, the diary works all the same.
    pub async fn open_with_starter(folder: &Path) -> Self {
        if let Err(error) = place_starter(folder).await {
            let folder = folder.display();
            tracing::warn!("the starter catalog could not be put into {folder}: {error}");
        }
        Self::open_in(folder).await
    }
}

async fn place_starter(folder: &Path) -> Result<(), CatalogFileError> {
    let path = folder.join(CATALOG_FILE);
    if tokio::fs::try_exists(&path).await? && !is_replaced(&path).await? {
        return Ok(());
    }
    let file = unpack_starter(folder).await?;
    put_in_place(file, path).await?;
    Ok(())
}

/// Whether the starter should take the place of this file. A catalog of somebody's that this release
/// cannot read is moved aside.
async fn is_replaced(path: &Path) -> Result<bool, CatalogFileError> {
    match CatalogFile::open(path).await {
        Ok(file) => Ok(file
            .info
            .origin
            .starter
            .is_some_and(|number| number < STARTER_NUMBER)),
        Err(error @ CatalogFileError::OtherRelease { .. }) => {
            let aside = path.with_file_name(OUTDATED_FILE);
            tokio::fs::rename(path, &aside).await?;
            let (path, aside) = (path.display(), aside.display());
            tracing::warn!(
                "the catalog at {path} is not used: {error}. It is now at {aside}, and the starter \
                 takes its place"
            );
            Ok(true)
        }
        // Left for its owner to look at.
        Err(_) => Ok(false),
    }
}

/// Writes the starter to a new file in `folder`.
pub async fn unpack_starter(folder: &Path) -> io::Result<TempPath> {
    create_private_folder(folder)?;
    let file = new_partial_file(folder.to_owned()).await?;
    let path = file.to_path_buf();
    let unpack = spawn_blocking(move || {
        let mut target = std::fs::File::create(path)?;
        zstd::stream::copy_decode(COMPRESSED, &mut target)
    });
    unpack.await.map_err(io::Error::other)??;
    Ok(file)
}
