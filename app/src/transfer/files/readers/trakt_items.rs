//! What stands in the items of Trakt's files.

use serde_json::Value;

use crate::transfer::files::film_items::{number_of, text_of};
use crate::transfer::files::reader::MAX_PLAYS;
use crate::transfer::files::reasons::SkipReason;
use crate::transfer::files::values::mark::Mark;
use crate::transfer::files::values::words::Unfit;

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

pub fn rating_of_item(value: &Value) -> Result<entity::Rating, Unfit> {
    let mark = Mark::parse(&text_of(value)).and_then(|mark| mark.exact_rating(10));
    mark.ok_or(SkipReason::BadRating.into())
}

/// The first play is the row's own.
pub fn more_plays(item: &Value) -> Result<u32, Unfit> {
    let plays = match &item["plays"] {
        Value::Null => 1,
        value => number_of(value).unwrap_or(0),
    };
    let plays = u32::try_from(plays).ok();
    let plays = plays.filter(|plays| (1..=MAX_PLAYS).contains(plays));
    Ok(plays.ok_or(SkipReason::NotAViewing)? - 1)
}

pub fn without_spoiler_marks(text: &str) -> String {
    text.replace("[spoiler]", "").replace("[/spoiler]", "")
}
