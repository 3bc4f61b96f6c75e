//! Goes through a table once: where its header is, how wide it is, and what its columns hold.

use std::io::Read;

use super::input::decoder::{DecodedText, TextEncoding};
use super::input::table::{TableRow, TableRows, separator_of};
use super::part::{ColumnFacts, TableLayout};
use super::readers::services;
use super::reasons::{RefusalReason, UploadError};
use super::values::day::numbers_of_day;
use super::values::mark::Mark;

/// A table with more columns than this is something else.
const MAX_COLUMNS: usize = 500;

const PREVIEW_ROWS: usize = 5;

pub struct ScannedTable {
    pub layout: TableLayout,
    pub rows: u64,
}

/// The beginning of a file as text. It may break off within a letter, so only whole lines decide
/// whether it is UTF-8.
pub fn head_text(head: &[u8]) -> Option<(String, TextEncoding)> {
    let lines_end = head.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
    let decode = |bytes: &[u8], encoding| {
        let mut text = String::new();
        let mut input = DecodedText::open(bytes, encoding).ok()?;
        input.read_to_string(&mut text).ok()?;
        Some((text, input.encoding))
    };
    decode(head, None)
        .or_else(|| decode(&head[..lines_end], None).filter(|(text, _)| !text.is_empty()))
        .or_else(|| decode(head, Some(TextEncoding::Windows1252)))
}

/// Reads a table. Of a head, a row that breaks off is no fault.
pub fn scan_table(
    input: impl Read,
    encoding: Option<TextEncoding>,
    head: &str,
    is_head: bool,
) -> Result<ScannedTable, UploadError> {
    let (separator, has_separator_line) = separator_of(head);
    let mut rows = TableRows::open(input, encoding, separator)?;
    let mut scan = Scan {
        has_separator_line,
        ..Scan::default()
    };
    loop {
        match rows.next_row() {
            Ok(Some(row)) => scan.add(row)?,
            Ok(None) => break,
            Err(UploadError::Refused(_)) if is_head => break,
            Err(error) => return Err(error),
        }
    }
    Ok(ScannedTable {
        layout: TableLayout {
            encoding: rows.encoding,
            is_encoding_guessed: false,
            has_byte_order_mark: rows.has_byte_order_mark,
            separator: char::from(separator),
            preamble: scan.preamble,
            header_line: scan.header_line,
            first_line: scan.first_line,
            header: scan.header,
            width: scan.width,
            columns: Vec::new(),
            facts: scan.facts,
            preview: scan.preview,
        },
        rows: scan.rows,
    })
}

#[derive(Default)]
struct Scan {
    has_separator_line: bool,
    preamble: Vec<Vec<String>>,
    /// The first cell of the header that is still to come.
    header_behind: Option<&'static str>,
    is_begun: bool,
    header: Vec<String>,
    header_line: u64,
    first_line: u64,
    width: usize,
    facts: Vec<ColumnFacts>,
    preview: Vec<Vec<String>>,
    rows: u64,
}

impl Scan {
    fn add(&mut self, row: TableRow) -> Result<(), UploadError> {
        if self.is_begun {
            self.add_row(row.cells);
            return Ok(());
        }
        if self.is_preamble(&row) {
            self.preamble.push(row.cells);
            return Ok(());
        }
        self.is_begun = true;
        self.first_line = row.line;
        self.width = row.cells.len();
        if self.width > MAX_COLUMNS {
            return Err(RefusalReason::UnknownFormat.into());
        }
        self.facts = vec![ColumnFacts::default(); self.width];
        if row.cells.iter().any(|cell| is_value(cell)) {
            self.add_row(row.cells);
        } else {
            self.header_line = row.line;
            self.header = row.cells;
        }
        Ok(())
    }

    fn is_preamble(&mut self, row: &TableRow) -> bool {
        if self.has_separator_line && self.preamble.is_empty() {
            return true;
        }
        if self.preamble.is_empty() {
            self.header_behind = services().find_map(|reader| reader.header_behind(&row.cells));
        }
        let first = row.cells.first().map_or("", |cell| cell.trim());
        // A preamble without an end is no preamble.
        self.header_behind.is_some_and(|header| header != first) && self.preamble.len() < 100
    }

    fn add_row(&mut self, cells: Vec<String>) {
        self.rows += 1;
        // The cells of a row that lost a comma stand under the wrong headers.
        if cells.len() != self.width {
            return;
        }
        for (facts, cell) in self.facts.iter_mut().zip(&cells) {
            facts.add(cell);
        }
        if self.preview.len() < PREVIEW_ROWS {
            self.preview.push(cells);
        }
    }
}

/// Whether a cell is a number or a day, which no header has.
fn is_value(cell: &str) -> bool {
    let cell = cell.trim();
    let is_iso = cell.get(..10).is_some_and(|day| {
        day.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
    });
    is_iso || Mark::parse(cell).is_some() || numbers_of_day(cell).is_some()
}
