//! Posters: fetched in the background or sent by members, always written anew, kept in a
//! few widths, and drawn where movies are.

pub mod commands;
pub mod components;
mod handlers;
pub mod name;
pub mod queries;
mod store;
mod sync;
mod upkeep;

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::AppState;
use crate::catalog::sources::picture_hosts;
use crate::config::Config;
use crate::db::Db;
use crate::outgoing::Outgoing;
use crate::web::Routes;

pub use components::{Place, light, poster, preview};
pub use queries::{About, Picture, Poster};
pub use store::Store;
pub use sync::{ORIGINAL, Trouble, give_drawn, sync_next};
pub use upkeep::{Pruned, Verified, prune, verify};

/// How many pictures can be sent at once, of at most [`ORIGINAL`] bytes each.
const UPLOADS: usize = 8;

/// Fetches, keeps and serves posters.
#[derive(Debug)]
pub struct Posters {
    store: Store,
    naming: name::Naming,
    outgoing: Outgoing,
    hosts: Arc<[String]>,
    decoding: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
}

/// Why posters cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store.
    #[error("posters cannot be kept where POSTER_STORE says: {0}")]
    Store(#[from] object_store::Error),
    /// The database.
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
}

impl Posters {
    /// As the settings have it.
    pub async fn open(db: &Db, config: &Config, outgoing: &Outgoing) -> Result<Self, OpenError> {
        Ok(Self {
            store: Store::open(&config.poster_store)?,
            naming: name::Naming::open(db).await?,
            outgoing: outgoing.clone(),
            hosts: picture_hosts(&config.catalog).into(),
            decoding: Arc::new(Semaphore::new(1)),
            uploads: Arc::new(Semaphore::new(UPLOADS)),
        })
    }

    /// A place for a picture that a member sends, held as long as it lives; `None` where so
    /// many are on their way that one more would cost too much memory.
    pub fn place_for_upload(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.uploads).try_acquire_owned().ok()
    }

    /// Where the files are.
    pub fn store(&self) -> &Store {
        &self.store
    }
}

/// The routes of this feature: the same for everybody.
pub fn routes() -> Routes<AppState> {
    Routes::new().get(handlers::serve)
}
