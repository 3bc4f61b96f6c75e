//! The tables that Letterboxd imports, by its page
//! [“Importing data”](https://letterboxd.com/about/importing-data/): at most 1 MB each.

use std::io::{self, Write};

use csv::{QuoteStyle, WriterBuilder};

use super::super::chunks::ChunkWriter;
use super::csv::text;
use super::zip::ZipOutput;
use super::{ExportPiece, ExportWriter};
use crate::transfer::archive_items::ReviewItem;

const HEADER: &str =
    "tmdbID,imdbID,Title,Year,Directors,Rating,WatchedDate,Rewatch,Tags,Review\r\n";

/// Letterboxd takes 1 MB.
const MAX_FILE_BYTES: usize = 1_000_000 - 1;

pub(super) struct LetterboxdWriter {
    zip: ZipOutput,
    /// The table that is being written.
    open: Option<OpenTable>,
    tables: usize,
}

struct OpenTable {
    /// Whether its films have a day.
    has_days: bool,
    bytes: usize,
}

impl LetterboxdWriter {
    pub(super) fn new(output: ChunkWriter) -> Self {
        Self {
            zip: ZipOutput::new(output),
            open: None,
            tables: 0,
        }
    }

    /// Films without a day have tables of their own: in a table with days, Letterboxd would take
    /// them for seen today.
    fn add(&mut self, review: ReviewItem) -> io::Result<()> {
        let has_days = review.watched_on.is_some();
        let row = row_of(review)?;
        let fits = self.open.as_ref().is_some_and(|open| {
            open.has_days == has_days && open.bytes + row.len() <= MAX_FILE_BYTES
        });
        if !fits {
            self.start_table(has_days)?;
        }
        if let Some(open) = &mut self.open {
            open.bytes += row.len();
        }
        self.zip.write_all(&row)
    }

    fn start_table(&mut self, has_days: bool) -> io::Result<()> {
        let is_next = self
            .open
            .as_ref()
            .is_some_and(|open| open.has_days == has_days);
        self.tables = if is_next { self.tables + 1 } else { 1 };
        let name = if has_days { "diary" } else { "days-unknown" };
        self.zip
            .start_file(&format!("{name}-{}.csv", self.tables))?;
        self.zip.write_all(HEADER.as_bytes())?;
        self.open = Some(OpenTable {
            has_days,
            bytes: HEADER.len(),
        });
        Ok(())
    }
}

impl ExportWriter for LetterboxdWriter {
    fn write(&mut self, piece: ExportPiece) -> io::Result<()> {
        if let ExportPiece::Reviews(reviews) = piece {
            for review in reviews {
                self.add(review)?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<ChunkWriter> {
        if self.open.is_none() {
            self.start_table(true)?;
        }
        self.zip.finish()
    }
}

/// Letterboxd has no 0 stars, so those stay empty.
fn row_of(review: ReviewItem) -> io::Result<Vec<u8>> {
    let movie = review.movie;
    let mut csv = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    csv.write_record([
        text(movie.tmdb_id),
        text(movie.imdb_id),
        movie.title,
        text(movie.year),
        movie.directors.join(", "),
        text(review.rating.filter(|rating| rating.half_stars() > 0)),
        text(review.watched_on),
        review.rewatch.to_string(),
        review.tags.join(", "),
        escaped(&review.comment),
    ])?;
    csv.into_inner().map_err(|error| error.into_error())
}

/// Letterboxd reads HTML in reviews, and keeps line ends.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
