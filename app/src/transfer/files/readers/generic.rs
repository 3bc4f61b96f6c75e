//! Any table: columns are guessed by their headers and contents, and assigned by the member.

use std::collections::BTreeMap;

use entity::Rating;

use super::column_guess::{guess_columns, has_only_known_names};
use crate::transfer::files::film_cells::{date_question, film_in, rounded_rating_in, tags_in};
use crate::transfer::files::part::{ColumnFacts, Part, TableLayout, squashed};
use crate::transfer::files::question::{Answers, ColumnName, Question, TableColumn};
use crate::transfer::files::reader::{
    Recognition, RowCells, RowContent, RowContext, ServiceReader,
};
use crate::transfer::files::reasons::WarningCode;
use crate::transfer::files::row::{RowFact, SeenFilm};
use crate::transfer::files::values::film_type::reason_to_skip;
use crate::transfer::files::values::words::{Unfit, is_yes, parse_comment};

pub struct GenericReader;

/// Kinorium's export, which has a header of its own and marks out of ten.
const KINORIUM: [(&str, TableColumn); 10] = [
    ("listtitle", TableColumn::ListName),
    ("myrating", TableColumn::Rating),
    ("date", TableColumn::WatchedOn),
    ("title", TableColumn::Title),
    ("originaltitle", TableColumn::OriginalTitle),
    ("type", TableColumn::Type),
    ("year", TableColumn::Year),
    ("genres", TableColumn::Unused),
    ("directors", TableColumn::Director),
    ("note", TableColumn::Comment),
];

impl ServiceReader for GenericReader {
    fn source(&self) -> &'static str {
        "generic"
    }

    fn name(&self) -> &'static str {
        "A list of films"
    }

    /// Takes every table. What is no table has one column or a header that nobody could type.
    fn recognise_table(&self, _file: &str, table: &TableLayout) -> Recognition {
        let first = if table.header.is_empty() {
            table.preview.first().map_or(&[][..], Vec::as_slice)
        } else {
            &table.header
        };
        let is_text = !first.iter().any(|cell| cell.chars().any(char::is_control));
        let is_title = has_only_known_names(&table.header);
        if !is_text || (table.width < 2 && !is_title) {
            return Recognition::Unknown;
        }
        let has = |wanted: &str| table.header.iter().any(|name| squashed(name) == wanted);
        let is_kinorium = KINORIUM[..5].iter().all(|(name, _)| has(name));
        Recognition::Part(match () {
            () if is_kinorium => "kinorium",
            () if is_title => "known columns",
            () => "table",
        })
    }

    fn columns(
        &self,
        kind: &str,
        table: &TableLayout,
        answers: &Answers,
    ) -> Vec<Option<TableColumn>> {
        if kind == "kinorium" {
            let column = |name: &String| {
                let name = squashed(name);
                let known = KINORIUM.iter().find(|(known, _)| *known == name);
                known.map(|(_, column)| *column)
            };
            return table.header.iter().map(column).collect();
        }
        let assigned = answers.columns.as_ref().filter(|_| kind == "table");
        let mut columns = match assigned {
            // Columns that the member left out are left out on purpose.
            Some(_) => vec![Some(TableColumn::Unused); table.width],
            None => vec![None; table.width],
        };
        let guess = guess_columns(table);
        for (column, name) in assigned.unwrap_or(&guess) {
            if let Some(place) = assigned_place(name, table) {
                columns[place] = Some(*column);
            }
        }
        columns
    }

    fn questions(
        &self,
        part: &Part,
        table: Option<&TableLayout>,
        answers: &Answers,
    ) -> Vec<Question> {
        let Some(table) = table else {
            return Vec::new();
        };
        let columns = columns_question(part, table, answers);
        // Without a header, nobody knows yet which column has the marks.
        let is_guess = columns.is_some() && table.header.is_empty();
        let scale = (!is_guess)
            .then(|| scale_question(part, table, answers))
            .flatten();
        let days = (!is_guess).then(|| date_question(table, answers)).flatten();
        columns.into_iter().chain(scale).chain(days).collect()
    }

    fn read_cells(
        &self,
        part: &Part,
        cells: &RowCells,
        context: &mut RowContext,
    ) -> Result<RowContent, Unfit> {
        if let Some(reason) = reason_to_skip(cells.get(TableColumn::Type)) {
            return Err(reason.into());
        }
        let film = film_in(cells)?;
        let day = cells.day(TableColumn::WatchedOn, context)?;
        let rating = rating_in(part, cells, context)?;
        let comment = parse_comment(cells.get(TableColumn::Comment))?;
        if !cells.get(TableColumn::ListName).is_empty() {
            if rating.is_some() {
                context.warn(WarningCode::RatingInWatchlist);
            }
            let added_on = day.map(|read| read.day);
            let note = comment;
            return Ok(RowContent::new(film, RowFact::on_watchlist(added_on, note)));
        }
        let rewatch = cells.table.place_of(TableColumn::Rewatch);
        Ok(RowContent::new(
            film,
            RowFact::Viewing(SeenFilm {
                watched_on: day.map(|read| read.day),
                watched_at: day.and_then(|read| read.at),
                rating,
                rewatch: rewatch.map(|_| is_yes(cells.get(TableColumn::Rewatch))),
                liked: is_yes(cells.get(TableColumn::Liked)),
                tags: tags_in(cells, context),
                comment,
                ..SeenFilm::default()
            }),
        ))
    }
}

