//! Whether a database elsewhere answers. One that is gone, or that says nothing any more, is found
//! out by those who have waited for it too long; then nobody waits for it until it is back.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{self, Connection};
use sea_orm::{DbErr, RuntimeErr};
use tokio::sync::{Mutex, watch};
use tokio::time::{sleep, timeout};

use super::Trouble;

/// How long somebody waits before it is asked whether there is anything to wait for. Together
/// with the time for the answer, and the time that a request waits for its place, it is less
/// than the three seconds after which they are to be told.
const WAIT: Duration = Duration::from_secs(1);

/// How long it may take to connect and to say anything at all.
const ANSWER: Duration = Duration::from_secs(1);

/// How soon it is asked again, once it is away.
const AGAIN: Duration = Duration::from_millis(500);

/// Feels for a database.
#[derive(Clone)]
pub(super) struct Pulse {
    url: Arc<str>,
    is_away: watch::Sender<bool>,
    /// One at a time feels for it.
    turn: Arc<Mutex<()>>,
}

impl Pulse {
    pub(super) fn of(url: &str) -> Self {
        Self {
            url: url.into(),
            is_away: watch::Sender::new(false),
            turn: Arc::default(),
        }
    }

    pub(super) fn is_away(&self) -> bool {
        *self.is_away.borrow()
    }

    /// Ends when the database is found to be away, and not before.
    pub(super) async fn lost(&self) {
        let mut is_away = self.is_away.subscribe();
        while timeout(WAIT, is_away.wait_for(|is_away| *is_away))
            .await
            .is_err()
        {
            self.feel();
        }
    }

    /// Asks whether it is there, and if it is not, again and again until it is, whoever
    /// wanted to know may be gone by then.
    fn feel(&self) {
        let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() else {
            return;
        };
        let pulse = self.clone();
        tokio::spawn(async move {
            let _turn = turn;
            while !pulse.answers().await {
                pulse.note(true);
                sleep(AGAIN).await;
            }
            pulse.note(false);
        });
    }

    fn note(&self, now: bool) {
        let has_changed = self.is_away.send_if_modified(|is_away| {
            let before = std::mem::replace(is_away, now);
            before != now
        });
        match (has_changed, now) {
            (false, _) => {}
            (true, true) => tracing::error!("the database does not answer"),
            (true, false) => tracing::warn!("the database answers again"),
        }
    }

    /// Over a connection of its own: those of the pool may be what is broken, or all be at
    /// work.
    async fn answers(&self) -> bool {
        match timeout(ANSWER, ask(&self.url)).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => Trouble::of_sqlx(&error) != Some(Trouble::Away),
            Err(_) => false,
        }
    }
}

async fn ask(url: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    connection.ping().await?;
    connection.close().await
}

/// What those are told who waited in vain.
pub(super) fn away() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal("it does not answer".to_owned()))
}

/// Without the address, which has a password in it.
impl fmt::Debug for Pulse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pulse")
            .field("is_away", &self.is_away())
            .finish_non_exhaustive()
    }
}
