//! What the log says once for many requests: what happens to each of a flood of them would fill
//! the disk.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long it is not said again.
const EVERY: Duration = Duration::from_secs(10);

/// One thing to say.
#[derive(Debug)]
pub(super) struct Seldom(Mutex<Option<Instant>>);

impl Seldom {
    /// It was not said yet.
    pub(super) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Whether it is to be said now.
    pub(super) fn is_due(&self) -> bool {
        let mut said_at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = said_at.is_none_or(|at| at.elapsed() >= EVERY);
        if is_due {
            *said_at = Some(Instant::now());
        }
        is_due
    }
}
