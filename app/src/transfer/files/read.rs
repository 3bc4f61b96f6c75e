//! The second pass: every row of an upload becomes one thing to import, or is left out with a
//! reason.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::input::items::{JsonItem, NextItem, for_each_item};
use super::input::table::{TableRows, written_row};
use super::input::upload::ImportUpload;
use super::inspect::{Inspection, with_answers};
use super::part::{Part, TableLayout};
use super::question::Answers;
use super::reader::{MAX_PLAYS, RowCells, RowContent, RowContext, ServiceReader};
use super::readers::reader_of;
use super::reasons::{SkipReason, UploadError};
use super::row::{ImportRow, ImportedList, ReadItem, RowFact, RowNumber, RowPlace, SkippedRow};
use super::row_cells::{ColumnPlaces, check_cells, shown_title};
use super::values::words::Unfit;

/// Takes what is read. Reading stops when it says so.
pub type ReadSink<'a> = dyn FnMut(ReadItem) -> ControlFlow<()> + 'a;

/// Reads an upload that was inspected, in the order of its parts. Every row is booked once, as a
/// row or as skipped; what else one row says stands beside it. The same file and answers yield the same
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
        server: None,
        diary_visibility: None,
        row_lists: Vec::new(),
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
        let mut learn = |item: JsonItem| {
            reader.read_aside(&item.value, &mut reading.context);
            NextItem::Next
        };
        let is_read = |array: &str| reader.reads_array(array);
        for_each_item(upload.open_file(part.index)?, &is_read, &mut learn)?;
    }
    if reading.send_row_lists().is_break() {
        return Ok(());
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

    fn skip(&mut self, raw: RawRow, title: &str, unfit: Unfit) -> ControlFlow<()> {
        self.send(ReadItem::Skipped(SkippedRow {
            place: raw.place,
            raw: raw.raw,
            reason: unfit.reason,
            title: shown_title(title),
            characters: unfit.characters,
        }))
    }

    /// A list that an archive does not have, or that cannot be kept, takes its films with it.
    fn is_list_known(&self, fact: &RowFact) -> bool {
        match fact {
            RowFact::ListEntry { list, .. } => self.sent_lists.contains(list),
            _ => true,
        }
    }

    fn send_row_lists(&mut self) -> ControlFlow<()> {
        let lists = std::mem::take(&mut self.context.row_lists);
        lists.into_iter().try_for_each(|list| self.send_list(list))
    }

    /// Sends a list, once.
    fn send_list(&mut self, list: ImportedList) -> ControlFlow<()> {
        match self.sent_lists.insert(list.key.clone()) {
            true => self.send(ReadItem::List(list)),
            false => ControlFlow::Continue(()),
        }
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
            && self.send_list(list).is_break()
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
        let places = ColumnPlaces::of(table);
        let mut rows = TableRows::open(file, Some(table.encoding), separator)?;
        while let Some(row) = rows.next_row()? {
            if row.line < table.first_line || row.line == table.header_line {
                continue;
            }
            let cells = RowCells {
                table,
                places: &places,
                cells: &row.cells,
            };
            let content = match unfit {
                Some(unfit) => Err(unfit),
                None => check_cells(&row.cells, table)
                    .and_then(|()| reader.read_cells(part, &cells, &mut self.context)),
            };
            let raw = RawRow {
                place: RowPlace {
                    file: part.file.clone(),
                    array: None,
                    at: RowNumber::Line(row.line),
                },
                raw: written_row(&row.cells, separator),
            };
            let title = reader.row_title(&cells);
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
        let mut flow = ControlFlow::Continue(());
        let mut each = |item: JsonItem| {
            flow = self.read_item(reader, part, item, unfit);
            match flow {
                ControlFlow::Continue(()) => NextItem::Next,
                ControlFlow::Break(()) => NextItem::Stop,
            }
        };
        let is_read = |array: &str| reader.reads_array(array);
        for_each_item(upload.open_file(part.index)?, &is_read, &mut each)?;
        Ok(flow)
    }

    fn read_item(
        &mut self,
        reader: &dyn ServiceReader,
        part: &Part,
        item: JsonItem,
        unfit: Option<Unfit>,
    ) -> ControlFlow<()> {
        let content = match unfit {
            Some(unfit) => Err(unfit),
            None => {
                let array = item.array.as_deref();
                reader.read_item(part, array, &item.value, &mut self.context)
            }
        };
        let raw = RawRow {
            place: RowPlace {
                file: part.file.clone(),
                array: item.array,
                at: RowNumber::Item(item.number),
            },
            raw: item.value.to_string(),
        };
        self.book(raw, &reader.item_title(&item.value), content)
    }

    /// Hands on a row, or why it is left out.
    fn book(
        &mut self,
        raw: RawRow,
        title: &str,
        content: Result<RowContent, Unfit>,
    ) -> ControlFlow<()> {
        let warnings = self.context.take_warnings(&raw.place);
        self.send_row_lists()?;
        let content = match content {
            Ok(content) => content,
            Err(unfit) => return self.skip(raw, title, unfit),
        };
        if !self.is_list_known(&content.fact) {
            return self.skip(raw, title, SkipReason::NotAViewing.into());
        }
        for warning in warnings {
            self.send(ReadItem::Warning(warning))?;
        }
        let mut row = ImportRow {
            place: raw.place,
            raw: raw.raw,
            film: content.film,
            fact: content.fact,
            own_key: content.own_key,
            play: None,
        };
        // The text of the row is kept once.
        let raw = std::mem::take(&mut row.raw);
        for (play, fact) in (2..=MAX_PLAYS).zip(content.further) {
            let further = ImportRow {
                fact,
                play: Some(play),
                ..row.clone()
            };
            self.send(ReadItem::Row(Box::new(further)))?;
        }
        self.send(ReadItem::Row(Box::new(ImportRow { raw, ..row })))
    }
}
