//! Posters: fetched in the background or uploaded by members, re-encoded, stored in several
//! widths, and rendered wherever a movie is shown.

pub mod commands;
pub mod components;
pub mod file_name;
pub(crate) mod handlers;
pub mod queries;
mod store;
mod store_check;
mod sync;

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::catalog::sources::poster_hosts;
use crate::config::Config;
use crate::db::Db;
use crate::outgoing::OutgoingClient;

pub use components::{PosterSlot, glow, poster, preview_image};
pub use queries::{Poster, PosterInfo};
pub use store::FileStore;
pub use store_check::{PrunedFiles, VerifiedPosters, prune_files, verify_files};
pub use sync::{MAX_ORIGINAL_BYTES, PosterError, fetch_next_poster, set_generated_poster};

/// Concurrent uploads, of at most [`MAX_ORIGINAL_BYTES`] each.
const MAX_UPLOADS: usize = 8;

#[derive(Debug)]
pub struct Posters {
    store: FileStore,
    hasher: file_name::PosterHasher,
    outgoing: OutgoingClient,
    allowed_hosts: Arc<[String]>,
    decode_permits: Arc<Semaphore>,
    upload_permits: Arc<Semaphore>,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenPostersError {
    #[error("cannot open the poster store (POSTER_STORE): {0}")]
    Store(#[from] object_store::Error),
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
}

impl Posters {
    pub async fn open(
        db: &Db,
        config: &Config,
        outgoing: &OutgoingClient,
    ) -> Result<Self, OpenPostersError> {
        Ok(Self {
            store: FileStore::open(&config.poster_store)?,
            hasher: file_name::PosterHasher::open(db).await?,
            outgoing: outgoing.clone(),
            allowed_hosts: poster_hosts(&config.catalog).into(),
            decode_permits: Arc::new(Semaphore::new(1)),
            upload_permits: Arc::new(Semaphore::new(MAX_UPLOADS)),
        })
    }

    /// Permit for one upload. `None` if so many uploads are in progress that another would take
    /// too much memory.
    pub fn try_acquire_upload(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.upload_permits).try_acquire_owned().ok()
    }

    pub fn store(&self) -> &FileStore {
        &self.store
    }
}
