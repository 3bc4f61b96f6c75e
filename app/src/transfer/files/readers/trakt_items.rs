//! What stands in the items of Trakt's files. Everything in them may be missing, `null`, or a string
//! where it should be a number.

use chrono::{DateTime, Datelike};
use serde_json::Value;

use crate::transfer::files::reader::RowContext;
use crate::transfer::files::reasons::SkipReason;
use crate::transfer::files::row::NamedFilm;
use crate::transfer::files::values::day::{ReadDay, parse_iso_day};
use crate::transfer::files::values::identifiers::{imdb_id_in, tmdb_id_in};
use crate::transfer::files::values::mark::Mark;
use crate::transfer::files::values::words::{Unfit, parse_title, year_in};

/// Beyond this, a number of plays is a mistake.
const MAX_PLAYS: i64 = 1000;

/// Entries that are no films. `type` may be missing.
pub fn reason_to_skip_item(item: &Value) -> Option<SkipReason> {
    let has = |name: &str| item.get(name).is_some_and(|value| !value.is_null());
    match item["type"].as_str() {
        Some("episode") => Some(SkipReason::TvEpisode),
        Some("season") => Some(SkipReason::TvSeason),
        Some("show") => Some(SkipReason::TvSeries),
        _ if has("movie") => None,
        _ if has("episode") => Some(SkipReason::TvEpisode),
        _ if has("season") => Some(SkipReason::TvSeason),
        _ if has("show") => Some(SkipReason::TvSeries),
        _ => Some(SkipReason::NotAViewing),
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

pub fn film_of_item(movie: &Value) -> Result<NamedFilm, Unfit> {
    let ids = &movie["ids"];
    let year = match &movie["year"] {
        Value::Number(year) => year_in(&year.to_string())?,
        Value::String(year) => year_in(year)?,
        _ => None,
    };
    let tmdb_id = number_of(&ids["tmdb"]).and_then(|id| tmdb_id_in(&id.to_string()));
    let film = NamedFilm {
        title: parse_title(movie["title"].as_str().unwrap_or_default())?,
        year,
        imdb_id: ids["imdb"].as_str().and_then(imdb_id_in),
        tmdb_id,
        ..NamedFilm::default()
    };
    let is_named = film.title.is_some() || film.imdb_id.is_some() || film.tmdb_id.is_some();
    is_named.then_some(film).ok_or(SkipReason::NoTitle.into())
}

pub fn rating_of_item(value: &Value) -> Result<entity::Rating, Unfit> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => String::new(),
    };
    let mark = Mark::parse(&text).and_then(|mark| mark.exact_rating(10));
    mark.ok_or(SkipReason::BadRating.into())
}

/// `unknown`, nothing, and the beginning of 1970 all mean a day unknown.
pub fn day_of_item(value: &Value, context: &RowContext) -> Result<Option<ReadDay>, Unfit> {
    let text = value.as_str().unwrap_or_default();
    if text.is_empty() || text == "unknown" {
        return Ok(None);
    }
    let instant = DateTime::parse_from_rfc3339(text).ok();
    if instant.is_some_and(|instant| instant.timestamp() == 0 || instant.year() < 1888) {
        return Ok(None);
    }
    let read = parse_iso_day(text, context.zone).ok_or(SkipReason::BadDate)?;
    context.check_day(read.day)?;
    Ok(Some(read))
}

/// The first play is the row's own.
pub fn more_plays(item: &Value) -> Result<u32, Unfit> {
    let plays = match &item["plays"] {
        Value::Null => 1,
        value => number_of(value).unwrap_or(0),
    };
    let is_number = (1..=MAX_PLAYS).contains(&plays);
    let more = is_number.then(|| u32::try_from(plays - 1).ok()).flatten();
    more.ok_or(SkipReason::NotAViewing.into())
}

pub fn without_spoiler_marks(text: &str) -> String {
    text.replace("[spoiler]", "").replace("[/spoiler]", "")
}
