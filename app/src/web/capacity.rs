//! How many requests are worked on at once. Past that a few wait for a moment, and the rest is
//! told to come again: what is begun gets done, and memory stays what it is, however many come.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout};

use super::Error;
use crate::db::Db;

/// How many are worked on. A database reads for 4 of them at a time (SQLite) or 16
/// (PostgreSQL); but of those who sign in 64 wait for a processor that hashes, and whoever
/// searches waits for the catalog, and pages are not to wait behind them.
const RUNNING: usize = 128;

/// How many wait for one of those to be done: what comes at once and not for long is served.
const WAITING: usize = 512;

/// How long they wait. Whoever would wait longer is better told to come again.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often somebody is told to come again. Many do so at once, and to tell them takes a good
/// part of the time of a page: they would keep the server from what it has begun. So where more
/// are to be told, they wait for it in a line,
const TELLING: Duration = Duration::from_millis(1);

/// which gets no longer than this.
const LINE: Duration = Duration::from_secs(10);

/// The places there are for requests.
#[derive(Clone, Debug)]
pub struct Capacity {
    /// Those who run.
    running: Arc<Semaphore>,
    /// Those who run or wait.
    inside: Arc<Semaphore>,
    patience: Duration,
    /// When the next one is told to come again.
    telling: Arc<Mutex<Option<Instant>>>,
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
            telling: Arc::default(),
        }
    }

    /// How many more could come and would not be turned away.
    pub fn left(&self) -> usize {
        self.inside.available_permits()
    }

    async fn place(&self) -> Option<Place> {
        let inside = Arc::clone(&self.inside).try_acquire_owned().ok()?;
        let turn = Arc::clone(&self.running).acquire_owned();
        let turn = timeout(self.patience, turn).await.ok()?.ok()?;
        Some(Place(Arc::new([inside, turn])))
    }

    /// A place for a request, which waits with it; or it is gone when somebody is told.
    async fn place_for(&self, request: Request) -> Result<(Place, Request), Error> {
        if let Some(place) = self.place().await {
            return Ok((place, request));
        }
        // Nobody knows how large it is.
        drop(request);
        if let Some(time) = self.next_telling() {
            sleep_until(time).await;
        }
        Err(Error::Busy)
    }

    /// When the next one is told, unless that is at once.
    fn next_telling(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut telling = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let time = telling.filter(|time| *time > now).unwrap_or(now);
        if time > now + LINE {
            return None;
        }
        *telling = Some(time + TELLING);
        (time > now).then_some(time)
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
    let (_place, request) = capacity.place_for(request).await?;
    Ok(db.while_there(next.run(request)).await?)
}

/// The same for what reads a long body by itself: the place goes with the request, and
/// [`Upload`](super::Upload) gives it back before it reads.
pub async fn admit_sender(
    State(capacity): State<Capacity>,
    State(db): State<Db>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let (place, mut request) = capacity.place_for(request).await?;
    request.extensions_mut().insert(place);
    Ok(db.while_there(next.run(request)).await?)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Capacity;

    /// A few are told at once, many one after the other.
    #[test]
    fn whoever_is_to_be_told_stands_in_a_line() {
        let full = Capacity::of(0, 0, Duration::ZERO);
        assert_eq!(full.next_telling(), None);
        let line: Vec<_> = (0..1000).map(|_| full.next_telling()).collect();
        let waiting: Vec<_> = line.into_iter().flatten().collect();
        assert!(waiting.len() > 100);
        assert!(waiting.is_sorted_by(|one, next| one < next));
    }
}
