//! The types in which every online source describes a movie.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use url::Url;

use crate::config::SourceName;

/// The year of *Roundhay Garden Scene*, the oldest surviving movie.
const FIRST_YEAR: i16 = 1888;

/// Movies are announced at most this many years ahead.
const YEARS_AHEAD: i16 = 10;

/// The ids of a movie at other services.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ExternalIds {
    /// `tt` and seven to ten digits.
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<i64>,
    /// `Q` and up to ten digits.
    pub wikidata_id: Option<String>,
}

impl ExternalIds {
    /// Whether one of the given ids is the same as ours.
    pub fn matches(&self, imdb_id: Option<&str>, tmdb_id: Option<i64>) -> bool {
        (imdb_id.is_some() && self.imdb_id.as_deref() == imdb_id)
            || (tmdb_id.is_some() && self.tmdb_id == tmdb_id)
    }
}

/// Accepts `tt` and seven to ten digits.
pub fn parse_imdb_id(raw: &str) -> Option<String> {
    check_id(raw, "tt", 7..=10)
}

/// Accepts a positive number of up to ten digits.
pub fn parse_tmdb_id(raw: &str) -> Option<i64> {
    let digits = check_id(raw, "", 1..=10)?;
    digits.parse().ok().filter(|id| *id > 0)
}

/// Accepts `Q` and up to ten digits, the first not 0.
pub fn parse_wikidata_id(raw: &str) -> Option<String> {
    check_id(raw, "Q", 1..=10).filter(|id| !id.starts_with("Q0"))
}

fn check_id(raw: &str, prefix: &str, lengths: RangeInclusive<usize>) -> Option<String> {
    let digits = raw.strip_prefix(prefix)?;
    let fits = lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| raw.to_owned())
}

/// The years in which a movie can have come out, seen from `this_year`.
pub fn release_years(this_year: i32) -> RangeInclusive<i16> {
    let last = i16::try_from(this_year).unwrap_or(i16::MAX - YEARS_AHEAD);
    FIRST_YEAR..=last + YEARS_AHEAD
}

/// What a source knows about one movie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFacts {
    pub source: SourceName,
    /// The ids that this source knows.
    pub ids: ExternalIds,
    /// In the configured language if the source has it.
    pub title: String,
    /// `None` when it is the same as `title`.
    pub original_title: Option<String>,
    pub year: Option<i16>,
    /// The first day on which it was shown anywhere, where the whole date is known.
    pub released_on: Option<NaiveDate>,
    /// At most ten, without duplicates.
    pub directors: Vec<String>,
    /// In minutes.
    pub runtime: Option<i16>,
    /// At most eight, spelled the same for every source.
    pub genres: Vec<String>,
    pub overview: String,
    /// The poster, or failing that another picture of the movie.
    pub poster: Option<RemotePoster>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemotePoster {
    pub url: Url,
    /// The page to link to as the source of the picture.
    pub page: Option<Url>,
}

/// A search result of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub source: SourceName,
    /// At least one id, which is enough to look up the facts.
    pub ids: ExternalIds,
    /// In the configured language if the source has it.
    pub title: String,
    /// `None` when it is the same as `title`.
    pub original_title: Option<String>,
    pub year: Option<i16>,
    /// Usually empty, because few sources name directors in search results.
    pub directors: Vec<String>,
}

/// A search for a movie by title.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Search {
    pub title: String,
    pub year: Option<i16>,
    /// Whether the last word may be incomplete.
    pub is_typing: bool,
}
