//! Days and moments as other services write them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// In which order a file writes days such as `05/04/2024`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum DayOrder {
    #[serde(rename = "D/M/YY")]
    DayFirst,
    #[serde(rename = "M/D/YY")]
    MonthFirst,
}

impl DayOrder {
    /// The day that a text such as `05/04/2024` is in this order.
    pub fn read(self, text: &str) -> Option<NaiveDate> {
        parse_numbers(text, self)
    }
}

/// A day, and the moment if the file has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadDay {
    pub day: NaiveDate,
    pub at: Option<DateTime<Utc>>,
}

impl ReadDay {
    /// The day that a moment is on in a zone. `None` for moments that no service writes, such as
    /// those at the ends of what can be calculated.
    pub fn of(at: DateTime<Utc>, zone: Tz) -> Option<Self> {
        let is_fit = (1..=9999).contains(&at.year());
        is_fit.then(|| Self {
            day: at.with_timezone(&zone).date_naive(),
            at: Some(at),
        })
    }
}

impl From<NaiveDate> for ReadDay {
    fn from(day: NaiveDate) -> Self {
        Self { day, at: None }
    }
}

/// Reads a day in any of the usual forms. An instant has the day in the member's zone; a time
/// without a zone keeps its day.
pub fn parse_any_day(text: &str, order: DayOrder, zone: Tz) -> Option<ReadDay> {
    let text = text.trim();
    parse_iso_day(text, zone)
        .or_else(|| parse_numbers(text, order).map(ReadDay::from))
        .or_else(|| parse_named_month(text).map(ReadDay::from))
}

/// Reads `2024-03-31`, with or without a time and a zone.
pub fn parse_iso_day(text: &str, zone: Tz) -> Option<ReadDay> {
    let text = text.trim();
    let day = text.get(..10).and_then(parse_year_first)?;
    if text.len() == 10 {
        return Some(day.into());
    }
    let instant = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1));
    if let Ok(instant) = instant {
        return ReadDay::of(instant.to_utc(), zone);
    }
    is_time(&text[10..]).then(|| day.into())
}

/// Reads the same forms where a time without a zone is UTC.
pub fn parse_utc_day(text: &str, zone: Tz) -> Option<ReadDay> {
    let time = text.trim().replacen('T', " ", 1);
    match NaiveDateTime::parse_from_str(&time, "%F %H:%M:%S%.f") {
        Ok(time) => ReadDay::of(time.and_utc(), zone),
        Err(_) => parse_iso_day(text, zone),
    }
}

fn parse_year_first(text: &str) -> Option<NaiveDate> {
    let parts: Vec<_> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return None;
    };
    let is_fit = (year.len(), month.len(), day.len()) == (4, 2, 2);
    is_fit.then(|| day_of(year, month, day)).flatten()
}

/// A time without a zone behind a day: `T22:30:00`, ` 21:00`, ` 19:05:12.5`.
fn is_time(text: &str) -> bool {
    let Some(time) = text.strip_prefix([' ', 'T']) else {
        return false;
    };
    let on_a_day = format!("2000-01-01 {}", time.trim());
    ["%F %H:%M:%S%.f", "%F %H:%M"]
        .iter()
        .any(|form| NaiveDateTime::parse_from_str(&on_a_day, form).is_ok())
}

/// The separator of a day in numbers that does not begin with the year, and its first two numbers.
pub fn numbers_of_day(text: &str) -> Option<(char, u32, u32)> {
    let (separator, [first, second, year]) = split_numbers(text)?;
    let is_year = [2, 4].contains(&year.len()) && first.len() <= 2;
    is_year.then(|| Some((separator, first.parse().ok()?, second.parse().ok()?)))?
}

/// `05.04.2023 20:00` without its time, split into its three numbers.
fn split_numbers(text: &str) -> Option<(char, [&str; 3])> {
    let text = text.trim();
    let end = text.find([' ', 'T']).unwrap_or(text.len());
    let (day, time) = text.split_at(end);
    if !time.is_empty() && !is_time(time) {
        return None;
    }
    let separator = ['.', '/', '-'].into_iter().find(|c| day.contains(*c))?;
    let parts: Vec<_> = day.split(separator).collect();
    let numbers: [&str; 3] = parts.try_into().ok()?;
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    numbers
        .iter()
        .all(is_number)
        .then_some((separator, numbers))
}

