//! Days and moments as they are shown: `7 Mar 2024`, `3 hours ago`. They stand on every page
//! many times over, so they are put together rather than made by a pattern that is read anew
//! for each.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Timelike, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use super::plural;

/// A moment, as long ago as it is; the exact time in `zone` is its title.
pub fn moment(then: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Markup {
    let local = then.with_timezone(&zone);
    html! {
        time datetime=(then.to_rfc3339_opts(SecondsFormat::Secs, true))
            title={ (written(local.date_naive())) ", " (of_clock(local.hour(), local.minute())) " " (local.offset()) } {
            (ago(then, now, zone))
        }
    }
}

/// `09:05`
fn of_clock(hour: u32, minute: u32) -> String {
    format!("{hour:02}:{minute:02}")
}

/// The months of a year.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `March`
pub fn month(day: NaiveDate) -> &'static str {
    MONTHS[day.month0() as usize]
}

/// `Mar`
pub fn short_month(day: NaiveDate) -> &'static str {
    &month(day)[..3]
}

/// `March 2024`
pub fn month_and_year(day: NaiveDate) -> String {
    format!("{} {}", month(day), day.year())
}

/// `Mar 2024`
pub fn short_month_and_year(day: NaiveDate) -> String {
    format!("{} {}", short_month(day), day.year())
}

/// The days of a week, the first one first.
pub const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// `7 Mar 2024`
pub fn written(day: NaiveDate) -> String {
    format!("{} {}", day.day(), short_month_and_year(day))
}

fn ago(then: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let passed = now - then;
    match passed.num_minutes() {
        ..1 => "just now".to_owned(),
        minutes @ 1..60 => format!("{} ago", plural(minutes, "minute", "minutes")),
        minutes @ 60..1440 => format!("{} ago", plural(minutes / 60, "hour", "hours")),
        1440.. if passed.num_days() < 7 => {
            let days =
                now.with_timezone(&zone).date_naive() - then.with_timezone(&zone).date_naive();
            format!("{} ago", plural(days.num_days(), "day", "days"))
        }
        _ => written(then.with_timezone(&zone).date_naive()),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use chrono_tz::{Pacific::Auckland, UTC};

    use super::{ago, moment};

    #[test]
    fn moments_are_told_as_people_tell_them() {
        let now: DateTime<Utc> = "2024-03-07T12:00:00Z".parse().expect("a time");
        for (passed, told) in [
            (TimeDelta::seconds(-5), "just now"),
            (TimeDelta::seconds(59), "just now"),
            (TimeDelta::minutes(1), "1 minute ago"),
            (TimeDelta::minutes(119), "1 hour ago"),
            (TimeDelta::hours(23), "23 hours ago"),
            (TimeDelta::hours(36), "1 day ago"),
            (TimeDelta::hours(37), "2 days ago"),
            (TimeDelta::days(7), "29 Feb 2024"),
        ] {
            assert_eq!(ago(now - passed, now, UTC), told, "{passed}");
        }
    }

    #[test]
    fn the_exact_time_is_the_viewers() {
        let then: DateTime<Utc> = "2024-03-07T12:00:00Z".parse().expect("a time");
        let drawn = moment(then, then, Auckland).into_string();
        assert!(drawn.contains("8 Mar 2024, 01:00 NZDT"), "{drawn}");
    }
}
