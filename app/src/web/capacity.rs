//! How many requests are worked on at once. Past that a few wait for a moment, and the rest is
//! told to come again: what is begun gets done, and memory stays what it is, however many come.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::Error;
use crate::db::Db;

/// How many are worked on. A database reads for 4 of them at a time (SQLite) or 16
/// (PostgreSQL); but of those who sign in 64 wait for a processor that hashes, and whoever
/// searches waits for the catalog, and pages are not to wait behind them.
const RUNNING: usize = 128;

/// How many wait for one of those to be done: what comes at once and not for long is served.
const WAITING: usize = 128;

/// How long they wait. Whoever would wait longer is better told to come again.
const PATIENCE: Duration = Duration::from_millis(500);

/// The places there are for requests.
#[derive(Clone, Debug)]
pub struct Capacity {
    /// Those who run.
    running: Arc<Semaphore>,
    /// Those who run or wait.
    inside: Arc<Semaphore>,
    patience: Duration,
}

/// A place, given back when the last of these is dropped.
#[derive(Clone, Debug)]
pub struct Place(#[expect(dead_code, reason = "it is held")] Arc<[OwnedSemaphorePermit; 2]>);

impl Default for Capacity {
    fn default() -> Self {
        Self::of(RUNNING, WAITING, PATIENCE)
    }
}

impl Capacity {
    /// For `running` requests at once, while `waiting` others wait so long.
    pub fn of(running: usize, waiting: usize, patience: Duration) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            inside: Arc::new(Semaphore::new(running + waiting)),
            patience,
        }
    }

    /// How many more could come and would not be turned away.
    pub fn left(&self) -> usize {
        self.inside.available_permits()
    }

    async fn place(&self) -> Result<Place, Error> {
        let inside = Arc::clone(&self.inside).try_acquire_owned();
        let inside = inside.map_err(|_| Error::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned();
        let turn = timeout(self.patience, turn).await;
        let turn = turn.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?;
        Ok(Place(Arc::new([inside, turn])))
    }
}

/// Works on a request when there is a place for it, and as long as the database is there. The
/// place is given back when there is an answer, however long somebody takes to read it.
pub async fn admit(
    State(capacity): State<Capacity>,
    State(db): State<Db>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let _place = capacity.place().await?;
    Ok(db.while_there(next.run(request)).await?)
}

/// The same for what reads a long body by itself: the place goes with the request, and
/// [`Upload`](super::Upload) gives it back before it reads.
pub async fn admit_sender(
    State(capacity): State<Capacity>,
    State(db): State<Db>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let place = capacity.place().await?;
    request.extensions_mut().insert(place);
    Ok(db.while_there(next.run(request)).await?)
}
