//! The formats of exports. Each takes the items as they are read, and writes them.

mod archive;
mod csv;
mod imdb;
mod json;
mod letterboxd;
mod trakt;
mod zip;

use std::io;

use bytes::Bytes;
use chrono_tz::Tz;
use entity::Visibility;

use super::chunks::ChunkWriter;
use super::format::{ExportFormat, ExportPart};
use crate::transfer::archive_items::{
    ArchiveHead, CorrectionItem, GoalItem, ListEntryItem, ListItem, PictureItem, ReviewItem,
    SettingsItem, WaitingItem, WatchlistItem,
};

/// What is the same for the whole export.
#[derive(Clone, Debug)]
pub(super) struct ExportContext {
    pub(super) head: ArchiveHead,
    /// Who may see the diary.
    pub(super) diary: Visibility,
    /// The member’s time zone, in which days have their noon.
    pub(super) zone: Tz,
}

/// What was read, on its way to the thread that writes.
#[derive(Debug)]
pub(super) enum ExportPiece {
    /// What follows is of this part.
    Begin(ExportPart),
    Reviews(Vec<ReviewItem>),
    Watchlist(Vec<WatchlistItem>),
    List(ListItem),
    /// Of the list before.
    ListEntries(Vec<ListEntryItem>),
    Goals(Vec<GoalItem>),
    Settings(SettingsItem),
    Corrections(Vec<CorrectionItem>),
    Picture(PictureItem, Bytes),
    Waiting(Vec<WaitingItem>),
    /// Without it, the export is not complete.
    End,
}

/// Writes an export in its format.
pub(super) trait ExportWriter {
    fn write(&mut self, piece: ExportPiece) -> io::Result<()>;

    /// Writes the end, and returns the output.
    fn finish(self: Box<Self>) -> io::Result<ChunkWriter>;
}

pub(super) fn writer_of(
    format: ExportFormat,
    context: ExportContext,
    output: ChunkWriter,
) -> io::Result<Box<dyn ExportWriter>> {
    Ok(match format {
        ExportFormat::Csv => Box::new(csv::CsvWriter::new(output, context.diary)?),
        ExportFormat::Json => Box::new(json::JsonWriter::new(output, &context)?),
        ExportFormat::Letterboxd => Box::new(letterboxd::LetterboxdWriter::new(output)),
        ExportFormat::Imdb => Box::new(imdb::ImdbWriter::new(output, context)?),
        ExportFormat::Trakt => Box::new(trakt::TraktWriter::new(output, context)),
        ExportFormat::Archive => Box::new(archive::ArchiveWriter::new(output, context.head)?),
    })
}
