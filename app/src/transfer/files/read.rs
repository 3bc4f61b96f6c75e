//! The second pass: every row of an upload becomes one thing to import, or is left out with a
//! reason.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::Value;

use super::input::items::for_each_item;
use super::input::table::{TableRow, TableRows, written_row};
use super::input::upload::ImportUpload;
use super::inspect::{Inspection, with_answers};
use super::part::{Part, TableLayout};
use super::question::{Answers, TableColumn};
use super::reader::{RowCells, RowContent, RowContext, ServiceReader};
use super::readers::reader_of;
use super::reasons::{SkipReason, UploadError};
use super::row::{ImportRow, ReadItem, RowFact, RowNumber, RowPlace, SkippedRow};
use super::values::words::{MAX_TITLE, Unfit};

/// Takes what is read. Reading stops when it says so.
pub type ReadSink<'a> = dyn FnMut(ReadItem) -> ControlFlow<()> + 'a;

/// Reads an upload that was inspected, in the order of its parts. Every row is booked once, as a
/// row or as skipped; further plays of one row follow it. The same file and answers yield the same
/// items in the same order.
pub fn read(
    upload: &mut ImportUpload,
    inspection: &Inspection,
    answers: &Answers,
    (zone, today): (Tz, NaiveDate),
    sink: &mut ReadSink,
) -> Result<(), UploadError> {
    if !inspection.questions(answers).is_empty() {
        return Err(UploadError::Unanswered);
    }
    let context = RowContext {
        zone,
        today,
        answers,
        list: None,
        lists_by_number: HashMap::new(),
        row_warnings: Vec::new(),
    };
    let mut reading = Reading {
        context,
        sent_lists: HashSet::new(),
        sink,
    };
    for warning in &inspection.warnings {
        if reading.send(ReadItem::Warning(warning.clone())).is_break() {
            return Ok(());
        }
    }
    let (asides, parts): (Vec<_>, Vec<_>) = inspection.parts.iter().partition(|part| part.is_aside);
    for part in asides {
        let reader = reader_of(&part.source);
        let mut learn = |item: Value| {
            reader.read_aside(&item, &mut reading.context);
            true
        };
        for_each_item(upload.open_file(part.index)?, &mut learn)?;
    }
    for part in parts {
        if reading.read_part(upload, part)?.is_break() {
            break;
        }
    }
    Ok(())
}

struct Reading<'a, 'b> {
    context: RowContext<'a>,
    /// A list may be in several files.
    sent_lists: HashSet<String>,
    sink: &'b mut ReadSink<'b>,
}

/// A row on its way: where it stands, and its text.
struct RawRow {
    place: RowPlace,
    raw: String,
}

impl Reading<'_, '_> {
    fn send(&mut self, item: ReadItem) -> ControlFlow<()> {
        (self.sink)(item)
    }

    fn read_part(
        &mut self,
        upload: &mut ImportUpload,
        part: &Part,
    ) -> Result<ControlFlow<()>, UploadError> {
        let reader = reader_of(&part.source);
        // A list that cannot be kept as it is takes its rows with it, each with the reason.
        let list = reader.list_of(part, &self.context);
        let unfit = list.as_ref().err().copied();
        self.context.list = list.unwrap_or_default();
        if let Some(list) = self.context.list.clone()
            && self.sent_lists.insert(list.key.clone())
            && self.send(ReadItem::List(list)).is_break()
        {
            return Ok(ControlFlow::Break(()));
        }
        match part.table() {
            Some(table) => {
                let table = with_answers(part, table, self.context.answers);
                self.read_table(upload, part, &table, unfit)
            }
            None => self.read_items(upload, part, unfit),
        }
    }

