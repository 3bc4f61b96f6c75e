//! The cells of a row of a table, by what their columns hold.

use std::collections::HashMap;

use super::part::{TableLayout, squashed};
use super::question::TableColumn;
use super::reasons::SkipReason;
use super::row_context::RowContext;
use super::values::day::{DayOrder, ReadDay};
use super::values::words::{MAX_TITLE, Unfit};

/// Where each column of a table is, by its squashed name. The first of several counts.
pub struct ColumnPlaces(HashMap<String, usize>);

impl ColumnPlaces {
    pub fn of(table: &TableLayout) -> Self {
        let names = table.header.iter().map(|name| squashed(name));
        let mut places = HashMap::new();
        for (place, name) in names.enumerate() {
            places.entry(name).or_insert(place);
        }
        Self(places)
    }
}

pub struct RowCells<'a> {
    pub table: &'a TableLayout,
    pub places: &'a ColumnPlaces,
    pub cells: &'a [String],
}

impl<'a> RowCells<'a> {
    /// The cell without spaces around it, or an empty string.
    pub fn get(&self, column: TableColumn) -> &'a str {
        self.at(self.table.place_of(column))
    }

    /// The cell in the column of this name, squashed.
    pub fn named(&self, name: &str) -> &'a str {
        self.at(self.places.0.get(name).copied())
    }

    fn at(&self, place: Option<usize>) -> &'a str {
        let cell = place.and_then(|place| self.cells.get(place));
        cell.map_or("", |cell| cell.trim())
    }

    /// The day in a column, in any form. The file or the member says in which order it is written.
    pub fn day(&self, column: TableColumn, context: &RowContext) -> Result<Option<ReadDay>, Unfit> {
        let facts = self.table.facts_of(column);
        let order = facts.and_then(|facts| facts.day_order());
        let order = order.or(context.answers.date_format);
        context.day_in(self.get(column), order.unwrap_or(DayOrder::DayFirst))
    }
}

/// What makes a row unfit, whatever is in its columns.
pub fn check_cells(cells: &[String], table: &TableLayout) -> Result<(), Unfit> {
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        return Err(SkipReason::EmptyRow.into());
    }
    let further = cells.get(table.width..).unwrap_or_default();
    let is_wide = cells.len() >= table.width;
    if !is_wide || further.iter().any(|cell| !cell.trim().is_empty()) {
        return Err(SkipReason::FieldCount.into());
    }
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if cells.iter().any(|cell| cell.chars().any(is_control)) {
        return Err(SkipReason::ControlCharacters.into());
    }
    Ok(())
}

/// A title for a message. One that is too long is not shown.
pub fn shown_title(title: &str) -> String {
    let visible: String = title.chars().filter(|c| !c.is_control()).collect();
    let visible = visible.trim();
    if visible.chars().count() > MAX_TITLE {
        String::new()
    } else {
        visible.to_owned()
    }
}
