//! What time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;

/// Tells the time to everything that stores or compares it, so that a test can let a
/// month pass without waiting for it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead_micros: Arc<AtomicI64>,
}

impl Clock {
    /// Now, to the microsecond: what both databases keep.
    pub fn now(&self) -> DateTime<Utc> {
        let ahead = TimeDelta::microseconds(self.ahead_micros.load(Ordering::Relaxed));
        (Utc::now() + ahead).trunc_subsecs(6)
    }

    /// The day it is in `zone`.
    pub fn today(&self, zone: Tz) -> NaiveDate {
        self.now().with_timezone(&zone).date_naive()
    }

    /// Lets `time` pass for everybody who holds this clock.
    pub fn advance(&self, time: TimeDelta) {
        let micros = time.num_microseconds().expect("a time that fits i64");
        self.ahead_micros.fetch_add(micros, Ordering::Relaxed);
    }
}
