//! The archive of everything, as `docs/EXPORT.md` describes it.

use std::collections::HashSet;
use std::io;

use super::super::chunks::ChunkWriter;
use super::super::format::ExportPart;
use super::zip::ZipOutput;
use super::{ExportPiece, ExportWriter};
use crate::transfer::archive_items::{ArchiveHead, ArchiveItem, ListEntryItem, ListItem};
use crate::transfer::archive_items::{PictureItem, ReviewItem};

pub(super) struct ArchiveWriter {
    zip: ZipOutput,
    part: Option<ExportPart>,
    /// Whether a file for the items of the part is open.
    is_open: bool,
    /// They come between their films, and go into a file of their own.
    lists: Vec<ListItem>,
    pictures: Vec<PictureItem>,
    /// One picture may be the poster of several films.
    picture_files: HashSet<String>,
}

impl ArchiveWriter {
    pub(super) fn new(output: ChunkWriter, head: ArchiveHead) -> io::Result<Self> {
        let mut zip = ZipOutput::new(output);
        zip.start_array("archive.json")?;
        zip.write_item(&ArchiveItem::Archive(head))?;
        zip.end_array()?;
        Ok(Self {
            zip,
            part: None,
            is_open: false,
            lists: Vec::new(),
            pictures: Vec::new(),
            picture_files: HashSet::new(),
        })
    }

    fn end_part(&mut self) -> io::Result<()> {
        if self.is_open {
            self.zip.end_array()?;
            self.is_open = false;
        }
        let lists = std::mem::take(&mut self.lists);
        self.write_file("lists.json", lists.into_iter().map(ArchiveItem::List))?;
        let pictures = std::mem::take(&mut self.pictures);
        let pictures = pictures.into_iter().map(ArchiveItem::Picture);
        self.write_file("pictures.json", pictures)
    }

    fn write_file(
        &mut self,
        name: &str,
        items: impl ExactSizeIterator<Item = ArchiveItem>,
    ) -> io::Result<()> {
        if items.len() == 0 {
            return Ok(());
        }
        self.zip.start_array(name)?;
        for item in items {
            self.zip.write_item(&item)?;
        }
        self.zip.end_array()
    }

    /// Writes an item of the part. Its file is only there if there are items.
    fn add(&mut self, item: &ArchiveItem) -> io::Result<()> {
        if !self.is_open {
            self.is_open = true;
            self.zip.start_array(file_of(item))?;
        }
        self.zip.write_item(item)
    }

    fn add_all(&mut self, items: impl Iterator<Item = ArchiveItem>) -> io::Result<()> {
        for item in items {
            self.add(&item)?;
        }
        Ok(())
    }

    fn add_reviews(&mut self, reviews: Vec<ReviewItem>) -> io::Result<()> {
        let is_deleted = self.part == Some(ExportPart::DeletedReviews);
        let item = if is_deleted {
            ArchiveItem::DeletedReview
        } else {
            ArchiveItem::Review
        };
        self.add_all(reviews.into_iter().map(item))
    }

    fn add_entries(&mut self, entries: Vec<ListEntryItem>) -> io::Result<()> {
        self.add_all(entries.into_iter().map(ArchiveItem::ListEntry))
    }
}

fn file_of(item: &ArchiveItem) -> &'static str {
    match item {
        ArchiveItem::Archive(_) => "archive.json",
        ArchiveItem::Review(_) => "reviews.json",
        ArchiveItem::DeletedReview(_) => "deleted_reviews.json",
        ArchiveItem::Watchlist(_) => "watchlist.json",
        ArchiveItem::List(_) => "lists.json",
        ArchiveItem::ListEntry(_) => "list_entries.json",
        ArchiveItem::Goal(_) => "goals.json",
        ArchiveItem::Settings(_) => "settings.json",
        ArchiveItem::Correction(_) => "corrections.json",
        ArchiveItem::Picture(_) => "pictures.json",
        ArchiveItem::Waiting(_) => "waiting.json",
    }
}

impl ExportWriter for ArchiveWriter {
    fn write(&mut self, piece: ExportPiece) -> io::Result<()> {
        match piece {
            ExportPiece::Begin(part) => {
                self.end_part()?;
                self.part = Some(part);
                Ok(())
            }
            ExportPiece::Reviews(reviews) => self.add_reviews(reviews),
            ExportPiece::Watchlist(films) => {
                self.add_all(films.into_iter().map(ArchiveItem::Watchlist))
            }
            ExportPiece::List(list) => {
                self.lists.push(list);
                Ok(())
            }
            ExportPiece::ListEntries(entries) => self.add_entries(entries),
            ExportPiece::Goals(goals) => self.add_all(goals.into_iter().map(ArchiveItem::Goal)),
            ExportPiece::Settings(settings) => self.add(&ArchiveItem::Settings(settings)),
            ExportPiece::Corrections(corrections) => {
                self.add_all(corrections.into_iter().map(ArchiveItem::Correction))
            }
            ExportPiece::Picture(picture, content) => {
                if self.picture_files.insert(picture.file.clone()) {
                    self.zip.store_file(&picture.file, &content)?;
                }
                self.pictures.push(picture);
                Ok(())
            }
            ExportPiece::Waiting(rows) => self.add_all(rows.into_iter().map(ArchiveItem::Waiting)),
            ExportPiece::End => Ok(()),
        }
    }

    fn finish(mut self: Box<Self>) -> io::Result<ChunkWriter> {
        self.end_part()?;
        self.zip.finish()
    }
}
