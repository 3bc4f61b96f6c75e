//! `diary.csv`: one row a viewing, with all fields.

use std::io;

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use entity::{Rating, Visibility};

use super::super::chunks::ChunkWriter;
use super::{ExportPiece, ExportWriter};
use crate::transfer::archive_items::ReviewItem;
use crate::transfer::formula::to_cell;

/// The columns, as `docs/EXPORT.md` describes them.
const HEADER: [&str; 19] = [
    "watched_on",
    "title",
    "year",
    "directors",
    "rating",
    "liked",
    "rewatch",
    "tags",
    "comment",
    "spoiler",
    "visibility",
    "logged_at",
    "updated_at",
    "rewatch_by_hand",
    "review_id",
    "movie_id",
    "imdb_id",
    "tmdb_id",
    "wikidata_id",
];

pub(super) struct CsvWriter {
    csv: Writer<ChunkWriter>,
    /// Who may see the diary, and so its reviews at most.
    diary: Visibility,
}

/// Every cell is quoted, since comments have commas and line breaks.
pub(super) fn quoted(output: ChunkWriter) -> Writer<ChunkWriter> {
    WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(output)
}

impl CsvWriter {
    pub(super) fn new(output: ChunkWriter, diary: Visibility) -> io::Result<Self> {
        let mut csv = quoted(output);
        csv.write_record(HEADER)?;
        Ok(Self { csv, diary })
    }
}

impl ExportWriter for CsvWriter {
    fn write(&mut self, piece: ExportPiece) -> io::Result<()> {
        if let ExportPiece::Reviews(reviews) = piece {
            for review in reviews {
                let cells = cells_of(review, self.diary);
                self.csv
                    .write_record(cells.iter().map(|cell| to_cell(cell).into_owned()))?;
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<ChunkWriter> {
        self.csv.into_inner().map_err(|error| error.into_error())
    }
}

fn cells_of(review: ReviewItem, diary: Visibility) -> [String; 19] {
    let movie = review.movie;
    [
        text(review.watched_on),
        movie.title,
        text(movie.year),
        movie.directors.join("; "),
        text(review.rating),
        review.liked.to_string(),
        review.rewatch.to_string(),
        review.tags.join(", "),
        review.comment,
        review.spoiler.to_string(),
        review.visibility.max(diary).name().to_owned(),
        text(review.logged_at.map(|at| at.to_rfc3339())),
        review.updated_at.to_rfc3339(),
        review.rewatch_by_hand.to_string(),
        review.id.to_string(),
        text(movie.id),
        text(movie.imdb_id),
        text(movie.tmdb_id),
        text(movie.wikidata_id),
    ]
}

/// The value, or an empty cell.
pub(super) fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Out of ten; `None` where a service has no mark so low.
pub(super) fn out_of_ten(rating: Option<Rating>) -> Option<i16> {
    rating.map(Rating::half_stars).filter(|mark| *mark > 0)
}
