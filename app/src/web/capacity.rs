//! Limits concurrent requests. Excess requests wait briefly in a bounded queue, and the rest get a
//! 503, so that running requests finish and memory stays bounded under any load.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout};

use super::Error;
use crate::db::Db;

/// Requests running at once. The database has only 4 (SQLite) or 16 (PostgreSQL) readers, but up
/// to 64 sign-ins may be hashing passwords and searches may be waiting for the online catalog;
/// pages must not queue behind these.
const MAX_RUNNING: usize = 128;

/// Requests waiting for a permit, enough to absorb short bursts.
const MAX_WAITING: usize = 512;

/// Requests that wait longer than this get a 503 with `Retry-After`.
const QUEUE_TIMEOUT: Duration = Duration::from_millis(500);

/// Minimum interval between two 503 responses. Rendering one costs a good part of what a page
/// costs, so a flood of rejections would slow down the requests that are running.
const REJECTION_INTERVAL: Duration = Duration::from_millis(1);

/// The longest time that a 503 is delayed for [`REJECTION_INTERVAL`]; beyond it, rejections are
/// sent at once.
const MAX_REJECTION_DELAY: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
pub struct Capacity {
    running: Arc<Semaphore>,
    /// Permits for running and waiting requests together.
    running_or_waiting: Arc<Semaphore>,
    timeout: Duration,
    /// The earliest time for the next 503.
    next_rejection: Arc<Mutex<Option<Instant>>>,
}

/// Released when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct CapacityPermit(
    #[expect(dead_code, reason = "released on drop")] Arc<[OwnedSemaphorePermit; 2]>,
);

impl Default for Capacity {
    fn default() -> Self {
        Self::new(MAX_RUNNING, MAX_WAITING, QUEUE_TIMEOUT)
    }
}

impl Capacity {
    pub fn new(running: usize, waiting: usize, timeout: Duration) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            running_or_waiting: Arc::new(Semaphore::new(running + waiting)),
            timeout,
            next_rejection: Arc::default(),
        }
    }

    /// Requests that could still run or wait without a 503.
    pub fn available(&self) -> usize {
        self.running_or_waiting.available_permits()
    }

    async fn try_acquire(&self) -> Option<CapacityPermit> {
        let either_permit = Arc::clone(&self.running_or_waiting)
            .try_acquire_owned()
            .ok()?;
        let running_permit = Arc::clone(&self.running).acquire_owned();
        let turn = timeout(self.timeout, running_permit).await.ok()?.ok()?;
        Some(CapacityPermit(Arc::new([either_permit, turn])))
    }

    /// Waits for a permit. Returns the request with it, or drops the request before a delayed 503.
    async fn acquire_for(&self, request: Request) -> Result<(CapacityPermit, Request), Error> {
        if let Some(permit) = self.try_acquire().await {
            return Ok((permit, request));
        }
        // Free its memory before the delay; its size is unknown.
        drop(request);
        if let Some(time) = self.schedule_rejection() {
            sleep_until(time).await;
        }
        Err(Error::Busy)
    }

    /// Reserves the time to send the next 503; `None` means now.
    fn schedule_rejection(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut next_rejection = self
            .next_rejection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let time = next_rejection.filter(|time| *time > now).unwrap_or(now);
        if time > now + MAX_REJECTION_DELAY {
            return None;
        }
        *next_rejection = Some(time + REJECTION_INTERVAL);
        (time > now).then_some(time)
    }
}

/// Middleware that runs a request once it has a permit, and fails it early if the database goes
/// away. The permit is released when the response is ready, not when the client has read it.
pub async fn admit(
    State(capacity): State<Capacity>,
    State(db): State<Db>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let (_permit, request) = capacity.acquire_for(request).await?;
    Ok(db.while_reachable(next.run(request)).await?)
}

/// Like [`admit`], for handlers that read a large body themselves: the permit travels in the
/// request's extensions, and [`Upload`](super::Upload) releases it before reading.
pub async fn admit_upload(
    State(capacity): State<Capacity>,
    State(db): State<Db>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let (permit, mut request) = capacity.acquire_for(request).await?;
    request.extensions_mut().insert(permit);
    Ok(db.while_reachable(next.run(request)).await?)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Capacity;

    #[test]
    fn rejections_are_spread_over_time() {
        let full = Capacity::new(0, 0, Duration::ZERO);
        assert_eq!(full.schedule_rejection(), None);
        let line: Vec<_> = (0..1000).map(|_| full.schedule_rejection()).collect();
        let waiting: Vec<_> = line.into_iter().flatten().collect();
        assert!(waiting.len() > 100);
        assert!(waiting.is_sorted_by(|one, next| one < next));
    }
}
