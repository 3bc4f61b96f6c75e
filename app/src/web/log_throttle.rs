//! Throttles log messages, so that a flood of failing requests does not fill the disk with them.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Minimum time between two messages.
const INTERVAL: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct LogThrottle(Mutex<Option<Instant>>);

impl LogThrottle {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Whether to log the message now; if so, starts the next interval.
    pub(super) fn is_due(&self) -> bool {
        let mut last_logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last_logged.is_none_or(|at| at.elapsed() >= INTERVAL);
        if is_due {
            *last_logged = Some(Instant::now());
        }
        is_due
    }
}
