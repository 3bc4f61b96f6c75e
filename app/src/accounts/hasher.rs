//! Password hashing with argon2id, on blocking threads and with limited concurrency.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use tokio::sync::Semaphore;

use crate::web;

/// How many may wait for a free slot. Further requests fail with [`Busy`].
const MAX_WAITING: usize = 64;

#[derive(Clone, Debug)]
pub struct Hasher {
    /// Permits for waiting and running hashes.
    waiting_or_running: Arc<Semaphore>,
    /// Permits for running hashes: all cores but one, which stays free for requests.
    running: Arc<Semaphore>,
    started: Arc<AtomicU64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct Busy;

impl From<Busy> for web::Error {
    fn from(Busy: Busy) -> Self {
        Self::Busy
    }
}

impl Default for Hasher {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = cores.saturating_sub(1).max(1);
        Self {
            waiting_or_running: Arc::new(Semaphore::new(at_once + MAX_WAITING)),
            running: Arc::new(Semaphore::new(at_once)),
            started: Arc::default(),
        }
    }
}

impl Hasher {
    /// Returns the argon2id hash in PHC string format.
    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        self.run_hash(move || password_auth::generate_hash(password))
            .await
    }

    /// Checks `password` against `hash`. Without a hash the answer is `false` after the same time,
    /// so that timing does not reveal which accounts exist.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Busy> {
        static DUMMY_HASH: LazyLock<String> =
            LazyLock::new(|| password_auth::generate_hash(rand::random::<[u8; 16]>()));
        self.run_hash(move || match hash {
            Some(hash) => password_auth::verify_password(password, &hash).is_ok(),
            None => {
                let _ = password_auth::verify_password(password, &DUMMY_HASH);
                false
            }
        })
        .await
    }

    /// How many hashes and verifications were started since the process started.
    pub fn started_count(&self) -> u64 {
        self.started.load(Ordering::Relaxed)
    }

    async fn run_hash<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let started = Arc::clone(&self.started);
        self.run(move || {
            started.fetch_add(1, Ordering::Relaxed);
            work()
        })
        .await
    }

    /// Runs slow work on passwords within the limits for hashing.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        const NEVER_CLOSED: &str = "the semaphores are never closed";
        let queue_permit = Arc::clone(&self.waiting_or_running)
            .try_acquire_owned()
            .map_err(|_| Busy)?;
        let run_permit = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .expect(NEVER_CLOSED);
        // The permits move into the task: a client that disconnects must not free them while the
        // hash is still being computed.
        tokio::task::spawn_blocking(move || {
            let _permits = (queue_permit, run_permit);
            work()
        })
        .await
        .map_err(|_| Busy)
    }
}
