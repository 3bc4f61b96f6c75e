//! The CSV of the older program that is called Movies Diary, too.

use crate::transfer::files::film_cells::{date_question, exact_rating_in, film_in};
use crate::transfer::files::part::{Part, TableLayout, squashed};
use crate::transfer::files::question::{Answers, Question, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::row::{RowFact, SeenFilm};
use crate::transfer::files::values::words::{Unfit, parse_comment};

pub struct MoviesDiaryReader;

/// The column that no other program has.
const METADATA_ID: &str = "externalmetadataid";

impl ServiceReader for MoviesDiaryReader {
    fn source(&self) -> &'static str {
        "movies-diary"
    }

    fn name(&self) -> &'static str {
        "Movies Diary"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "On the other site, open Settings → Export → Whole archive.",
            "You get one file. Choose it here as it is.",
            "The CSV of the older program with the same name is read, too.",
        ]
    }

    fn recognise_table(&self, _file: &str, table: &TableLayout) -> Recognition {
        let has = |wanted: &str| table.header.iter().any(|name| squashed(name) == wanted);
        if has(METADATA_ID) && has("title") {
            Recognition::Part("diary")
        } else {
            Recognition::Unknown
        }
    }

    fn columns(&self, _kind: &str, table: &TableLayout, _: &Answers) -> Vec<Option<TableColumn>> {
        let column = |name: &String| {
            Some(match squashed(name).as_str() {
                "title" => TableColumn::Title,
                "year" => TableColumn::Year,
                "director" => TableColumn::Director,
                "rating" => TableColumn::Rating,
                "comment" => TableColumn::Comment,
                "watchedat" => TableColumn::WatchedOn,
                METADATA_ID => TableColumn::FilmId,
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

    fn read_cells(
        &self,
        _part: &Part,
        cells: &RowCells,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        let film = film_in(cells)?;
        Ok(RowContent::new(
            film,
            RowFact::Viewing(SeenFilm {
                watched_on: cells
                    .day(TableColumn::WatchedOn, context)?
                    .map(|read| read.day),
                rating: exact_rating_in(cells, TableColumn::Rating, 5)?,
                comment: parse_comment(cells.get(TableColumn::Comment))?,
                ..SeenFilm::default()
            }),
        ))
    }
}
