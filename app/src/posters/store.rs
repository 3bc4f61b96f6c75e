//! Storage for poster files: a folder or an S3 bucket.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream::{BoxStream, StreamExt};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, Error, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;
use tokio::task::spawn_blocking;

use super::OpenPostersError;
use super::file_name::FileName;
use super::staging::STAGING_FOLDER;
use crate::config::{PosterStore, S3Bucket, describe_folder_error};
use crate::db::create_private_folder;

/// Bytes of bucket files cached in memory: about a few pages' worth.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;

/// How many files of a usual size that is.
const CACHED_FILES: usize = 512;

/// Connect timeout and request timeout of a bucket.
const BUCKET_TIMEOUTS: (Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(10));

/// Maximum number of retries, and the time limit for all of them.
const BUCKET_RETRIES: (usize, Duration) = (2, Duration::from_secs(20));

#[derive(Clone, Debug)]
pub struct FileStore {
    pub(super) objects: Arc<dyn ObjectStore>,
    /// `None` for a folder: reading a local file is fast enough.
    cache: Option<Arc<Cache<FileName, Bytes, InBytes>>>,
    /// `None` for a bucket.
    pub(super) folder: Option<PathBuf>,
}

/// Counts the size of the cached files, not their number.
#[derive(Clone, Debug)]
struct InBytes;

impl Weighter<FileName, Bytes> for InBytes {
    fn weight(&self, _: &FileName, file: &Bytes) -> u64 {
        file.len() as u64
    }
}

/// One file in a listing of the store.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// `None` if it is not a poster file.
    pub file: Option<FileName>,
    pub written_at: DateTime<Utc>,
    pub bytes: u64,
    path: Path,
}

impl FileStore {
    /// Opens the configured store. Creates the folder if it does not exist.
    pub fn open(store: &PosterStore) -> Result<Self, OpenPostersError> {
        match store {
            PosterStore::Folder(folder) => {
                let created = create_private_folder(folder);
                created.map_err(|error| {
                    let setting = "DATA_DIR or POSTER_STORE";
                    OpenPostersError::Folder(describe_folder_error(folder, setting, &error))
                })?;
                // Without fsync, a crash could lose files whose rows are already committed.
                let files = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
                Ok(Self {
                    objects: Arc::new(files),
                    cache: None,
                    folder: std::path::absolute(folder).ok(),
                })
            }
            PosterStore::S3(bucket) => {
                let files = PrefixStore::new(open_bucket(bucket)?, bucket.prefix.as_str());
                let cache = Cache::with_weighter(CACHED_FILES, CACHE_BYTES, InBytes);
                Ok(Self {
                    objects: Arc::new(files),
                    cache: Some(Arc::new(cache)),
                    folder: None,
                })
            }
        }
    }

    /// Atomic: writes the whole file or nothing.
    pub async fn put(&self, file: &FileName, bytes: Bytes) -> Result<(), Error> {
        self.require_parent_folder().await?;
        self.objects.put(&object_path(file), bytes.into()).await?;
        Ok(())
    }

    /// Fails if the data folder was moved away: the first poster would create it again, and it
    /// could not be moved back.
    pub(super) async fn require_parent_folder(&self) -> Result<(), Error> {
        let Some(folder) = self.folder.clone() else {
            return Ok(());
        };
        let is_there =
            spawn_blocking(move || folder.parent().is_none_or(std::path::Path::is_dir)).await;
        if is_there.unwrap_or(false) {
            return Ok(());
        }
        Err(Error::Generic {
            store: "folder",
            source: "the folder around the posters was moved or deleted".into(),
        })
    }

    /// `None` if the file does not exist.
    pub async fn get(&self, file: &FileName) -> Result<Option<Bytes>, Error> {
        let Some(cache) = &self.cache else {
            return self.get_uncached(file).await;
        };
        none_if_missing(cache.get_or_insert_async(file, self.read(file)).await)
    }

    async fn read(&self, file: &FileName) -> Result<Bytes, Error> {
        self.objects.get(&object_path(file)).await?.bytes().await
    }

    /// In bytes; `None` if the file does not exist.
    pub async fn size(&self, file: &FileName) -> Result<Option<u64>, Error> {
        let meta = none_if_missing(self.objects.head(&object_path(file)).await)?;
        Ok(meta.map(|meta| meta.size))
    }

    /// Like [`get`](Self::get), but never from the cache.
    pub async fn get_uncached(&self, file: &FileName) -> Result<Option<Bytes>, Error> {
        none_if_missing(self.read(file).await)
    }

    /// Succeeds if the file does not exist.
    pub async fn remove(&self, file: &FileName) -> Result<(), Error> {
        self.remove_at(&object_path(file)).await
    }

    /// Removes a file from [`list`](Self::list), even one that is not a poster file.
    pub async fn remove_stored(&self, stored: &StoredFile) -> Result<(), Error> {
        self.remove_at(&stored.path).await
    }

    pub(super) async fn remove_at(&self, path: &Path) -> Result<(), Error> {
        none_if_missing(self.objects.delete(path).await)?;
        Ok(())
    }

    /// All files but those of imports.
    pub fn list(&self) -> BoxStream<'_, Result<StoredFile, Error>> {
        let is_poster = |meta: &ObjectMeta| {
            let folder = meta.location.parts().next();
            folder.is_none_or(|folder| folder.as_ref() != STAGING_FOLDER)
        };
        let files = self.objects.list(None);
        let files = files.filter(move |meta| {
            let is_poster = meta.as_ref().map_or(true, is_poster);
            std::future::ready(is_poster)
        });
        files.map(|meta| meta.map(StoredFile::from)).boxed()
    }
}

impl From<ObjectMeta> for StoredFile {
    fn from(meta: ObjectMeta) -> Self {
        let file = meta.location.filename().and_then(FileName::parse);
        Self {
            file: file.filter(|file| object_path(file) == meta.location),
            written_at: meta.last_modified,
            bytes: meta.size,
            path: meta.location,
        }
    }
}

/// Spreads the files over 256 folders, by the first two digits of the hash.
fn object_path(file: &FileName) -> Path {
    let (folder, _) = file.hash().split_at(2);
    Path::from_iter([folder.to_owned(), file.to_string()])
}

fn none_if_missing<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Uses our settings, and the `AWS_*` environment variables for anything they leave out.
fn open_bucket(bucket: &S3Bucket) -> Result<AmazonS3, Error> {
    let (connect_timeout, request_timeout) = BUCKET_TIMEOUTS;
    let client = ClientOptions::new()
        .with_connect_timeout(connect_timeout)
        .with_timeout(request_timeout);
    let (max_retries, retry_timeout) = BUCKET_RETRIES;
    let retries = RetryConfig {
        max_retries,
        retry_timeout,
        ..RetryConfig::default()
    };
    let mut builder = AmazonS3Builder::from_env()
        .with_client_options(client)
        .with_retry(retries)
        .with_bucket_name(&bucket.name);
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder
            .with_endpoint(endpoint.as_str().trim_end_matches('/'))
            .with_allow_http(endpoint.scheme() == "http");
    }
    if let Some(region) = &bucket.region {
        builder = builder.with_region(region);
    }
    if let Some(key) = &bucket.access_key {
        builder = builder.with_access_key_id(key.expose());
    }
    if let Some(key) = &bucket.secret_key {
        builder = builder.with_secret_access_key(key.expose());
    }
    if let Some(token) = &bucket.session_token {
        builder = builder.with_token(token.expose());
    }
    builder.build()
}
