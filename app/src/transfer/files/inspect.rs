//! The first pass over an upload: what is in it, whether it is sound, and what has to be asked.
//!
//! It finds every reason to refuse, so that reading later refuses nothing.

use std::io::Read;

use serde::{Deserialize, Serialize};

use super::file_warnings::{warnings_of_left_alone, warnings_of_tables};
use super::input::decoder::TextEncoding;
use super::input::items::{NextItem, for_each_item};
use super::input::upload::ImportUpload;
use super::part::{Part, PartLayout, TableLayout};
use super::question::{Answers, Question, each_once};
use super::readers::{GENERIC, reader_of};
use super::reasons::{RefusalReason, StreamFault, UploadError, WarningCode};
use super::recognise::{HEAD_BYTES, MAX_KEPT_BYTES, recognise_all};
use super::row::ImportWarning;
use super::scan::{ScannedTable, head_text, scan_table};

/// Most rows of an upload, all files together.
pub const MAX_ROWS: u64 = 500_000;

/// What an upload is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// The service, by the word of the API.
    pub source: String,
    /// The files to read, in this order.
    pub parts: Vec<Part>,
    /// Warnings about files as a whole.
    pub warnings: Vec<ImportWarning>,
}

impl Inspection {
    pub fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// What is still to be asked, without repetition. Reading needs it empty.
    pub fn questions(&self, answers: &Answers) -> Vec<Question> {
        each_once(self.parts.iter().flat_map(|part| {
            let reader = reader_of(&part.source);
            let table = part.table().map(|table| with_answers(part, table, answers));
            reader.questions(part, table.as_ref(), answers)
        }))
    }
}

/// The table with the columns that the member assigned. Services know theirs.
pub fn with_answers(part: &Part, table: &TableLayout, answers: &Answers) -> TableLayout {
    let mut table = table.clone();
    if part.source != GENERIC.source() {
        return table;
    }
    match answers.has_header {
        Some(false) if !table.header.is_empty() => {
            table.header.clear();
            table.header_line = 0;
        }
        Some(true) if table.header.is_empty() => {
            if let Some(first) = table.preview.first().cloned() {
                table.header = first;
                table.header_line = table.first_line;
            }
        }
        _ => {}
    }
    table.columns = GENERIC.columns(&part.kind, &table, answers);
    table
}

/// Finds out what an upload is.
pub fn inspect(upload: &mut ImportUpload) -> Result<Inspection, UploadError> {
    let mut found = recognise_all(upload)?;
    for (reader, mut parts) in found.parts_by_reader() {
        reader.arrange(&mut parts, &mut found.ignored);
        found.parts.extend(parts);
    }
    scan_all(upload, &mut found.parts)?;
    let first = found.parts.iter().find(|part| !part.is_aside);
    let Some(first) = first else {
        return Err(found.refusal().into());
    };
    let source = reader_of(&first.source).shown_source(first).to_owned();
    let mut warnings = warnings_of_left_alone(upload, &found.ignored);
    warnings.extend(warnings_of_tables(&found.parts));
    let mut inspection = Inspection {
        source,
        parts: found.parts,
        warnings,
    };
    if inspection.rows() == 0 {
        let file = &inspection.parts[0].file;
        let warning = ImportWarning::of_file(WarningCode::NoRows, file);
        inspection.warnings.push(warning);
    }
    Ok(inspection)
}

/// Reads every part to its end, and counts its rows.
fn scan_all(upload: &mut ImportUpload, parts: &mut [Part]) -> Result<(), UploadError> {
    let is_archive = upload.is_archive();
    let (mut rows, mut kept_bytes) = (0, 0);
    for part in parts {
        let count = scan_part(upload, part).map_err(|error| match error {
            UploadError::Refused(mut refusal) => {
                refusal.file = is_archive.then(|| part.file.clone());
                UploadError::Refused(refusal)
            }
            error => error,
        })?;
        part.rows = if part.is_aside { 0 } else { count };
        rows += count;
        kept_bytes += part.table().map_or(0, TableLayout::kept_bytes);
        if rows > MAX_ROWS {
            return Err(RefusalReason::TooManyRows.into());
        }
        if kept_bytes > MAX_KEPT_BYTES {
            return Err(RefusalReason::UnknownFormat.into());
        }
    }
    Ok(())
}

fn scan_part(upload: &mut ImportUpload, part: &mut Part) -> Result<u64, UploadError> {
    if part.table().is_none() {
        return count_items(upload, part);
    }
    let scanned = scan_file(upload, part.index)?;
    let mut table = scanned.layout;
    let reader = reader_of(&part.source);
    table.columns = reader.columns(&part.kind, &table, &Answers::default());
    table.drop_values();
    // Only columns that have to be assigned are shown with their contents.
    if part.source != GENERIC.source() {
        table.preview.clear();
    }
    part.layout = PartLayout::Table(table);
    Ok(scanned.rows)
}

fn count_items(upload: &mut ImportUpload, part: &Part) -> Result<u64, UploadError> {
    let reader = reader_of(&part.source);
    let mut count = 0;
    let mut add = |_| {
        count += 1;
        NextItem::Next
    };
    let is_read = |array: &str| reader.reads_array(array);
    for_each_item(upload.open_file(part.index)?, &is_read, &mut add)?;
    Ok(count)
}

/// What is no UTF-8 is read once more as Windows-1252.
fn scan_file(upload: &mut ImportUpload, index: usize) -> Result<ScannedTable, UploadError> {
    let mut head = Vec::new();
    upload
        .open_file(index)?
        .take(HEAD_BYTES)
        .read_to_end(&mut head)?;
    let (text, encoding) = head_text(&head).ok_or(RefusalReason::UnknownFormat)?;
    let is_guessed = encoding == TextEncoding::Windows1252;
    if !is_guessed {
        match scan_table(upload.open_file(index)?, None, &text, false) {
            Err(UploadError::Stream(StreamFault::NotUtf8)) => {}
            result => return result,
        }
    }
    let encoding = Some(TextEncoding::Windows1252);
    let mut scanned = scan_table(upload.open_file(index)?, encoding, &text, false)?;
    scanned.layout.is_encoding_guessed = true;
    Ok(scanned)
}
