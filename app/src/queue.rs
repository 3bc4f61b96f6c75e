//! Rows that are queues: what is still to be done stands in the database, so that a crash
//! loses nothing and several instances share the work.
//!
//! Who takes a row gets it for the time of a lease; whoever dies with it leaves it to the
//! next. The number of tries, which rises with each, tells the holder of a lease that has
//! run out from the one who took the row after.

use chrono::{DateTime, TimeDelta, Utc};

/// How long one try may take before the row counts as left behind.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);

/// What came of looking for work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// One row was worked on; there may be more.
    Worked,
    /// There is nothing to do before that time, or at all.
    Idle {
        /// When the next row is due.
        until: Option<DateTime<Utc>>,
    },
}

/// How long to wait after the `tries`th try in vain: at first as for a hiccup, then as for
/// an outage. `None`: it was tried often enough.
pub fn back_off(tries: i16) -> Option<TimeDelta> {
    Some(match tries {
        ..=1 => TimeDelta::seconds(1),
        2 => TimeDelta::seconds(2),
        3 => TimeDelta::seconds(4),
        4 => TimeDelta::minutes(1),
        5 => TimeDelta::minutes(10),
        6 => TimeDelta::hours(1),
        7 => TimeDelta::hours(6),
        8 => TimeDelta::days(1),
        _ => return None,
    })
}
