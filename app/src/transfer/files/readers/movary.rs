//! Movary's history, ratings and watchlist.

use crate::transfer::files::film_cells::{date_question, exact_rating_in, film_in};
use crate::transfer::files::part::{Part, TableLayout};
use crate::transfer::files::question::{Answers, Question, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::reasons::SkipReason;
use crate::transfer::files::row::{RowFact, SeenFilm};
use crate::transfer::files::values::words::{Unfit, parse_comment};

pub struct MovaryReader;

impl ServiceReader for MovaryReader {
    fn source(&self) -> &'static str {
        "movary"
    }

    fn name(&self) -> &'static str {
        "Movary"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "In your Movary, open Settings → Account → Data.",
            "Export your history, your ratings and your watchlist: three CSV files.",
            "Choose all three here at once, so that ratings find their viewings.",
        ]
    }

    /// Its names mix small and capital letters as no other service does.
    fn recognise_table(&self, _file: &str, table: &TableLayout) -> Recognition {
        let has = |wanted: &str| table.header.iter().any(|name| name.trim() == wanted);
        if !["title", "tmdbId", "imdbId"].into_iter().all(has) {
            return Recognition::Unknown;
        }
        match () {
            () if has("watchedAt") => Recognition::Part("history"),
            () if has("userRating") => Recognition::Part("ratings"),
            () if has("addedAt") => Recognition::Part("watchlist"),
            () => Recognition::Unknown,
        }
    }

    fn columns(&self, _kind: &str, table: &TableLayout, _: &Answers) -> Vec<Option<TableColumn>> {
        let column = |name: &String| {
            Some(match name.trim() {
                "title" => TableColumn::Title,
                "year" => TableColumn::Year,
                "tmdbId" => TableColumn::TmdbId,
                "imdbId" => TableColumn::ImdbId,
                "watchedAt" => TableColumn::WatchedOn,
                "comment" => TableColumn::Comment,
                "userRating" => TableColumn::Rating,
                "addedAt" => TableColumn::EnteredOn,
                "location" => TableColumn::Ignored,
                _ => return None,
            })
        };
        table.header.iter().map(column).collect()
    }

    fn questions(
        &self,
        _part: &Part,
        table: Option<&TableLayout>,
        answers: &Answers,
    ) -> Vec<Question> {
        let question = table.and_then(|table| date_question(table, answers));
        question.into_iter().collect()
    }

    /// The watchlists of older versions lack a cell in every row, which
    /// [`check_cells`](crate::transfer::files::row_cells::check_cells) reports.
    fn read_cells(
        &self,
        part: &Part,
        cells: &RowCells,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        let film = film_in(cells)?;
        let fact = match part.kind.as_str() {
            // The same row twice is two viewings, so rows have no keys.
            "history" => {
                let day = cells.day(TableColumn::WatchedOn, context)?;
                RowFact::Viewing(SeenFilm {
                    watched_on: day.map(|read| read.day),
                    watched_at: day.and_then(|read| read.at),
                    comment: parse_comment(cells.get(TableColumn::Comment))?,
                    ..SeenFilm::default()
                })
            }
            "ratings" => {
                let rating = exact_rating_in(cells, TableColumn::Rating, 10)?;
                RowFact::Rating {
                    rating: Some(rating.ok_or(SkipReason::BadRating)?),
                    rated_on: None,
                }
            }
            _ => RowFact::on_watchlist(
                cells
                    .day(TableColumn::EnteredOn, context)?
                    .map(|read| read.day),
                String::new(),
            ),
        };
        Ok(RowContent::new(film, fact))
    }
}
