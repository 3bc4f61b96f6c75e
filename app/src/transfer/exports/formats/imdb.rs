//! A table of ratings like that which IMDb exports: the latest rating of each film that has an id
//! there.

use std::collections::HashSet;
use std::io;

use csv::Writer;

use super::super::chunks::ChunkWriter;
use super::csv::{out_of_ten, quoted, text};
use super::{ExportContext, ExportPiece, ExportWriter};
use crate::transfer::archive_items::ReviewItem;

const HEADER: [&str; 14] = [
    "Const",
    "Your Rating",
    "Date Rated",
    "Title",
    "Original Title",
    "URL",
    "Title Type",
    "IMDb Rating",
    "Runtime (mins)",
    "Year",
    "Genres",
    "Num Votes",
    "Release Date",
    "Directors",
];

pub(super) struct ImdbWriter {
    csv: Writer<ChunkWriter>,
    context: ExportContext,
    /// Films whose latest rating is written.
    written: HashSet<String>,
}

impl ImdbWriter {
    pub(super) fn new(output: ChunkWriter, context: ExportContext) -> io::Result<Self> {
        let mut csv = quoted(output);
        csv.write_record(HEADER)?;
        Ok(Self {
            csv,
            context,
            written: HashSet::new(),
        })
    }

    /// The newest review comes first, so the first rating of a film is its latest.
    fn add(&mut self, review: ReviewItem) -> io::Result<()> {
        let (Some(id), Some(mark)) = (&review.movie.imdb_id, out_of_ten(review.rating)) else {
            return Ok(());
        };
        if !self.written.insert(id.clone()) {
            return Ok(());
        }
        let logged_on = review
            .logged_at
            .map(|at| at.with_timezone(&self.context.zone).date_naive());
        let movie = &review.movie;
        self.csv.write_record([
            id.as_str(),
            &mark.to_string(),
            &text(review.watched_on.or(logged_on)),
            &movie.title,
            "",
            &format!("https://www.imdb.com/title/{id}/"),
            "Movie",
            "",
            "",
            &text(movie.year),
            "",
            "",
            "",
            &movie.directors.join(", "),
        ])?;
        Ok(())
    }
}

impl ExportWriter for ImdbWriter {
    fn write(&mut self, piece: ExportPiece) -> io::Result<()> {
        if let ExportPiece::Reviews(reviews) = piece {
            for review in reviews {
                self.add(review)?;
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<ChunkWriter> {
        self.csv.into_inner().map_err(|error| error.into_error())
    }
}
