//! Keeps spreadsheets from taking a cell for a formula.

use std::borrow::Cow;

/// A spreadsheet takes a cell that begins with one of these for a formula, but not after an
/// apostrophe.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The cell, behind an apostrophe if a spreadsheet would take it for a formula. [`from_cell`] takes
/// that off again.
pub fn to_cell(text: &str) -> Cow<'_, str> {
    match text.trim_start_matches('\'').starts_with(FORMULA) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// The text that [`to_cell`] made a cell of.
pub fn from_cell(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.trim_start_matches('\'').starts_with(FORMULA) => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{from_cell, to_cell};

    #[test]
    fn a_cell_is_no_formula() {
        for (text, cell) in [
            ("=SUM(A1)", "'=SUM(A1)"),
            ("+1", "'+1"),
            ("-30-", "'-30-"),
            ("@home", "'@home"),
            ("\tHeat", "'\tHeat"),
            ("'=1", "''=1"),
            ("'Round Midnight", "'Round Midnight"),
            ("1917", "1917"),
            ("", ""),
        ] {
            assert_eq!(to_cell(text), cell);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in "['=+@a\t-]{0,6}") {
            let cell = to_cell(&text).into_owned();
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert_eq!(from_cell(&cell), text);
        }
    }
}
