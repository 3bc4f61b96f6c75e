//! What a reader of a service has to be able to do. A new service is one more of these.

use serde_json::Value;

use super::part::{Part, TableLayout};
use super::question::{Answers, Question, TableColumn};
use super::reasons::{Refusal, SkipReason};
use super::row::{ImportedList, NamedFilm, RowFact};
use super::values::words::Unfit;

pub use super::row_cells::RowCells;
pub use super::row_context::RowContext;

/// Most that one row may say of a film. Nobody has seen one more often.
pub const MAX_PLAYS: u32 = 1_000;

/// Reads the files of one service. Every method has a default for a kind of file that the service
/// does not have.
pub trait ServiceReader: Sync {
    /// The name of the service in the API.
    fn source(&self) -> &'static str;

    /// The name of the service for people.
    fn name(&self) -> &'static str;

    /// Where a member of the service finds the file, in two or three sentences. A reader without
    /// any is not named on the page.
    fn export_steps(&self) -> &'static [&'static str] {
        &[]
    }

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

    /// Says whether an array of JSON is of this service, by its first item. `array` is its name, if
    /// the file is an object of arrays.
    fn recognise_items(&self, _file: &str, _array: Option<&str>, _first: &Value) -> Recognition {
        Recognition::Unknown
    }

    /// Whether the items of this array are rows, if the file is an object of arrays.
    fn reads_array(&self, _array: &str) -> bool {
        false
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

    /// The title of a row that is left out.
    fn row_title<'a>(&self, cells: &RowCells<'a>) -> &'a str {
        cells.get(TableColumn::Title)
    }

    /// `array` is the name of the array that the item is in, if the file is an object of arrays.
    fn read_item(
        &self,
        _part: &Part,
        _array: Option<&str>,
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
    /// What the row says besides.
    pub further: Vec<RowFact>,
}

impl RowContent {
    pub fn new(film: NamedFilm, fact: RowFact) -> Self {
        Self {
            film,
            fact,
            own_key: None,
            further: Vec::new(),
        }
    }

    pub fn with_key(self, own_key: Option<String>) -> Self {
        Self { own_key, ..self }
    }

    /// Adds further viewings, of which only the number is known.
    pub fn with_more_plays(mut self, more_plays: u32) -> Self {
        let mut play = self.fact.clone();
        if let RowFact::Viewing(viewing) = &mut play {
            viewing.watched_on = None;
            viewing.watched_at = None;
        }
        let more_plays = more_plays.min(MAX_PLAYS);
        self.further.extend((0..more_plays).map(|_| play.clone()));
        self
    }
}
