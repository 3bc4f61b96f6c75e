//! Files that wait in the store until they are read: diaries to import, and archives to download. Any
//! instance can read what another one wrote.

use std::fs::File;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt, WriteMultipart};
use tokio::io::AsyncWriteExt;
use tokio::task::spawn_blocking;

use super::FileStore;
use crate::secret;

/// The folder of these files, also of archives. Posters are in folders of two digits.
pub(super) const STAGING_FOLDER: &str = "imports";

/// Parts of a bucket upload that are sent at once, of 5 MB each.
const CONCURRENT_PARTS: usize = 1;

/// A file that is being received. If it is dropped unfinished, nothing is kept.
#[derive(Debug)]
pub struct StagedWriter {
    name: String,
    writer: WriteMultipart,
    bytes: u64,
}

/// A complete file in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedFile {
    pub name: String,
    pub bytes: u64,
}

impl FileStore {
    /// Begins a file with a new, random name.
    pub async fn begin_staged(&self) -> Result<StagedWriter, Error> {
        self.require_parent_folder().await?;
        let name = secret::hex(&rand::random::<[u8; 16]>());
        let upload = self.objects.put_multipart(&path_of(&name)).await?;
        Ok(StagedWriter {
            name,
            writer: WriteMultipart::new(upload),
            bytes: 0,
        })
    }

    /// A copy of the file on this machine, which is deleted once it is closed. `None` if the store
    /// does not have it.
    pub async fn open_staged(&self, name: &str) -> Result<Option<File>, Error> {
        let found = match self.objects.get(&path_of(name)).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let copy = tempfile::tempfile().map_err(local_error)?;
        let mut copy = tokio::fs::File::from_std(copy);
        let mut parts = found.into_stream();
        while let Some(part) = parts.next().await {
            copy.write_all(&part?).await.map_err(local_error)?;
        }
        copy.flush().await.map_err(local_error)?;
        Ok(Some(copy.into_std().await))
    }

    /// The content in parts, as it is read. `None` if the store does not have the file.
    pub async fn read_staged(
        &self,
        name: &str,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, Error>>>, Error> {
        match self.objects.get(&path_of(name)).await {
            Ok(found) => Ok(Some(found.into_stream())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Succeeds if the file does not exist.
    pub async fn remove_staged(&self, name: &str) -> Result<(), Error> {
        self.remove_at(&path_of(name)).await
    }

    /// The names of all such files, with the time when each was written.
    pub fn list_staged(&self) -> BoxStream<'_, Result<(String, DateTime<Utc>), Error>> {
        let files = self.objects.list(Some(&Path::from(STAGING_FOLDER)));
        let names = files.map(|file| {
            let file = file?;
            let name = file.location.filename().unwrap_or_default();
            Ok((name.to_owned(), file.last_modified))
        });
        names.boxed()
    }

    /// Removes what a crash left of files that were being written before `oldest`. A folder has them
    /// as `NAME#1`, which no list of the store tells; a bucket removes them by a rule of its own.
    pub async fn remove_unfinished(&self, oldest: DateTime<Utc>) -> Result<(), Error> {
        let Some(folder) = self.folder.clone() else {
            return Ok(());
        };
        let removing = spawn_blocking(move || remove_parts(&folder.join(STAGING_FOLDER), oldest));
        let removed = removing.await.map_err(std::io::Error::other);
        removed.flatten().map_err(local_error)
    }
}

fn remove_parts(folder: &std::path::Path, oldest: DateTime<Utc>) -> std::io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_part = entry.file_name().to_string_lossy().contains('#');
        if is_part && DateTime::<Utc>::from(entry.metadata()?.modified()?) < oldest {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

impl StagedWriter {
    pub async fn write(&mut self, part: &Bytes) -> Result<(), Error> {
        self.writer.wait_for_capacity(CONCURRENT_PARTS).await?;
        self.bytes += part.len() as u64;
        self.writer.write(part);
        Ok(())
    }

    pub async fn finish(self) -> Result<StagedFile, Error> {
        self.writer.finish().await?;
        Ok(StagedFile {
            name: self.name,
            bytes: self.bytes,
        })
    }

    /// Gives the file up.
    pub async fn abort(self) -> Result<(), Error> {
        self.writer.abort().await
    }
}

fn path_of(name: &str) -> Path {
    Path::from_iter([STAGING_FOLDER, name])
}

fn local_error(error: std::io::Error) -> Error {
    Error::Generic {
        store: "local file",
        source: Box::new(error),
    }
}
