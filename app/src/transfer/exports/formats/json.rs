//! `diary.json`: what the archive says of reviews, as one object.

use std::io::{self, Write};

use entity::Visibility;

use super::super::chunks::ChunkWriter;
use super::{ExportContext, ExportPiece, ExportWriter};
use crate::transfer::archive_items::ArchiveItem;

pub(super) struct JsonWriter {
    output: ChunkWriter,
    has_reviews: bool,
    /// Who may see the diary, and so its reviews at most.
    diary: Visibility,
}

impl JsonWriter {
    pub(super) fn new(mut output: ChunkWriter, context: &ExportContext) -> io::Result<Self> {
        let head = serde_json::to_string(&context.head)?;
        let fields = head.trim_start_matches('{').trim_end_matches('}');
        writeln!(
            output,
            "{{\"format\":\"movies-diary\",{fields},\"reviews\":["
        )?;
        Ok(Self {
            output,
            has_reviews: false,
            diary: context.diary,
        })
    }
}

impl ExportWriter for JsonWriter {
    fn write(&mut self, piece: ExportPiece) -> io::Result<()> {
        if let ExportPiece::Reviews(reviews) = piece {
            for mut review in reviews {
                review.visibility = review.visibility.max(self.diary);
                if self.has_reviews {
                    self.output.write_all(b",\n")?;
                }
                self.has_reviews = true;
                serde_json::to_writer(&mut self.output, &ArchiveItem::Review(review))?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<ChunkWriter> {
        self.output.write_all(b"\n]}\n")?;
        Ok(self.output)
    }
}
