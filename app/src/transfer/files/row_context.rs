//! What a row is read with, and what it leaves behind.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use entity::Visibility;

use super::question::Answers;
use super::reasons::{SkipReason, WarningCode};
use super::row::{ImportWarning, ImportedList, RowPlace};
use super::values::day::{DayOrder, ReadDay, parse_any_day, parse_utc_day};
use super::values::words::Unfit;

/// What is the same for all rows of an upload, and what a row leaves behind.
pub struct RowContext<'a> {
    /// The member's time zone.
    pub zone: Tz,
    /// The current day there.
    pub today: NaiveDate,
    pub answers: &'a Answers,
    /// The list of the file that is read.
    pub list: Option<ImportedList>,
    /// What was learned from other files, by a key of the reader.
    pub lists_by_number: HashMap<String, ImportedList>,
    /// The server that an archive is from.
    pub server: Option<String>,
    /// Who may see the diary that an archive is of, if it says so.
    pub diary_visibility: Option<Visibility>,
    /// Lists that the row names, which come before it. Those of a file that is read along come first.
    pub row_lists: Vec<ImportedList>,
    /// The warnings of the row that is read.
    pub row_warnings: Vec<(WarningCode, Vec<String>)>,
}

impl RowContext<'_> {
    pub fn warn(&mut self, code: WarningCode) {
        self.row_warnings.push((code, Vec::new()));
    }

    pub fn take_warnings(&mut self, place: &RowPlace) -> Vec<ImportWarning> {
        let warnings = self.row_warnings.drain(..);
        warnings
            .map(|(code, left_out)| ImportWarning {
                left_out,
                ..ImportWarning::of_row(code, place)
            })
            .collect()
    }

    /// The day that a text says, in any form. `None` where it is empty.
    pub fn day_in(&self, text: &str, order: DayOrder) -> Result<Option<ReadDay>, Unfit> {
        self.checked_day(text, parse_any_day(text, order, self.zone))
    }

    /// The same where times without a zone are UTC.
    pub fn utc_day_in(&self, text: &str) -> Result<Option<ReadDay>, Unfit> {
        self.checked_day(text, parse_utc_day(text, self.zone))
    }

    fn checked_day(&self, text: &str, read: Option<ReadDay>) -> Result<Option<ReadDay>, Unfit> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let read = read.ok_or(SkipReason::BadDate)?;
        self.check_day(read.day)?;
        Ok(Some(read))
    }

    /// Refuses days that have not come, and days before there were films.
    pub fn check_day(&self, day: NaiveDate) -> Result<NaiveDate, Unfit> {
        let first = NaiveDate::from_ymd_opt(1888, 1, 1).unwrap_or_default();
        match day {
            day if day > self.today => Err(SkipReason::FutureDate.into()),
            day if day < first => Err(SkipReason::DateTooEarly.into()),
            day => Ok(day),
        }
    }
}
