//! The files of an upload that a reader knows, and what a first pass learned of them.

use serde::{Deserialize, Serialize};

use super::input::decoder::TextEncoding;
use super::question::TableColumn;
use super::values::day::{DayOrder, numbers_of_day};
use super::values::mark::Mark;

/// A file of an upload that is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Its place in the upload.
    pub index: usize,
    /// Its name, as rows say it.
    pub file: String,
    /// The service, by the name of its reader.
    pub source: String,
    /// The kind of file, in the words of its reader.
    pub kind: String,
    pub layout: PartLayout,
    pub rows: u64,
    /// Read along for what it tells of other files, such as the names of lists.
    pub is_aside: bool,
}

impl Part {
    pub fn table(&self) -> Option<&TableLayout> {
        match &self.layout {
            PartLayout::Table(table) => Some(table),
            PartLayout::Items => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PartLayout {
    Table(TableLayout),
    Items,
}

/// How a table is written, and what its columns hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableLayout {
    pub encoding: TextEncoding,
    pub is_encoding_guessed: bool,
    pub has_byte_order_mark: bool,
    pub separator: char,
    /// `sep=;` or what a service writes before the header.
    pub preamble: Vec<Vec<String>>,
    /// 0 where there is none.
    pub header_line: u64,
    /// The line of the first row or header.
    pub first_line: u64,
    /// Empty where there is none.
    pub header: Vec<String>,
    /// How many cells each row should have.
    pub width: usize,
    /// What each column holds, where the reader knows it.
    pub columns: Vec<Option<TableColumn>>,
    pub facts: Vec<ColumnFacts>,
    /// The first five rows.
    pub preview: Vec<Vec<String>>,
}

/// What the cells of a column have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnFacts {
    pub filled: u64,
    /// How many cells are marks, stars aside.
    pub marks: u64,
    pub highest_mark: i64,
    pub has_half_mark: bool,
    pub four_digits: u64,
    pub days: u64,
    pub has_day_first: bool,
    pub has_month_first: bool,
    /// A day that can be read in two ways.
    pub ambiguous_day: Option<String>,
    /// The different cells, at most 50. Only kept for columns whose cells a member
    /// chooses from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// Most cells that a member can choose from, and the longest.
const MAX_VALUES: usize = 50;
const MAX_VALUE_CHARACTERS: usize = 100;

impl ColumnFacts {
    pub fn add(&mut self, cell: &str) {
        let cell = cell.trim();
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        self.add_value(cell);
        let is_year = cell.len() == 4 && cell.bytes().all(|byte| byte.is_ascii_digit());
        self.four_digits += u64::from(is_year);
        if let Some(mark) = Mark::parse(cell).filter(|mark| mark.out_of.is_none()) {
            self.marks += 1;
            self.highest_mark = self.highest_mark.max(mark.thousandths);
            self.has_half_mark |= mark.thousandths % 1000 != 0;
        }
        self.add_day(cell);
    }

    fn add_value(&mut self, cell: &str) {
        let is_new = self.values.len() < MAX_VALUES && !self.values.iter().any(|v| v == cell);
        if is_new && cell.chars().count() <= MAX_VALUE_CHARACTERS {
            self.values.push(cell.to_owned());
        }
    }

    fn add_day(&mut self, cell: &str) {
        let is_iso = cell
            .get(..10)
            .is_some_and(|day| day.split('-').count() == 3);
        let Some((separator, first, second)) = numbers_of_day(cell) else {
            self.days += u64::from(is_iso);
            return;
        };
        self.days += 1;
        match (first, second) {
            _ if separator == '.' => {}
            (13.., _) => self.has_day_first = true,
            (_, 13..) => self.has_month_first = true,
            (first, second) if first == second => {}
            _ if self.ambiguous_day.is_none() => self.ambiguous_day = Some(cell.to_owned()),
            _ => {}
        }
    }

    /// `None` where every day can be read in two ways, or some say one thing and some another.
    pub fn day_order(&self) -> Option<DayOrder> {
        match (self.has_day_first, self.has_month_first) {
            (true, false) => Some(DayOrder::DayFirst),
            (false, true) => Some(DayOrder::MonthFirst),
            (false, false) if self.ambiguous_day.is_none() => Some(DayOrder::DayFirst),
            _ => None,
        }
    }
}

impl TableLayout {
    /// About how much memory it takes, of what depends on the file.
    pub fn kept_bytes(&self) -> usize {
        let rows = self.preamble.iter().chain(&self.preview);
        let cells = rows.flatten().chain(&self.header);
        let cells: usize = cells.map(|cell| cell.len() + size_of::<String>()).sum();
        let values = self.facts.iter().flat_map(|facts| &facts.values);
        let values: usize = values.map(|cell| cell.len() + size_of::<String>()).sum();
        cells + values + self.facts.len() * size_of::<ColumnFacts>()
    }

    /// Drops the cells of columns that no member chooses from.
    pub fn drop_values(&mut self) {
        let columns = self.columns.iter().chain(std::iter::repeat(&None));
        for (facts, column) in self.facts.iter_mut().zip(columns) {
            if *column != Some(TableColumn::Profile) {
                facts.values.clear();
            }
        }
    }

    pub fn place_of(&self, column: TableColumn) -> Option<usize> {
        self.columns.iter().position(|known| *known == Some(column))
    }

    pub fn facts_of(&self, column: TableColumn) -> Option<&ColumnFacts> {
        self.facts.get(self.place_of(column)?)
    }

    /// The first column of days whose order nobody can tell, with an example.
    pub fn undecided_days(&self) -> Option<&ColumnFacts> {
        let days = [TableColumn::WatchedOn, TableColumn::EnteredOn];
        days.iter()
            .filter_map(|column| self.facts_of(*column))
            .find(|facts| facts.day_order().is_none())
    }
}

/// A name without case, spaces and signs: `Watched Date`, `watchedDate` and `watched_date` are one.
pub fn squashed(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The last part of a path.
pub fn last_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
