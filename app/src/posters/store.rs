//! Where the files of posters are: a folder, or a bucket.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream::{BoxStream, StreamExt};
use moka::future::Cache;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, Error, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig};
use std::sync::Arc;

use super::name::FileName;
use crate::config::{Bucket, PosterStore};

/// How many bytes of a bucket's files are kept at hand: those of a few pages.
const AT_HAND: u64 = 8 * 1024 * 1024;

/// How long a bucket may take: to be connected to, and for one answer.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(10));

/// How often a bucket is asked again before that is a failure, and how long at most.
const AGAIN: (usize, Duration) = (2, Duration::from_secs(20));

/// Keeps files.
#[derive(Clone, Debug)]
pub struct Store {
    files: Arc<dyn ObjectStore>,
    /// A file of a bucket is a request to another server each time; one of a folder is not.
    at_hand: Option<Cache<FileName, Bytes>>,
}

/// A file that is there.
#[derive(Clone, Debug)]
pub struct Stored {
    /// `None` where it is none of ours.
    pub file: Option<FileName>,
    /// When it was last written.
    pub written_at: DateTime<Utc>,
    /// How many bytes it has.
    pub bytes: u64,
    path: Path,
}

impl Store {
    /// The store that the settings name. A folder is made if it is not there.
    pub fn open(store: &PosterStore) -> Result<Self, Error> {
        match store {
            PosterStore::Folder(folder) => {
                let made = std::fs::create_dir_all(folder);
                made.map_err(|error| Error::Generic {
                    store: "folder",
                    source: error.into(),
                })?;
                // A row is not to outlive the files that it names.
                let files = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
                Ok(Self {
                    files: Arc::new(files),
                    at_hand: None,
                })
            }
            PosterStore::S3(bucket) => {
                let files = PrefixStore::new(open_bucket(bucket)?, bucket.prefix.as_str());
                let weight =
                    |_: &FileName, bytes: &Bytes| bytes.len().try_into().unwrap_or(u32::MAX);
                let at_hand = Cache::builder().weigher(weight).max_capacity(AT_HAND);
                Ok(Self {
                    files: Arc::new(files),
                    at_hand: Some(at_hand.build()),
                })
            }
        }
    }

    /// Keeps a file, all of it or nothing.
    pub async fn put(&self, file: &FileName, bytes: Bytes) -> Result<(), Error> {
        self.files.put(&place(file), bytes.into()).await?;
        Ok(())
    }

    /// What is in a file; `None` where there is no such file.
    pub async fn get(&self, file: &FileName) -> Result<Option<Bytes>, Error> {
        let Some(at_hand) = &self.at_hand else {
            return found(self.read(file).await);
        };
        let read = at_hand.try_get_with_by_ref(file, self.read(file)).await;
        match read {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(*error, Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Error::Generic {
                store: "bucket",
                source: error.into(),
            }),
        }
    }

    async fn read(&self, file: &FileName) -> Result<Bytes, Error> {
        self.files.get(&place(file)).await?.bytes().await
    }

    /// Whether a file is there.
    pub async fn has(&self, file: &FileName) -> Result<bool, Error> {
        Ok(found(self.files.head(&place(file)).await)?.is_some())
    }

    /// Removes a file, if it is there.
    pub async fn remove(&self, file: &FileName) -> Result<(), Error> {
        self.remove_at(&place(file)).await
    }

    /// Removes a file that was listed.
    pub async fn remove_stored(&self, stored: &Stored) -> Result<(), Error> {
        self.remove_at(&stored.path).await
    }

    async fn remove_at(&self, path: &Path) -> Result<(), Error> {
        found(self.files.delete(path).await)?;
        Ok(())
    }

    /// Every file that is there.
    pub fn list(&self) -> BoxStream<'_, Result<Stored, Error>> {
        let files = self.files.list(None);
        files.map(|meta| meta.map(Stored::from)).boxed()
    }
}

impl From<ObjectMeta> for Stored {
    fn from(meta: ObjectMeta) -> Self {
        let file = meta.location.filename().and_then(FileName::parse);
        Self {
            file: file.filter(|file| place(file) == meta.location),
            written_at: meta.last_modified,
            bytes: meta.size,
            path: meta.location,
        }
    }
}

/// Where a file is: no folder gets too many.
fn place(file: &FileName) -> Path {
    let (folder, _) = file.hash().split_at(2);
    Path::from_iter([folder.to_owned(), file.to_string()])
}

fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// As the settings say, and where they say nothing, as the environment does.
fn open_bucket(bucket: &Bucket) -> Result<AmazonS3, Error> {
    let (connect, answer) = PATIENCE;
    let client = ClientOptions::new()
        .with_connect_timeout(connect)
        .with_timeout(answer);
    let (max_retries, retry_timeout) = AGAIN;
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
