//! The time of what another service gives only a day for.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

/// Noon of the day, because a day alone says no time.
pub fn noon(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let local = day.and_time(noon).and_local_timezone(zone).earliest();
    local.map_or_else(
        || day.and_time(noon).and_utc(),
        |time| time.with_timezone(&Utc),
    )
}
