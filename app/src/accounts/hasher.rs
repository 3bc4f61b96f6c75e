//! Password hashing: argon2id, off the threads that answer requests, a bounded number
//! at a time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use tokio::sync::Semaphore;

/// How many wait for their turn; the next one is told to come back.
const QUEUE: usize = 64;

/// Hashes and verifies passwords.
#[derive(Clone, Debug)]
pub struct Hasher {
    /// Those who wait or run.
    places: Arc<Semaphore>,
    /// Those who run: one processor is left for everything else.
    running: Arc<Semaphore>,
    /// How many have run.
    done: Arc<AtomicU64>,
}

/// Too many passwords are being hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct Busy;

impl Default for Hasher {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = cores.saturating_sub(1).max(1);
        Self {
            places: Arc::new(Semaphore::new(at_once + QUEUE)),
            running: Arc::new(Semaphore::new(at_once)),
            done: Arc::default(),
        }
    }
}

impl Hasher {
    /// The argon2id hash of `password` in PHC form.
    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        self.run(move || password_auth::generate_hash(password))
            .await
    }

    /// Whether `password` is the one of `hash`. Without a hash it is not, after as
    /// much time.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Busy> {
        static NOBODYS: LazyLock<String> =
            LazyLock::new(|| password_auth::generate_hash(rand::random::<[u8; 16]>()));
        self.run(move || match hash {
            Some(hash) => password_auth::verify_password(password, &hash).is_ok(),
            None => {
                let _ = password_auth::verify_password(password, &NOBODYS);
                false
            }
        })
        .await
    }

    /// How many passwords were hashed since the start.
    pub fn count(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        const OPEN: &str = "the semaphores are never closed";
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| Busy)?;
        self.done.fetch_add(1, Ordering::Relaxed);
        let turn = Arc::clone(&self.running).acquire_owned().await.expect(OPEN);
        // The permits go with the work: a visitor who hangs up does not free them
        // while it still runs.
        tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        })
        .await
        .map_err(|_| Busy)
    }
}
