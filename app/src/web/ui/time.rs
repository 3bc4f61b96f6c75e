//! Dates and times as text: `7 Mar 2024`, `3 hours ago`. Pages contain many of them, so they are
//! formatted by hand instead of by chrono's format strings, which are parsed on every use.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Timelike, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use super::plural;

/// `3 hours ago`, with the exact time in `zone` as a tooltip.
pub fn relative_time(then: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Markup {
    let local = then.with_timezone(&zone);
    html! {
        time datetime=(then.to_rfc3339_opts(SecondsFormat::Secs, true))
            title={ (format_date(local.date_naive())) ", " (clock_time(local.hour(), local.minute())) " " (local.offset()) } {
            (time_ago(then, now, zone))
        }
    }
}

fn clock_time(hour: u32, minute: u32) -> String {
    format!("{hour:02}:{minute:02}")
}

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

pub fn full_month_name(day: NaiveDate) -> &'static str {
    MONTHS[day.month0() as usize]
}

pub fn short_month_name(day: NaiveDate) -> &'static str {
    &full_month_name(day)[..3]
}

pub fn month_and_year(day: NaiveDate) -> String {
    format!("{} {}", full_month_name(day), day.year())
}

pub fn short_month_and_year(day: NaiveDate) -> String {
    format!("{} {}", short_month_name(day), day.year())
}

pub const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

pub fn short_weekday_name(day: NaiveDate) -> &'static str {
    WEEKDAYS[day.weekday().num_days_from_monday() as usize]
}

/// The site's format for dates: `7 Mar 2024`.
pub fn format_date(day: NaiveDate) -> String {
    format!("{} {}", day.day(), short_month_and_year(day))
}

fn time_ago(then: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let elapsed = now - then;
    match elapsed.num_minutes() {
        ..1 => "just now".to_owned(),
        minutes @ 1..60 => format!("{} ago", plural(minutes, "minute", "minutes")),
        minutes @ 60..1440 => format!("{} ago", plural(minutes / 60, "hour", "hours")),
        1440.. if elapsed.num_days() < 7 => {
            let days =
                now.with_timezone(&zone).date_naive() - then.with_timezone(&zone).date_naive();
            format!("{} ago", plural(days.num_days(), "day", "days"))
        }
        _ => format_date(then.with_timezone(&zone).date_naive()),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use chrono_tz::{Pacific::Auckland, UTC};

    use super::{relative_time, time_ago};

    #[test]
    fn times_are_relative_for_a_week() {
        let now: DateTime<Utc> = "2024-03-07T12:00:00Z".parse().expect("a time");
        for (elapsed, expected) in [
            (TimeDelta::seconds(-5), "just now"),
            (TimeDelta::seconds(59), "just now"),
            (TimeDelta::minutes(1), "1 minute ago"),
            (TimeDelta::minutes(119), "1 hour ago"),
            (TimeDelta::hours(23), "23 hours ago"),
            (TimeDelta::hours(36), "1 day ago"),
            (TimeDelta::hours(37), "2 days ago"),
            (TimeDelta::days(7), "29 Feb 2024"),
        ] {
            assert_eq!(time_ago(now - elapsed, now, UTC), expected, "{elapsed}");
        }
    }

    #[test]
    fn exact_time_is_in_the_viewers_zone() {
        let then: DateTime<Utc> = "2024-03-07T12:00:00Z".parse().expect("a time");
        let markup = relative_time(then, then, Auckland).into_string();
        assert!(markup.contains("8 Mar 2024, 01:00 NZDT"), "{markup}");
    }
}
