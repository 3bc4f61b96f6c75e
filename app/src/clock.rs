//! The clock of the application, which tests can move forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;

/// The source of every time that is stored or compared, so that a test can let a month pass.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead_micros: Arc<AtomicI64>,
}

impl Clock {
    /// Truncated to microseconds, the precision that both databases store.
    pub fn now(&self) -> DateTime<Utc> {
        let ahead = TimeDelta::microseconds(self.ahead_micros.load(Ordering::Relaxed));
        (Utc::now() + ahead).trunc_subsecs(6)
    }

    pub fn today(&self, zone: Tz) -> NaiveDate {
        self.now().with_timezone(&zone).date_naive()
    }

    /// Moves this clock and all its clones forward.
    pub fn advance(&self, time: TimeDelta) {
        let micros = time.num_microseconds().expect("a time that fits i64");
        self.ahead_micros.fetch_add(micros, Ordering::Relaxed);
    }
}
