//! What programs called Movies Diary write: our own archive and exports, and the CSV of an older
//! program of the same name.

use chrono::{DateTime, Utc};
use entity::Visibility;
use serde_json::Value;

use super::archive;
use super::archive_values::wikidata_id_in;
use crate::transfer::ARCHIVE_SOURCE;
use crate::transfer::archive_items::possible_time;
use crate::transfer::files::film_cells::{date_question, exact_rating_in, film_in};
use crate::transfer::files::input::archive::is_picture;
use crate::transfer::files::part::{Part, PartLayout, TableLayout, squashed};
use crate::transfer::files::question::{Answers, Question, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::reasons::SkipReason;
use crate::transfer::files::row::{CopiedMovie, CopiedViewing, NamedFilm, RowFact, SeenFilm};
use crate::transfer::files::values::identifiers::{imdb_id_in, tmdb_id_in};
use crate::transfer::files::values::words::{
    Unfit, is_yes, parse_comment, parse_title, split_tags, year_in,
};
use crate::transfer::formula::from_cell;

pub struct MoviesDiaryReader;

/// The column that no other program has.
const METADATA_ID: &str = "externalmetadataid";

/// Columns that only our `diary.csv` has.
const OWN: [&str; 3] = ["watchedon", "rewatchbyhand", "wikidataid"];

/// The array of reviews in our `diary.json`.
const DIARY_ARRAY: &str = "reviews";

/// The kind of our `diary.csv`.
const OWN_DIARY: &str = "own diary";

impl ServiceReader for MoviesDiaryReader {
    fn source(&self) -> &'static str {
        "movies-diary"
    }

    fn shown_source(&self, part: &Part) -> &'static str {
        match part.layout {
            PartLayout::Table(_) => self.source(),
            _ => ARCHIVE_SOURCE,
        }
    }

    fn name(&self) -> &'static str {
        "Movies Diary"
    }

    fn export_steps(&self) -> &'static [&'static str] {
        &[
            "On the other site, open Settings → Export, and download the archive.",
            "You get one zip. Choose it here as it is: everything in it comes along.",
            "A diary.csv or diary.json from there is read, too.",
        ]
    }

    fn recognise_table(&self, _file: &str, table: &TableLayout) -> Recognition {
        let has = |wanted: &str| table.header.iter().any(|name| squashed(name) == wanted);
        match () {
            () if OWN.iter().all(|name| has(name)) && has("title") => Recognition::Part(OWN_DIARY),
            () if has(METADATA_ID) && has("title") => Recognition::Part("diary"),
            () => Recognition::Unknown,
        }
    }

    fn recognise_items(&self, _file: &str, array: Option<&str>, first: &Value) -> Recognition {
        match array {
            None | Some(DIARY_ARRAY) => archive::recognise(first),
            Some(_) => Recognition::Unknown,
        }
    }

    fn reads_array(&self, array: &str) -> bool {
        array == DIARY_ARRAY
    }

    fn columns(&self, kind: &str, table: &TableLayout, _: &Answers) -> Vec<Option<TableColumn>> {
        let column = |name: &String| {
            let name = squashed(name);
            match kind {
                OWN_DIARY => own_column(&name),
                _ => older_column(&name),
            }
        };
        table.header.iter().map(column).collect()
    }

    /// Pictures are read when they are written.
    fn arrange(&self, parts: &mut Vec<Part>, ignored: &mut Vec<String>) {
        if parts.iter().any(|part| archive::is_of_archive(&part.kind)) {
            ignored.retain(|name| !is_picture(name));
            parts.sort_by_key(|part| archive::order_of(&part.kind));
        }
    }

    fn questions(
        &self,
        part: &Part,
        table: Option<&TableLayout>,
        answers: &Answers,
    ) -> Vec<Question> {
        let table = table.filter(|_| part.kind != OWN_DIARY);
        let question = table.and_then(|table| date_question(table, answers));
        question.into_iter().collect()
    }

    fn read_cells(
        &self,
        part: &Part,
        cells: &RowCells,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        if part.kind == OWN_DIARY {
            return own_viewing(cells, context);
        }
        Ok(RowContent::new(
            film_in(cells)?,
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

    fn read_item(
        &self,
        _part: &Part,
        _array: Option<&str>,
        item: &Value,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        archive::read_row(item, context)
    }

    fn item_title(&self, item: &Value) -> String {
        archive::title_of(item).to_owned()
    }

    fn read_aside(&self, item: &Value, context: &mut RowContext) {
        archive::read_aside(item, context);
    }
}

fn older_column(name: &str) -> Option<TableColumn> {
    Some(match name {
        "title" => TableColumn::Title,
        "year" => TableColumn::Year,
        "director" => TableColumn::Director,
        "rating" => TableColumn::Rating,
        "comment" => TableColumn::Comment,
        "watchedat" => TableColumn::WatchedOn,
        METADATA_ID => TableColumn::FilmId,
        _ => return None,
    })
}

fn own_column(name: &str) -> Option<TableColumn> {
    Some(match name {
        "title" => TableColumn::Title,
        "year" => TableColumn::Year,
        "directors" => TableColumn::Director,
        "rating" => TableColumn::Rating,
        "liked" => TableColumn::Liked,
        "rewatch" => TableColumn::Rewatch,
        "tags" => TableColumn::Tags,
        "comment" => TableColumn::Comment,
        "watchedon" => TableColumn::WatchedOn,
        "imdbid" => TableColumn::ImdbId,
        "tmdbid" => TableColumn::TmdbId,
        "rewatchbyhand" | "spoiler" | "visibility" | "loggedat" | "updatedat" | "wikidataid" => {
            TableColumn::Named
        }
        "reviewid" | "movieid" => TableColumn::Unused,
        _ => return None,
    })
}

/// A row of our `diary.csv`, as it was written.
fn own_viewing(cells: &RowCells, context: &RowContext) -> Result<RowContent, Unfit> {
    let text = |column| from_cell(cells.get(column));
    let moment = |name| -> Option<DateTime<Utc>> {
        let read = DateTime::parse_from_rfc3339(cells.named(name)).ok();
        read.and_then(|at| possible_time(at.to_utc()))
    };
    let mut directors = Vec::new();
    for name in text(TableColumn::Director).split(';') {
        directors.extend(parse_title(name)?);
    }
    let film = NamedFilm {
        title: Some(parse_title(text(TableColumn::Title))?.ok_or(SkipReason::NoTitle)?),
        year: year_in(cells.get(TableColumn::Year))?,
        imdb_id: imdb_id_in(cells.get(TableColumn::ImdbId)),
        tmdb_id: tmdb_id_in(cells.get(TableColumn::TmdbId)),
        directors,
        copied: Some(CopiedMovie {
            wikidata_id: wikidata_id_in(cells.named("wikidataid")),
            ..CopiedMovie::default()
        }),
        ..NamedFilm::default()
    };
    let visibility = Visibility::parse(cells.named("visibility"));
    let updated_at = moment("updatedat");
    let (Some(visibility), Some(updated_at)) = (visibility, updated_at) else {
        return Err(SkipReason::NotAViewing.into());
    };
    let seen = SeenFilm {
        watched_on: cells
            .day(TableColumn::WatchedOn, context)?
            .map(|read| read.day),
        rating: entity::Rating::parse(text(TableColumn::Rating)),
        rewatch: Some(is_yes(text(TableColumn::Rewatch))),
        liked: is_yes(text(TableColumn::Liked)),
        spoiler: is_yes(cells.named("spoiler")),
        tags: split_tags(text(TableColumn::Tags)).tags,
        comment: parse_comment(text(TableColumn::Comment))?,
        copied: Some(Box::new(CopiedViewing {
            visibility,
            // The table says who could see the review.
            diary_visibility: Visibility::Public,
            rewatch_by_hand: is_yes(cells.named("rewatchbyhand")),
            logged_at: moment("loggedat"),
            updated_at,
            deleted_at: None,
        })),
        ..SeenFilm::default()
    };
    Ok(RowContent::new(film, RowFact::Viewing(seen)))
}
