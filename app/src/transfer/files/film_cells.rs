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
        copied: None,
        may_be_series: false,
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
    tags_of(cells.get(TableColumn::Tags), context)
}

/// The same of a text with commas between tags.
pub fn tags_of(text: &str, context: &mut RowContext) -> Vec<String> {
    let read = split_tags(text);
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

/// The rating of a service whose marks may lie between half stars.
pub fn rounded_rating_in(
    text: &str,
    out_of: i64,
    context: &mut RowContext,
) -> Result<Option<Rating>, Unfit> {
    if text.is_empty() {
        return Ok(None);
    }
    let marked = Mark::parse(text).and_then(|mark| mark.rating(out_of));
    let marked = marked.ok_or(SkipReason::BadRating)?;
    if marked.is_rounded {
        context.warn(WarningCode::RatingRounded);
    }
    Ok(Some(marked.rating))
}

/// The year of a release date, which begins with it. `None` for years before there were films, which
/// stand for an unknown date.
pub fn year_of_release(text: &str) -> Option<i16> {
    year_in(text.get(..4)?).ok()?
}

/// Asks whose rows are imported, if they are of several profiles.
pub fn profile_question(table: &TableLayout, answers: &Answers) -> Option<Question> {
    let choices = &table.facts_of(TableColumn::Profile)?.values;
    let chosen = answers.profile.as_ref();
    let is_open = choices.len() > 1 && !chosen.is_some_and(|name| choices.contains(name));
    is_open.then(|| Question::Profile {
        choices: choices.clone(),
    })
}

/// Leaves out the rows of other profiles than the chosen one.
pub fn check_profile(cells: &RowCells, context: &RowContext) -> Result<(), Unfit> {
    let several = cells.table.facts_of(TableColumn::Profile);
    let is_asked = several.is_some_and(|facts| facts.values.len() > 1);
    let chosen = context.answers.profile.as_deref();
    match chosen {
        Some(chosen) if is_asked && cells.get(TableColumn::Profile) != chosen => {
            Err(SkipReason::OtherProfile.into())
        }
        _ => Ok(()),
    }
}
