//! Periods that statistics cover.

use chrono::{Datelike, Months as ChronoMonths, NaiveDate};

use crate::diary::month_key;

/// A range of month keys, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MonthRange {
    pub first: i32,
    pub last: i32,
}

impl MonthRange {
    pub fn of_year(year: i32) -> Self {
        Self {
            first: year * 12,
            last: year * 12 + 11,
        }
    }

    pub fn keys(self) -> impl Iterator<Item = i32> {
        self.first..=self.last
    }
}

/// Takes a month key: months since January of year 0.
pub fn first_day_of_month(month: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(
        month.div_euclid(12),
        month.rem_euclid(12).unsigned_abs() + 1,
        1,
    )
    .unwrap_or_default()
}

/// A period to choose on the trends tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// Includes reviews of unknown days.
    #[default]
    AllTime,
    /// A calendar year.
    Year(i32),
    /// This month and the eleven before it.
    LastTwelveMonths,
}

impl Period {
    /// Parses the value of `period` in the query string; anything unknown means all time.
    pub fn parse(name: &str) -> Self {
        match name {
            "12months" => Self::LastTwelveMonths,
            _ => parse_four_digit_year(name).map_or(Self::AllTime, Self::Year),
        }
    }

    /// Value of `period` in the query string; empty for all time.
    pub fn name(self) -> String {
        match self {
            Self::AllTime => String::new(),
            Self::Year(year) => year.to_string(),
            Self::LastTwelveMonths => "12months".to_owned(),
        }
    }

    pub fn title(self) -> String {
        match self {
            Self::AllTime => "All time".to_owned(),
            Self::Year(year) => year.to_string(),
            Self::LastTwelveMonths => "Last twelve months".to_owned(),
        }
    }

    /// `None` for all time.
    pub fn months(self, today: NaiveDate) -> Option<MonthRange> {
        let last = month_key(today);
        match self {
            Self::AllTime => None,
            Self::Year(year) => Some(MonthRange::of_year(year)),
            Self::LastTwelveMonths => Some(MonthRange {
                first: last - 11,
                last,
            }),
        }
    }
}

/// Accepts four digits only.
pub fn parse_four_digit_year(text: &str) -> Option<i32> {
    let is_year = text.len() == 4 && text.bytes().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|year| is_year && *year > 0)
}

/// Takes a month key.
pub fn last_day_of_month(month: i32) -> NaiveDate {
    let next = first_day_of_month(month).checked_add_months(ChronoMonths::new(1));
    next.and_then(|next| next.pred_opt()).unwrap_or_default()
}

/// The first and the last day, as days since the start of the Common Era.
pub fn day_key_range(months: MonthRange) -> (i32, i32) {
    (
        first_day_of_month(months.first).num_days_from_ce(),
        last_day_of_month(months.last).num_days_from_ce(),
    )
}
