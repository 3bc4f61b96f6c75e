//! What items of JSON have in common: a film, a day. Everything in them may be missing, `null`, or a
//! string where it should be a number.

use chrono::{DateTime, Datelike};
use serde_json::Value;

use super::reader::RowContext;
use super::reasons::SkipReason;
use super::row::NamedFilm;
use super::values::day::{ReadDay, parse_iso_day};
use super::values::identifiers::{imdb_id_in, tmdb_id_in};
use super::values::words::{Unfit, parse_title, year_in};

/// A string or a number as text; otherwise empty.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => String::new(),
    }
}

/// Numbers are sometimes written as strings.
pub fn number_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A film with its `title`, `year` and `ids`.
pub fn film_of_item(movie: &Value) -> Result<NamedFilm, Unfit> {
    film_of_parts(&movie["title"], &movie["year"], &movie["ids"])
}

/// A film needs a title or an id. `ids` may have ids of IMDb and TMDB.
pub fn film_of_parts(title: &Value, year: &Value, ids: &Value) -> Result<NamedFilm, Unfit> {
    let film = NamedFilm {
        title: parse_title(title.as_str().unwrap_or_default())?,
        year: year_in(&text_of(year))?,
        imdb_id: ids["imdb"].as_str().and_then(imdb_id_in),
        tmdb_id: tmdb_id_in(&text_of(&ids["tmdb"])),
        ..NamedFilm::default()
    };
    let is_named = film.title.is_some() || film.imdb_id.is_some() || film.tmdb_id.is_some();
    is_named.then_some(film).ok_or(SkipReason::NoTitle.into())
}

/// `unknown`, nothing, years without films, and the beginning of 1970 all mean a day unknown.
pub fn day_of_item(value: &Value, context: &RowContext) -> Result<Option<ReadDay>, Unfit> {
    let text = value.as_str().unwrap_or_default();
    if text.is_empty() || text == "unknown" {
        return Ok(None);
    }
    let instant = DateTime::parse_from_rfc3339(text).ok();
    if instant.is_some_and(|instant| matches!(instant.timestamp(), 0 | 1) || instant.year() < 1888)
    {
        return Ok(None);
    }
    let read = parse_iso_day(text, context.zone).ok_or(SkipReason::BadDate)?;
    context.check_day(read.day)?;
    Ok(Some(read))
}
