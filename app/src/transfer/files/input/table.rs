//! Rows of CSV and its relatives, with the line on which each begins.

use std::io::{self, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::decoder::{DecodedText, TextEncoding};
use super::limited::{Limited, MAX_ROW_BYTES};
use crate::transfer::files::reasons::{Refusal, RefusalReason, StreamFault, UploadError};

/// A row of its own behind the last one. If a quote is still open there, it becomes part of that
/// row instead.
const END_ROW: &str = "\u{1}end of table\u{1}";
const END: &[u8] = b"\n\x01end of table\x01\n";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    pub line: u64,
    pub cells: Vec<String>,
}

type Text<R> = Limited<io::Chain<DecodedText<R>, &'static [u8]>>;

/// The rows of a table, empty lines left out.
pub struct TableRows<R: Read> {
    csv: csv::Reader<Text<R>>,
    ahead: Option<TableRow>,
    pub encoding: TextEncoding,
    pub has_byte_order_mark: bool,
}

impl<R: Read> TableRows<R> {
    pub fn open(
        input: R,
        encoding: Option<TextEncoding>,
        separator: u8,
    ) -> Result<Self, UploadError> {
        let text = DecodedText::open(input, encoding)?;
        let (encoding, has_byte_order_mark) = (text.encoding, text.has_byte_order_mark);
        let csv = ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .has_headers(false)
            .from_reader(Limited::new(text.chain(END), MAX_ROW_BYTES));
        let mut rows = Self {
            csv,
            ahead: None,
            encoding,
            has_byte_order_mark,
        };
        rows.ahead = rows.read()?;
        Ok(rows)
    }

    pub fn next_row(&mut self) -> Result<Option<TableRow>, UploadError> {
        let Some(row) = self.ahead.take() else {
            return Ok(None);
        };
        self.ahead = self.read()?;
        if self.ahead.is_some() {
            return Ok(Some(row));
        }
        if row.cells == [END_ROW] {
            return Ok(None);
        }
        Err(unclosed_quote(row.line))
    }

    fn read(&mut self) -> Result<Option<TableRow>, UploadError> {
        self.csv.get_mut().start_row();
        let begins = self.csv.position().line();
        let mut record = ByteRecord::new();
        match self.csv.read_byte_record(&mut record) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let cells: Vec<_> = record
                    .iter()
                    .map(|cell| String::from_utf8_lossy(cell).into_owned())
                    .collect();
                // Empty lines before the row are passed over, so it is counted from its end.
                let inside: usize = cells.iter().map(|cell| cell.matches('\n').count()).sum();
                let line = self.csv.position().line() - 1 - inside as u64;
                Ok(Some(TableRow {
                    line: line.max(begins),
                    cells,
                }))
            }
            Err(error) => match error.into_kind() {
                csv::ErrorKind::Io(error) => match StreamFault::of(&error) {
                    // Nothing but a quote that never closes makes a row that long.
                    Some(StreamFault::RowTooLong) => Err(unclosed_quote(begins)),
                    _ => Err(error.into()),
                },
                _ => Err(RefusalReason::UnknownFormat.into()),
            },
        }
    }
}

fn unclosed_quote(line: u64) -> UploadError {
    UploadError::Refused(Refusal {
        line: Some(line),
        ..RefusalReason::UnclosedQuote.into()
    })
}

/// The separator between the cells of a row, and whether the first line is `sep=;`, which
/// spreadsheets write for each other.
pub fn separator_of(text: &str) -> (u8, bool) {
    let first = text.lines().find(|line| !line.is_empty()).unwrap_or("");
    let named = first.trim_matches('"').strip_prefix("sep=");
    if let Some(&[separator]) = named.map(str::as_bytes) {
        return (separator, true);
    }
    let mut is_quoted = false;
    let mut counts = [0; 4];
    const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
    for byte in first.bytes() {
        is_quoted ^= byte == b'"';
        let place = SEPARATORS.iter().position(|separator| *separator == byte);
        if let Some(place) = place.filter(|_| !is_quoted) {
            counts[place] += 1;
        }
    }
    // The first of several with the same count.
    let most = (0..4).rev().max_by_key(|place| counts[*place]);
    (SEPARATORS[most.unwrap_or(0)], false)
}

/// A row as a line of CSV, without its line end.
pub fn written_row(cells: &[String], separator: u8) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .from_writer(Vec::new());
    let written = writer.write_record(cells).is_ok().then_some(writer);
    let bytes = written.and_then(|writer| writer.into_inner().ok());
    let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
    text.trim_end_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{TableRow, TableRows, separator_of, written_row};
    use crate::transfer::files::reasons::{RefusalReason, UploadError};

    fn rows(text: &str) -> Result<Vec<TableRow>, UploadError> {
        let mut rows = TableRows::open(text.as_bytes(), None, b',')?;
        let mut read = Vec::new();
        while let Some(row) = rows.next_row()? {
            read.push(row);
        }
        Ok(read)
    }

    fn lines(text: &str) -> Vec<(u64, String)> {
        let rows = rows(text).expect("a table");
        let line = |row: TableRow| (row.line, row.cells.join("|"));
        rows.into_iter().map(line).collect()
    }

    #[test]
    fn rows_are_known_by_the_line_that_they_begin_on() {
        for end in ["\n", "\r\n", "\r"] {
            let text = "a,b\n\n\n\"x\n\ny\",1\nlast,2".replace('\n', end);
            let told = [(1, "a|b"), (4, "x\n\ny|1"), (7, "last|2")];
            let told = told.map(|(line, text)| (line, text.to_owned()));
            assert_eq!(lines(&text), told);
        }
        assert_eq!(lines(""), []);
        assert_eq!(lines("\n\n"), []);
    }

    #[test]
    fn a_quote_that_never_closes_is_told_by_its_line() {
        let long = format!("a,b\n\"{}", "x\n".repeat(1 << 20));
        for (text, line) in [("a,b\nc,d\n\"e,f\ng,h\n", 3), (&long, 2), ("\"a", 1)] {
            let Err(UploadError::Refused(refusal)) = rows(text) else {
                panic!("{line}: read");
            };
            assert_eq!(refusal.reason, RefusalReason::UnclosedQuote);
            assert_eq!(refusal.line, Some(line));
        }
    }

    #[test]
    fn the_separator_is_the_commonest_outside_of_quotes() {
        for (text, separator) in [
            ("a;b;\"c,d,e,f\"\n", (b';', false)),
            ("a\tb\n", (b'\t', false)),
            ("title\n", (b',', false)),
            ("sep=;\na,b\n", (b';', true)),
            ("\"sep=|\"\n", (b'|', true)),
            ("", (b',', false)),
        ] {
            assert_eq!(separator_of(text), separator, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_text_is_read_or_refused(text in "[a,\"\n\r;\u{1}é ]{0,60}") {
            let _ = rows(&text);
        }

        #[test]
        fn written_rows_are_read_again(
            cells in prop::collection::vec("[a,\"\n;\u{1}é ]{0,9}", 2..5),
        ) {
            let read = rows(&written_row(&cells, b',')).expect("a row");
            prop_assert_eq!(&read[0].cells, &cells);
        }
    }
}
