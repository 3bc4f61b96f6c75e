//! Which time numbers are over.

use chrono::{Datelike, Months as ChronoMonths, NaiveDate};

use crate::diary::month_key;

/// A stretch of whole months, by their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Months {
    /// The first.
    pub first: i32,
    /// The last.
    pub last: i32,
}

impl Months {
    /// The twelve of a year.
    pub fn of_year(year: i32) -> Self {
        Self {
            first: year * 12,
            last: year * 12 + 11,
        }
    }

    /// Each of them.
    pub fn keys(self) -> impl Iterator<Item = i32> {
        self.first..=self.last
    }
}

/// The first day of the month of that key.
pub fn first_day(month: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(
        month.div_euclid(12),
        month.rem_euclid(12).unsigned_abs() + 1,
        1,
    )
    .unwrap_or_default()
}

/// Which time numbers are over, as one chooses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// From the first review to the last, unknown days too.
    #[default]
    AllTime,
    /// A year, as it is on a calendar.
    Year(i32),
    /// This month and the eleven before.
    LastTwelveMonths,
}

impl Period {
    /// The period of that name in an address; all time where there is no such name.
    pub fn parse(name: &str) -> Self {
        match name {
            "12months" => Self::LastTwelveMonths,
            _ => year(name).map_or(Self::AllTime, Self::Year),
        }
    }

    /// Its name in an address; empty for all time.
    pub fn name(self) -> String {
        match self {
            Self::AllTime => String::new(),
            Self::Year(year) => year.to_string(),
            Self::LastTwelveMonths => "12months".to_owned(),
        }
    }

    /// What it is called.
    pub fn title(self) -> String {
        match self {
            Self::AllTime => "All time".to_owned(),
            Self::Year(year) => year.to_string(),
            Self::LastTwelveMonths => "Last twelve months".to_owned(),
        }
    }

    /// The months that it has; `None` for all.
    pub fn months(self, today: NaiveDate) -> Option<Months> {
        let last = month_key(today);
        match self {
            Self::AllTime => None,
            Self::Year(year) => Some(Months::of_year(year)),
            Self::LastTwelveMonths => Some(Months {
                first: last - 11,
                last,
            }),
        }
    }
}

/// A year of films: four digits.
pub fn year(text: &str) -> Option<i32> {
    let is_year = text.len() == 4 && text.bytes().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|year| is_year && *year > 0)
}

/// The last day of the month of that key.
pub fn last_day(month: i32) -> NaiveDate {
    let next = first_day(month).checked_add_months(ChronoMonths::new(1));
    next.and_then(|next| next.pred_opt()).unwrap_or_default()
}

/// The days of the months, as keys.
pub fn days(months: Months) -> (i32, i32) {
    (
        first_day(months.first).num_days_from_ce(),
        last_day(months.last).num_days_from_ce(),
    )
}
