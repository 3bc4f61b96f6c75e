//! Titles, years, tags and longer texts, within the limits of reviews here.

use std::collections::HashSet;

use crate::text::{TextError, clean_line, clean_lines, folded_key};
use crate::transfer::files::reasons::SkipReason;

pub const MAX_TITLE: usize = 255;
pub const MAX_COMMENT: usize = 10_000;
const MAX_TAGS: usize = 10;
const MAX_TAG: usize = 32;
pub const MAX_DIRECTORS: usize = 10;
const MAX_DIRECTOR: usize = 255;

/// Films have years from the first one to a few years ahead. The catalog knows better.
const YEARS: std::ops::RangeInclusive<i16> = 1888..=2100;

/// A reason to skip a row, with the characters that there are and that fit, if it is about those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfit {
    pub reason: SkipReason,
    pub characters: Option<(usize, usize)>,
}

impl From<SkipReason> for Unfit {
    fn from(reason: SkipReason) -> Self {
        Self {
            reason,
            characters: None,
        }
    }
}

/// A title, or `None` where there is none.
pub fn parse_title(raw: &str) -> Result<Option<String>, Unfit> {
    match clean_line(raw, MAX_TITLE) {
        Ok(title) => Ok(Some(title).filter(|title| !title.is_empty())),
        Err(TextError::Invisible) => Ok(None),
        Err(TextError::TooLong { .. }) => Err(SkipReason::TitleTooLong.into()),
        Err(TextError::ControlCharacter | TextError::TooManyMarks) => {
            Err(SkipReason::ControlCharacters.into())
        }
    }
}

pub fn year_in(raw: &str) -> Result<Option<i16>, Unfit> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Ok(None);
    }
    let is_year = raw.len() == 4 && raw.bytes().all(|byte| byte.is_ascii_digit());
    let year = is_year.then(|| raw.parse().ok()).flatten();
    let year = year.filter(|year| YEARS.contains(year));
    year.map(Some).ok_or(SkipReason::BadYear.into())
}

/// Names separated by commas. What is no name is no reason to lose the row.
pub fn parse_directors(raw: &str) -> Vec<String> {
    let names = raw
        .split(',')
        .filter_map(|name| clean_line(name, MAX_DIRECTOR).ok());
    names
        .filter(|name| !name.is_empty())
        .take(MAX_DIRECTORS)
        .collect()
}

/// A review or a note. Its length counts once it is clean.
pub fn parse_comment(raw: &str) -> Result<String, Unfit> {
    clean_lines(raw, MAX_COMMENT).map_err(|error| match error {
        TextError::TooLong { max } => Unfit {
            reason: SkipReason::CommentTooLong,
            characters: Some((raw.trim().chars().count(), max)),
        },
        _ => SkipReason::ControlCharacters.into(),
    })
}

/// The tags of a viewing, and those that do not fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadTags {
    pub tags: Vec<String>,
    pub too_many: Vec<String>,
    pub too_long: Vec<String>,
}

/// Splits at commas, and keeps the first of several spellings.
pub fn split_tags(raw: &str) -> ReadTags {
    let mut read = ReadTags::default();
    let mut keys = HashSet::new();
    for raw in raw.split(',') {
        let tag = match clean_line(raw, MAX_TAG) {
            Ok(tag) => tag,
            Err(TextError::Invisible) => continue,
            Err(_) => {
                read.too_long.push(raw.trim().to_owned());
                continue;
            }
        };
        let key = folded_key(&tag);
        if key.is_empty() || !keys.insert(key) {
            continue;
        }
        let kept = if read.tags.len() < MAX_TAGS {
            &mut read.tags
        } else {
            &mut read.too_many
        };
        kept.push(tag);
    }
    read
}

/// Whether a cell says yes, in the ways that tools write it.
pub fn is_yes(raw: &str) -> bool {
    let raw = raw.trim().to_ascii_lowercase();
    ["yes", "true", "1", "y", "x"].contains(&raw.as_str())
}

#[cfg(test)]
mod tests {
    use super::{parse_comment, parse_title, split_tags, year_in};
    use crate::transfer::files::reasons::SkipReason;

    #[test]
    fn nothing_is_ever_cut() {
        assert_eq!(parse_title("  Stalker "), Ok(Some("Stalker".to_owned())));
        assert_eq!(parse_title(" "), Ok(None));
        let error = parse_title(&"x".repeat(256)).expect_err("too long");
        assert_eq!(error.reason, SkipReason::TitleTooLong);
        let error = parse_comment(&"y".repeat(10_050)).expect_err("too long");
        assert_eq!(error.characters, Some((10_050, 10_000)));
        let read = split_tags(&format!("a, {}, A, ,b", "z".repeat(33)));
        assert_eq!(read.tags, ["a", "b"]);
        assert_eq!(read.too_long, ["z".repeat(33)]);
    }

    #[test]
    fn years_have_four_digits() {
        assert_eq!(year_in("1927"), Ok(Some(1927)));
        assert_eq!(year_in(""), Ok(None));
        for bad in ["19x5", "346", "1999.0", "2008–2013", "1800", "٢٠٠١"] {
            assert!(year_in(bad).is_err(), "{bad}");
        }
    }
}
