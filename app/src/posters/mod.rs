//! Posters: fetched in the background or uploaded by members, re-encoded, stored in several
//! widths, and rendered wherever a movie is shown.

pub mod commands;
pub mod components;
pub mod file_name;
pub(crate) mod handlers;
pub mod queries;
mod staging;
mod store;
mod store_check;
mod sync;
mod uploads;

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::accounts::MemberId;
use crate::catalog::sources::poster_hosts;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::outgoing::OutgoingClient;

pub use components::{PosterSlot, glow, poster, preview_image};
pub use queries::{Poster, PosterInfo};
pub use staging::{StagedFile, StagedWriter};
pub use store::FileStore;
pub use store_check::{PrunedFiles, VerifiedPosters, prune_files, verify_files};
pub use sync::{
    MAX_ORIGINAL_BYTES, PosterError, fetch_next_poster, set_generated_poster, store_error,
};
pub use uploads::{UploadPermit, UploadRefusal};

#[derive(Debug)]
pub struct Posters {
    store: FileStore,
    hasher: file_name::PosterHasher,
    outgoing: OutgoingClient,
    allowed_hosts: Arc<[String]>,
    decode_permits: Arc<Semaphore>,
    upload_limits: uploads::UploadLimits,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenPostersError {
    #[error("cannot open the poster store (POSTER_STORE): {0}")]
    Store(#[from] object_store::Error),
    /// Names the folder, and says what to do.
    #[error("{0}")]
    Folder(String),
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
            upload_limits: uploads::UploadLimits::default(),
        })
    }

    /// Call it before the file is read: too many at once would take too much memory.
    pub fn start_upload(
        &self,
        clock: &Clock,
        member: MemberId,
    ) -> Result<UploadPermit, UploadRefusal> {
        self.upload_limits.start(clock.now(), member)
    }

    /// Forgets uploads that no longer count.
    pub fn sweep_uploads(&self, clock: &Clock) {
        self.upload_limits.sweep(clock.now());
    }

    pub fn store(&self) -> &FileStore {
        &self.store
    }
}
