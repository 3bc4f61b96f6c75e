//! What a reader of a service has to be able to do. A new service is one more of these.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::Value;

use super::part::{Part, TableLayout};
use super::question::{Answers, Question, TableColumn};
use super::reasons::{Refusal, SkipReason, WarningCode};
use super::row::{ImportWarning, ImportedList, NamedFilm, RowFact, RowPlace};
use super::values::day::{DayOrder, ReadDay, parse_any_day};
use super::values::words::Unfit;

/// Reads the files of one service. Every method has a default for a kind of file that the service
/// does not have.
pub trait ServiceReader: Sync {
    /// The name of the service in the API.
    fn source(&self) -> &'static str;

    /// The name that a file is shown under.
    fn shown_source(&self, _part: &Part) -> &'static str {
        self.source()
    }

    /// The first cell of the header, for a service that writes lines before it. `first` is the
    /// first line.
    fn header_behind(&self, _first: &[String]) -> Option<&'static str> {
        None
    }

    /// Says whether a table is of this service, by its header and first rows.
    fn recognise_table(&self, _file: &str, _table: &TableLayout) -> Recognition {
        Recognition::Unknown
    }

    /// Says whether an array of JSON is of this service, by its first item.
    fn recognise_items(&self, _file: &str, _first: &Value) -> Recognition {
        Recognition::Unknown
    }

    /// What each column of a recognised table holds.
    fn columns(
        &self,
        _kind: &str,
        _table: &TableLayout,
        _answers: &Answers,
    ) -> Vec<Option<TableColumn>> {
        Vec::new()
    }

    /// Puts the files of an upload in the order of reading, and leaves out those that only repeat
    /// others.
    fn arrange(&self, _parts: &mut Vec<Part>, _ignored: &mut Vec<String>) {}

    /// What has to be asked about a file and is not answered yet. The columns of the table are those
    /// of the answers.
    fn questions(
        &self,
        _part: &Part,
        _table: Option<&TableLayout>,
        _answers: &Answers,
    ) -> Vec<Question> {
        Vec::new()
    }

    /// A column without which less is known, if the table lacks it.
    fn missing_column(&self, _kind: &str, _table: &TableLayout) -> Option<&'static str> {
        None
    }

    /// The list that the rows of a file are in, if they are.
    fn list_of(&self, _part: &Part, _context: &RowContext) -> Result<Option<ImportedList>, Unfit> {
        Ok(None)
    }

    fn read_cells(
        &self,
        _part: &Part,
        _cells: &RowCells,
        _context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        Err(SkipReason::NotAViewing.into())
    }

    fn read_item(
        &self,
        _part: &Part,
        _item: &Value,
        _context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        Err(SkipReason::NotAViewing.into())
    }

    /// The title of an item that is left out.
    fn item_title(&self, _item: &Value) -> String {
        String::new()
    }

    /// Learns from an item of a file that is only read along.
    fn read_aside(&self, _item: &Value, _context: &mut RowContext) {}
}

/// What a reader says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognition {
    /// Not of this service.
    Unknown,
    /// A file to read, with the reader's word for its kind.
    Part(&'static str),
    /// A file that tells something of others.
    Aside(&'static str),
    /// Of this service, and nothing in it is imported.
    Ignored,
    /// Of this service, but it lacks what cannot be done without.
    Refused(Refusal),
}

/// What a row comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct RowContent {
    pub film: NamedFilm,
    pub fact: RowFact,
    pub own_key: Option<String>,
    /// How many more viewings there were, of which only the number is known.
    pub more_plays: u32,
}

impl RowContent {
    pub fn new(film: NamedFilm, fact: RowFact) -> Self {
        Self {
            film,
            fact,
            own_key: None,
            more_plays: 0,
        }
    }

    pub fn with_key(self, own_key: Option<String>) -> Self {
        Self { own_key, ..self }
    }
}

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

/// The cells of a row, by what their columns hold.
pub struct RowCells<'a> {
    pub table: &'a TableLayout,
    pub cells: &'a [String],
}

impl<'a> RowCells<'a> {
    /// The cell without spaces around it, or an empty string.
    pub fn get(&self, column: TableColumn) -> &'a str {
        let place = self.table.place_of(column);
        let cell = place.and_then(|place| self.cells.get(place));
        cell.map_or("", |cell| cell.trim())
    }

    /// The day in a column, in any form. The file or the member says in which order it is written.
    pub fn day(&self, column: TableColumn, context: &RowContext) -> Result<Option<ReadDay>, Unfit> {
        let text = self.get(column);
        if text.is_empty() {
            return Ok(None);
        }
        let facts = self.table.facts_of(column);
        let order = facts.and_then(|facts| facts.day_order());
        let order = order.or(context.answers.date_format);
        let day = parse_any_day(text, order.unwrap_or(DayOrder::DayFirst), context.zone);
        let read = day.ok_or(SkipReason::BadDate)?;
        context.check_day(read.day)?;
        Ok(Some(read))
    }
}