fn parse_numbers(text: &str, order: DayOrder) -> Option<NaiveDate> {
    let (separator, [first, second, third]) = split_numbers(text)?;
    if first.len() == 4 {
        return day_of(first, second, third);
    }
    numbers_of_day(text)?;
    // Nobody writes the month first with full stops.
    match order {
        DayOrder::MonthFirst if separator != '.' => day_of(third, first, second),
        _ => day_of(third, second, first),
    }
}

/// Two digits are a year from 1970 to 2069.
fn day_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number: i32 = year.parse().ok()?;
    let year = match (year.len(), number) {
        (2, 70..) => 1900 + number,
        (2, _) => 2000 + number,
        _ => number,
    };
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

/// Reads `Thu Jul 11 00:00:00 2013`, `11 July 2013` and `July 11, 2013`.
pub fn parse_named_month(text: &str) -> Option<NaiveDate> {
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ");
    let moment = NaiveDateTime::parse_from_str(&text, "%a %b %d %H:%M:%S %Y").ok();
    let forms = ["%d %B %Y", "%B %d, %Y", "%d-%B-%Y"];
    let mut days = forms
        .iter()
        .filter_map(|form| NaiveDate::parse_from_str(&text, form).ok());
    let day = moment.map(|moment| moment.date()).or_else(|| days.next())?;
    (1000..=9999).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;
    use proptest::prelude::*;

    use super::{DayOrder, parse_any_day, parse_iso_day};

    fn day(text: &str, order: DayOrder) -> Option<String> {
        parse_any_day(text, order, Berlin).map(|read| read.day.to_string())
    }

    #[test]
    fn days_are_read_in_the_usual_forms() {
        for (text, expected) in [
            ("2024-03-01", "2024-03-01"),
            ("2024-03-31T22:30:00.000Z", "2024-04-01"),
            ("2024-10-27T22:30:00Z", "2024-10-27"),
            ("2024-03-31T22:30:00+02:00", "2024-03-31"),
            ("2025-01-06T22:30:00", "2025-01-06"),
            ("2025-01-07 21:00", "2025-01-07"),
            ("2024-01-15 20:05:00", "2024-01-15"),
            ("24.12.2023", "2023-12-24"),
            ("5.4.23 19:05", "2023-04-05"),
            ("05/04/2024", "2024-04-05"),
            ("25-11-2023 19:05:12", "2023-11-25"),
            ("2024/03/01", "2024-03-01"),
            ("Thu Jul 11 00:00:00 2013", "2013-07-11"),
            ("Sat Jan  5 00:00:00 2013", "2013-01-05"),
            ("11 July 2013", "2013-07-11"),
            ("Jul 11, 2013", "2013-07-11"),
        ] {
            assert_eq!(
                day(text, DayOrder::DayFirst).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        let american = day("05/04/24", DayOrder::MonthFirst);
        assert_eq!(american.as_deref(), Some("2024-05-04"));
        let german = day("05.04.24", DayOrder::MonthFirst);
        assert_eq!(german.as_deref(), Some("2024-04-05"));
    }

    #[test]
    fn what_is_no_day_is_not_guessed() {
        for text in [
            "",
            "in spring",
            "2024-13-40",
            "31.02.2024",
            "2024",
            "20/13/2024",
            "2024-01-02x",
            "1.2",
            "2024-01-02 25:00",
            "12/12/20244",
            "--",
            "2024-1-é",
            "+262142-12-31 23:59:59",
            "9999-12-31T23:59:59-23:59",
        ] {
            assert_eq!(day(text, DayOrder::DayFirst), None, "{text}");
        }
        assert_eq!(parse_iso_day("20/01/2024", Berlin), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_text_is_a_day_or_not(text in "[0-9TZ:+. /é-]{0,24}|.{0,12}") {
            day(&text, DayOrder::MonthFirst);
        }
    }
}
