//! Files that wait in the store until they are read: diaries to import. Any instance can read what
//! another one received.

use std::fs::File;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt, WriteMultipart};
use tokio::io::AsyncWriteExt;

use super::FileStore;
use crate::secret;

/// The folder of these files. Posters are in folders of two digits.
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
        store: "temporary file",
        source: Box::new(error),
    }
}
