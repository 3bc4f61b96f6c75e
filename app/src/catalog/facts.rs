//! What is known of a movie elsewhere: the words in which every source answers.

use std::ops::RangeInclusive;

use url::Url;

use crate::config::SourceName;

/// The year of the oldest film that survives.
const FIRST_YEAR: i16 = 1888;

/// How far ahead a film can be announced.
const YEARS_AHEAD: i16 = 10;

/// The numbers a movie has elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ids {
    /// `tt` and seven to ten digits.
    pub imdb_id: Option<String>,
    /// Its number at TMDB.
    pub tmdb_id: Option<i64>,
    /// `Q` and digits.
    pub wikidata_id: Option<String>,
}

impl Ids {
    /// Whether a movie with these numbers is the one that is named.
    pub fn name(&self, imdb_id: Option<&str>, tmdb_id: Option<i64>) -> bool {
        (imdb_id.is_some() && self.imdb_id.as_deref() == imdb_id)
            || (tmdb_id.is_some() && self.tmdb_id == tmdb_id)
    }
}

/// `tt` and seven to ten digits.
pub fn imdb_id(raw: &str) -> Option<String> {
    numbered(raw, "tt", 7..=10)
}

/// A number of up to ten digits, more than none.
pub fn tmdb_id(raw: &str) -> Option<i64> {
    let digits = numbered(raw, "", 1..=10)?;
    digits.parse().ok().filter(|id| *id > 0)
}

/// `Q` and up to ten digits, the first not 0.
pub fn wikidata_id(raw: &str) -> Option<String> {
    numbered(raw, "Q", 1..=10).filter(|id| !id.starts_with("Q0"))
}

fn numbered(raw: &str, prefix: &str, lengths: RangeInclusive<usize>) -> Option<String> {
    let digits = raw.strip_prefix(prefix)?;
    let fits = lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| raw.to_owned())
}

/// The years in which a film can have come out, told in `this_year`: from the oldest that
/// survives to those that are announced.
pub fn years(this_year: i32) -> RangeInclusive<i16> {
    let last = i16::try_from(this_year).unwrap_or(i16::MAX - YEARS_AHEAD);
    FIRST_YEAR..=last + YEARS_AHEAD
}

/// What a source knows of one movie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Who says so.
    pub source: SourceName,
    /// Its numbers, as far as this source knows them.
    pub ids: Ids,
    /// In the language of the settings where the source has it.
    pub title: String,
    /// As it was first called; `None` when that is the same.
    pub original_title: Option<String>,
    /// The year it came out.
    pub year: Option<i16>,
    /// Ten at most, each once.
    pub directors: Vec<String>,
    /// In minutes.
    pub runtime: Option<i16>,
    /// Eight at most, each spelt alike whoever says it.
    pub genres: Vec<String>,
    /// What it is about; may be empty.
    pub overview: String,
    /// Its poster, or the picture that comes closest.
    pub poster: Option<Picture>,
}

/// Where a poster can be fetched, and the page that says whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The picture itself.
    pub url: Url,
    /// Where people read about it.
    pub page: Option<Url>,
}

/// One movie that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Who found it.
    pub source: SourceName,
    /// Its numbers: one of them is enough to look it up.
    pub ids: Ids,
    /// In the language of the settings where the source has it.
    pub title: String,
    /// As it was first called; `None` when that is the same.
    pub original_title: Option<String>,
    /// The year it came out.
    pub year: Option<i16>,
    /// Those that the source names in a search; mostly none.
    pub directors: Vec<String>,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Search {
    /// As it was typed.
    pub title: String,
    /// The year it came out, where that is known.
    pub year: Option<i16>,
    /// The last word may be unfinished.
    pub is_typing: bool,
}
