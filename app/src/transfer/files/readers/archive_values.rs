//! What the items of our own archive have in common.

use chrono::NaiveDate;

use crate::transfer::archive_items::MovieItem;
use crate::transfer::files::reader::RowContext;
use crate::transfer::files::reasons::SkipReason;
use crate::transfer::files::row::{CopiedMovie, NamedFilm};
use crate::transfer::files::values::identifiers::{imdb_id_in, tmdb_id_in};
use crate::transfer::files::values::words::{MAX_DIRECTORS, Unfit, parse_title, year_in};

pub fn film_of(movie: MovieItem, context: &RowContext) -> Result<NamedFilm, Unfit> {
    Ok(NamedFilm {
        title: Some(parse_title(&movie.title)?.ok_or(SkipReason::NoTitle)?),
        year: year_of(movie.year)?,
        imdb_id: movie.imdb_id.as_deref().and_then(imdb_id_in),
        tmdb_id: movie.tmdb_id.and_then(|id| tmdb_id_in(&id.to_string())),
        directors: names_in(&movie.directors)?,
        copied: Some(CopiedMovie {
            wikidata_id: movie.wikidata_id.as_deref().and_then(wikidata_id_in),
            movie: movie.id.filter(|_| context.server.is_some()),
            server: context.server.clone(),
        }),
        ..NamedFilm::default()
    })
}

pub fn year_of(year: Option<i16>) -> Result<Option<i16>, Unfit> {
    let year = year.map(|year| year_in(&year.to_string())).transpose()?;
    Ok(year.flatten())
}

pub fn names_in(names: &[String]) -> Result<Vec<String>, Unfit> {
    let names = names.iter().take(MAX_DIRECTORS);
    let parsed: Result<Vec<_>, _> = names.map(|name| parse_title(name)).collect();
    Ok(parsed?.into_iter().flatten().collect())
}

/// An id of Wikidata, such as `Q83495`.
pub fn wikidata_id_in(id: &str) -> Option<String> {
    let digits = id.strip_prefix('Q')?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    ((1..=12).contains(&digits.len()) && is_number).then(|| id.to_owned())
}

/// The day was checked where it was logged, in a zone that may be ahead.
pub fn checked_day(
    day: Option<NaiveDate>,
    context: &RowContext,
) -> Result<Option<NaiveDate>, Unfit> {
    match day {
        Some(day) if Some(day) == context.today.succ_opt() => Ok(Some(day)),
        day => day.map(|day| context.check_day(day)).transpose(),
    }
}
