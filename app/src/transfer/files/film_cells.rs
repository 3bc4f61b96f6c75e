//! What rows of most tables have in common: a film, a viewing.

use entity::Rating;

use super::part::TableLayout;
use super::question::{Answers, Question, TableColumn};
use super::reader::{RowCells, RowContext};
use super::reasons::{SkipReason, WarningCode};
use super::row::NamedFilm;
use super::values::day::DayOrder;
use super::values::identifiers::{imdb_id_in, tmdb_id_in};
use super::values::mark::Mark;
use super::values::words::{Unfit, parse_directors, parse_title, split_tags, year_in};

/// The film of a row. It needs a title or an id.
pub fn film_in(cells: &RowCells) -> Result<NamedFilm, Unfit> {
    let mut film = NamedFilm {
        title: parse_title(cells.get(TableColumn::Title))?,
        original_title: parse_title(cells.get(TableColumn::OriginalTitle))?,
        year: year_in(cells.get(TableColumn::Year))?,
        imdb_id: id_in(cells.get(TableColumn::ImdbId), imdb_id_in)?,
        tmdb_id: id_in(cells.get(TableColumn::TmdbId), tmdb_id_in)?,
        directors: parse_directors(cells.get(TableColumn::Director)),
    };
    add_film_id(&mut film, cells.get(TableColumn::FilmId));
    let is_named = film.title.is_some() || film.imdb_id.is_some() || film.tmdb_id.is_some();
    is_named.then_some(film).ok_or(SkipReason::NoTitle.into())
}

fn id_in<I>(text: &str, parse: fn(&str) -> Option<I>) -> Result<Option<I>, Unfit> {
    match text {
        "" => Ok(None),
        text => parse(text).map(Some).ok_or(SkipReason::BadId.into()),
    }
}

/// Reads `tt0133093`, `tmdb:603` and `603`. Ids of other catalogs say nothing here.
fn add_film_id(film: &mut NamedFilm, id: &str) {
    match id.strip_prefix("tmdb:") {
        Some(number) => film.tmdb_id = tmdb_id_in(number),
        None if id.starts_with("tt") => film.imdb_id = imdb_id_in(id),
        None => film.tmdb_id = film.tmdb_id.or(tmdb_id_in(id)),
    }
}

/// The tags of a row. What doesn't fit is named in a warning.
pub fn tags_in(cells: &RowCells, context: &mut RowContext) -> Vec<String> {
    let read = split_tags(cells.get(TableColumn::Tags));
    for (code, left_out) in [
        (WarningCode::TooManyTags, read.too_many),
        (WarningCode::TagTooLong, read.too_long),
    ] {
        if !left_out.is_empty() {
            context.row_warnings.push((code, left_out));
        }
    }
    read.tags
}

/// Asks in which order days are written, if the file does not show it.
pub fn date_question(table: &TableLayout, answers: &Answers) -> Option<Question> {
    let undecided = table.undecided_days()?;
    answers.date_format.is_none().then(|| Question::DateFormat {
        choices: [DayOrder::DayFirst, DayOrder::MonthFirst],
        example: undecided.ambiguous_day.clone().unwrap_or_default(),
    })
}

/// The rating of a service that has halves only: what lies between is a slip, and not for us to
/// round.
pub fn exact_rating_in(
    cells: &RowCells,
    column: TableColumn,
    out_of: i64,
) -> Result<Option<Rating>, Unfit> {
    match cells.get(column) {
        "" => Ok(None),
        text => Mark::parse(text)
            .and_then(|mark| mark.exact_rating(out_of))
            .map(Some)
            .ok_or(SkipReason::BadRating.into()),
    }
}