    fn read_table(
        &mut self,
        upload: &mut ImportUpload,
        part: &Part,
        table: &TableLayout,
        unfit: Option<Unfit>,
    ) -> Result<ControlFlow<()>, UploadError> {
        let reader = reader_of(&part.source);
        let separator = u8::try_from(table.separator).unwrap_or(b',');
        let file = upload.open_file(part.index)?;
        let mut rows = TableRows::open(file, Some(table.encoding), separator)?;
        while let Some(row) = rows.next_row()? {
            if row.line < table.first_line || row.line == table.header_line {
                continue;
            }
            let cells = RowCells {
                table,
                cells: &row.cells,
            };
            let content = match unfit {
                Some(unfit) => Err(unfit),
                None => check_row(&row, table)
                    .and_then(|()| reader.read_cells(part, &cells, &mut self.context)),
            };
            let raw = RawRow {
                place: RowPlace {
                    file: part.file.clone(),
                    at: RowNumber::Line(row.line),
                },
                raw: written_row(&row.cells, separator),
            };
            let title = cells.get(TableColumn::Title);
            if self.book(raw, title, content).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn read_items(
        &mut self,
        upload: &mut ImportUpload,
        part: &Part,
        unfit: Option<Unfit>,
    ) -> Result<ControlFlow<()>, UploadError> {
        let reader = reader_of(&part.source);
        let mut number = 0;
        let mut flow = ControlFlow::Continue(());
        let mut each = |item: Value| {
            number += 1;
            flow = self.read_item(reader, part, number, &item, unfit);
            flow.is_continue()
        };
        for_each_item(upload.open_file(part.index)?, &mut each)?;
        Ok(flow)
    }

    fn read_item(
        &mut self,
        reader: &dyn ServiceReader,
        part: &Part,
        number: u64,
        item: &Value,
        unfit: Option<Unfit>,
    ) -> ControlFlow<()> {
        let content = match unfit {
            Some(unfit) => Err(unfit),
            None => reader.read_item(part, item, &mut self.context),
        };
        let raw = RawRow {
            place: RowPlace {
                file: part.file.clone(),
                at: RowNumber::Item(number),
            },
            raw: item.to_string(),
        };
        self.book(raw, &reader.item_title(item), content)
    }

    /// Hands on a row, or why it is left out.
    fn book(
        &mut self,
        raw: RawRow,
        title: &str,
        content: Result<RowContent, Unfit>,
    ) -> ControlFlow<()> {
        let warnings = self.context.take_warnings(&raw.place);
        let content = match content {
            Ok(content) => content,
            Err(unfit) => {
                return self.send(ReadItem::Skipped(SkippedRow {
                    place: raw.place,
                    raw: raw.raw,
                    reason: unfit.reason,
                    title: shown_title(title),
                    characters: unfit.characters,
                }));
            }
        };
        for warning in warnings {
            self.send(ReadItem::Warning(warning))?;
        }
        let more_plays = content.more_plays;
        let row = ImportRow {
            place: raw.place,
            raw: raw.raw,
            film: content.film,
            fact: content.fact,
            own_key: content.own_key,
            play: None,
        };
        for play in 2..=more_plays + 1 {
            self.send(ReadItem::Row(Box::new(further_play(&row, play))))?;
        }
        self.send(ReadItem::Row(Box::new(row)))
    }
}

/// A viewing of which nothing is known but that there was one.
fn further_play(row: &ImportRow, play: u32) -> ImportRow {
    let mut row = row.clone();
    row.play = Some(play);
    if let RowFact::Viewing(viewing) = &mut row.fact {
        viewing.watched_on = None;
        viewing.watched_at = None;
    }
    row
}

/// What makes a row unfit, whatever is in its columns.
fn check_row(row: &TableRow, table: &TableLayout) -> Result<(), Unfit> {
    if row.is_blank() {
        return Err(SkipReason::EmptyRow.into());
    }
    let further = row.cells.get(table.width..).unwrap_or_default();
    let is_wide = row.cells.len() >= table.width;
    if !is_wide || further.iter().any(|cell| !cell.trim().is_empty()) {
        return Err(SkipReason::FieldCount.into());
    }
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if row.cells.iter().any(|cell| cell.chars().any(is_control)) {
        return Err(SkipReason::ControlCharacters.into());
    }
    Ok(())
}

/// A title for a message. One that is too long is not shown.
fn shown_title(title: &str) -> String {
    let visible: String = title.chars().filter(|c| !c.is_control()).collect();
    let visible = visible.trim();
    if visible.chars().count() > MAX_TITLE {
        String::new()
    } else {
        visible.to_owned()
    }
}
