//! Which service each file of an upload is of, by the beginning of what is in it.

use std::io::{Cursor, Read};

use super::input::archive::is_picture;
use super::input::items::{JsonItem, NextItem, for_each_item};
use super::input::upload::{ImportUpload, is_zip_name};
use super::part::{Part, PartLayout, TableLayout};
use super::reader::{Recognition, ServiceReader};
use super::readers::{GENERIC, services};
use super::reasons::{Refusal, RefusalReason, UploadError};
use super::scan::{head_text, scan_table};

/// Most memory for headers and what else is known of all files of an upload.
pub const MAX_KEPT_BYTES: usize = 16 << 20;

/// How much of a file tells what it is.
pub const HEAD_BYTES: u64 = 64 << 10;

/// The files of an upload.
#[derive(Default)]
pub struct FoundFiles {
    pub parts: Vec<Part>,
    pub ignored: Vec<String>,
    has_zip: bool,
    kept_bytes: usize,
}

impl FoundFiles {
    /// Adds a file of a service, unless all together take too much memory.
    fn keep(&mut self, mut part: Part) -> Result<(), UploadError> {
        if let PartLayout::Table(table) = &mut part.layout {
            table.preview.clear();
            table.drop_values();
            self.kept_bytes += table.kept_bytes();
        }
        if self.kept_bytes > MAX_KEPT_BYTES {
            return Err(RefusalReason::ZipTooLarge.into());
        }
        self.parts.push(part);
        Ok(())
    }

    /// Takes the parts out, reader by reader.
    pub fn parts_by_reader(&mut self) -> Vec<(&'static dyn ServiceReader, Vec<Part>)> {
        let mut parts = std::mem::take(&mut self.parts);
        let readers = services().chain([GENERIC]);
        let of = |reader: &'static dyn ServiceReader| {
            let all = std::mem::take(&mut parts).into_iter();
            let (own, others) = all.partition(|part| part.source == reader.source());
            parts = others;
            (reader, own)
        };
        let taken: Vec<(_, Vec<Part>)> = readers.map(of).collect();
        taken
            .into_iter()
            .filter(|(_, parts)| !parts.is_empty())
            .collect()
    }

    /// Why an upload without a single known file is refused.
    pub fn refusal(&self) -> RefusalReason {
        if self.has_zip {
            RefusalReason::ZipNested
        } else {
            RefusalReason::UnknownFormat
        }
    }
}

/// Looks at the head of each file. A table that no service knows is taken only where it is alone.
pub fn recognise_all(upload: &mut ImportUpload) -> Result<FoundFiles, UploadError> {
    let mut found = FoundFiles::default();
    let mut tables = Vec::new();
    for (index, name) in upload.names.clone().into_iter().enumerate() {
        if is_picture(&name) {
            found.ignored.push(name);
            continue;
        }
        let mut head = Vec::new();
        let file = upload.open_file(index)?;
        file.take(HEAD_BYTES).read_to_end(&mut head)?;
        found.has_zip |= is_zip_name(&name) || head.starts_with(b"PK\x03\x04");
        let part = |reader: &dyn ServiceReader, kind: &str, layout, is_aside| Part {
            index,
            file: name.clone(),
            source: reader.source().to_owned(),
            kind: kind.to_owned(),
            layout,
            rows: 0,
            is_aside,
        };
        let Some(layout) = layout_of(&head) else {
            found.ignored.push(name);
            continue;
        };
        let known = match &layout {
            PartLayout::Table(table) => recognise_table(&name, table),
            PartLayout::Items => recognise_items(&name, upload.open_file(index)?)?,
        };
        match known {
            Some((reader, Recognition::Part(kind))) => {
                found.keep(part(reader, kind, layout, false))?;
            }
            Some((reader, Recognition::Aside(kind))) => {
                found.keep(part(reader, kind, layout, true))?;
            }
            Some((_, Recognition::Refused(refusal))) => {
                let file = upload.is_archive().then_some(name);
                return Err(UploadError::Refused(Refusal { file, ..refusal }));
            }
            _ => {
                if let PartLayout::Table(table) = &layout
                    && let Recognition::Part(kind) = GENERIC.recognise_table(&name, table)
                    && known.is_none()
                    && tables.len() < 2
                {
                    tables.push(part(GENERIC, kind, layout, false));
                }
                found.ignored.push(name);
            }
        }
    }
    if let ([table], []) = (&tables[..], &found.parts[..]) {
        found.ignored.retain(|name| *name != table.file);
        found.parts = tables;
    }
    Ok(found)
}

type KnownFile = (&'static dyn ServiceReader, Recognition);

fn recognise_table(name: &str, table: &TableLayout) -> Option<KnownFile> {
    let recognised = services().map(|reader| (reader, reader.recognise_table(name, table)));
    recognised
        .into_iter()
        .find(|(_, known)| *known != Recognition::Unknown)
}

/// By the first item of an array, or of any array of an object: the first that tells may come late.
fn recognise_items(name: &str, file: impl Read) -> Result<Option<KnownFile>, UploadError> {
    let mut known = None;
    let mut compare = |item: JsonItem| {
        let array = item.array.as_deref();
        known = services()
            .map(|reader| (reader, reader.recognise_items(name, array, &item.value)))
            .find(|(_, known)| *known != Recognition::Unknown);
        match array {
            Some(_) if known.is_none() => NextItem::NextArray,
            _ => NextItem::Stop,
        }
    };
    match for_each_item(file, &|_| true, &mut compare) {
        Err(error @ UploadError::Io(_)) => Err(error),
        // Broken JSON is told apart from unknown JSON where it is read.
        Err(_) | Ok(()) => Ok(known),
    }
}

/// How the file is written, as far as its head tells. `None` for what is neither table nor JSON.
fn layout_of(head: &[u8]) -> Option<PartLayout> {
    let (text, encoding) = head_text(head)?;
    match text.trim_start().chars().next()? {
        '[' | '{' => Some(PartLayout::Items),
        '<' => None,
        _ => {
            let scanned = scan_table(Cursor::new(text.as_bytes()), None, &text, true).ok()?;
            let table = TableLayout {
                encoding,
                ..scanned.layout
            };
            Some(PartLayout::Table(table))
        }
    }
}
