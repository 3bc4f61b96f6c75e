//! Detects a PostgreSQL server that is down or hangs. Queries that wait too long start a probe; if
//! it fails, work fails fast until the server responds again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{self, Connection};
use sea_orm::{DbErr, RuntimeErr};
use tokio::sync::{Mutex, watch};
use tokio::time::{sleep, timeout};

use super::StorageFault;

/// How long work may wait before a probe starts. Together with [`PROBE_TIMEOUT`] and the wait for a
/// place in the request queue, this stays below the three seconds in which a client should get an
/// answer.
const PROBE_AFTER: Duration = Duration::from_secs(1);

/// How long a probe may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// How often the probe repeats while the database is down.
const PROBE_INTERVAL: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub(super) struct DatabaseProbe {
    url: Arc<str>,
    is_down: watch::Sender<bool>,
    /// Held by the running probe, so that there is only one.
    running: Arc<Mutex<()>>,
}

impl DatabaseProbe {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.into(),
            is_down: watch::Sender::new(false),
            running: Arc::default(),
        }
    }

    pub(super) fn is_down(&self) -> bool {
        *self.is_down.borrow()
    }

    /// Completes when the database is found to be down.
    pub(super) async fn until_down(&self) {
        let mut is_down = self.is_down.subscribe();
        while timeout(PROBE_AFTER, is_down.wait_for(|is_down| *is_down))
            .await
            .is_err()
        {
            self.start_probe();
        }
    }

    /// Starts a probe unless one is running, and repeats it until the database responds. It runs in
    /// a task of its own, since the caller may be dropped before then.
    fn start_probe(&self) {
        let Ok(guard) = Arc::clone(&self.running).try_lock_owned() else {
            return;
        };
        let probe = self.clone();
        tokio::spawn(async move {
            let _guard = guard;
            while !probe.responds().await {
                probe.set_down(true);
                sleep(PROBE_INTERVAL).await;
            }
            probe.set_down(false);
        });
    }

    fn set_down(&self, now: bool) {
        let has_changed = self.is_down.send_if_modified(|is_down| {
            let before = std::mem::replace(is_down, now);
            before != now
        });
        match (has_changed, now) {
            (false, _) => {}
            (true, true) => tracing::error!("the database is unreachable"),
            (true, false) => tracing::warn!("the database is reachable again"),
        }
    }

    /// Uses a connection of its own: the pool's may be broken, or all in use.
    async fn responds(&self) -> bool {
        match timeout(PROBE_TIMEOUT, ping(&self.url)).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => StorageFault::of_sqlx(&error) != Some(StorageFault::Unreachable),
            Err(_) => false,
        }
    }
}

async fn ping(url: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    connection.ping().await?;
    connection.close().await
}

pub(super) fn database_down_error() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(
        "the database is unreachable".to_owned(),
    ))
}

/// Leaves out the URL, which may contain a password.
impl fmt::Debug for DatabaseProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseProbe")
            .field("is_down", &self.is_down())
            .finish_non_exhaustive()
    }
}