/// The column with this header, or of this number, counted from 1.
fn assigned_place(name: &ColumnName, table: &TableLayout) -> Option<usize> {
    let place = match name {
        ColumnName::Number(number) => number.checked_sub(1)?,
        ColumnName::Header(name) => {
            let is_named = |header: &String| header.trim() == name.trim();
            table.header.iter().position(is_named)?
        }
    };
    (place < table.width).then_some(place)
}

fn columns_question(part: &Part, table: &TableLayout, answers: &Answers) -> Option<Question> {
    if part.kind != "table"
        || answers
            .columns
            .as_ref()
            .is_some_and(|a| is_complete(a, table))
    {
        return None;
    }
    Some(Question::Columns {
        has_header: !table.header.is_empty(),
        header: table.header.clone(),
        guess: guess_columns(table),
        preview: table.preview.clone(),
    })
}

/// Whether every column is there, none has two meanings, and films can be known.
fn is_complete(assigned: &BTreeMap<TableColumn, ColumnName>, table: &TableLayout) -> bool {
    let mut places: Vec<_> = assigned
        .values()
        .map(|name| assigned_place(name, table))
        .collect();
    places.sort_unstable();
    let is_known = places.iter().all(Option::is_some);
    let is_clear = places.windows(2).all(|pair| pair[0] != pair[1]);
    let names_films = [TableColumn::Title, TableColumn::ImdbId, TableColumn::TmdbId];
    is_known
        && is_clear
        && names_films
            .iter()
            .any(|column| assigned.contains_key(column))
        && assigned
            .keys()
            .all(|column| TableColumn::ASSIGNABLE.contains(column))
}

/// Asks what the marks are out of. Under our own headers, marks up to 5 are stars.
fn scale_question(part: &Part, table: &TableLayout, answers: &Answers) -> Option<Question> {
    let facts = table.facts_of(TableColumn::Rating)?;
    let is_known = match part.kind.as_str() {
        "kinorium" => true,
        "known columns" => facts.highest_mark <= 5000,
        _ => false,
    };
    if is_known || facts.marks == 0 || answers.rating_scale().is_some() {
        return None;
    }
    Some(Question::RatingOutOf {
        guess: Some(likely_scale(facts)),
    })
}

fn likely_scale(facts: &ColumnFacts) -> i64 {
    match facts.highest_mark {
        ..=5000 => 5,
        5001..=10_000 => 10,
        _ => 100,
    }
}

fn rating_in(
    part: &Part,
    cells: &RowCells,
    context: &mut RowContext,
) -> Result<Option<Rating>, Unfit> {
    let known = if part.kind == "kinorium" { 10 } else { 5 };
    let out_of = context.answers.rating_scale().unwrap_or(known);
    rounded_rating_in(cells.get(TableColumn::Rating), out_of, context)
}
