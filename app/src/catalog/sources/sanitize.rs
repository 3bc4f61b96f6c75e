//! Sanitizes what sources send: trims, truncates and validates it so that it can be stored.
//! Values that cannot be made valid are dropped.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, Utc};

use crate::catalog::facts;
use crate::text::{self, TextError};

/// The most characters of a title or a name.
const MAX_LINE: usize = 255;

/// The most characters of a genre.
const MAX_GENRE: usize = 64;

/// The most characters of an overview.
const MAX_OVERVIEW: usize = 4_000;

/// The most characters of an error message.
const MAX_ERROR_TEXT: usize = 200;

const MAX_DIRECTORS: usize = 10;

/// The running times that are plausible, in minutes.
const RUNTIMES: RangeInclusive<i16> = 1..=2_000;

pub fn title(raw: &str) -> Option<String> {
    single_line(raw, MAX_LINE)
}

/// `None` when it is the same as `title`.
pub fn original_title(raw: &str, title: &str) -> Option<String> {
    self::title(raw).filter(|original| original != title)
}

/// At most ten, without duplicates; case and accents do not matter.
pub fn directors<'a>(raw: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in raw
        .into_iter()
        .filter_map(|name| single_line(name, MAX_LINE))
    {
        let key = text::words_key(&name);
        let is_new = names.iter().all(|known| text::words_key(known) != key);
        if is_new && names.len() < MAX_DIRECTORS {
            names.push(name);
        }
    }
    names
}

pub fn genre(raw: &str) -> Option<String> {
    single_line(raw, MAX_GENRE)
}

/// Empty when nothing of the text can be stored.
pub fn overview(raw: &str) -> String {
    let raw = without_control(raw);
    truncate_to_fit(&raw, MAX_OVERVIEW, text::clean_lines).unwrap_or_default()
}

/// An error message of a source, short enough to log.
pub fn error_text(raw: &str) -> String {
    single_line(raw, MAX_ERROR_TEXT).unwrap_or_default()
}

/// The year at the start of a date or a range of years: `1999-03-30`, `2011–2019`.
pub fn year(raw: &str) -> Option<i16> {
    let digits = raw.trim().bytes().take_while(u8::is_ascii_digit).count();
    let year = raw.trim().get(..digits).filter(|year| year.len() == 4)?;
    year.parse()
        .ok()
        .filter(|year| facts::release_years(Utc::now().year()).contains(year))
}

/// A whole date of a plausible year: `1999-03-30`.
pub fn date(raw: &str) -> Option<NaiveDate> {
    date_in_format(raw, "%Y-%m-%d")
}

/// `format` is that of [`chrono::format::strftime`].
pub fn date_in_format(raw: &str, format: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(raw.trim(), format).ok()?;
    let year = i16::try_from(date.year()).ok()?;
    let is_plausible = facts::release_years(Utc::now().year()).contains(&year);
    is_plausible.then_some(date)
}

pub fn runtime(minutes: i64) -> Option<i16> {
    let minutes = i16::try_from(minutes).ok()?;
    Some(minutes).filter(|minutes| RUNTIMES.contains(minutes))
}

pub fn imdb_id(raw: &str) -> Option<String> {
    facts::parse_imdb_id(raw.trim())
}

pub fn wikidata_id(raw: &str) -> Option<String> {
    facts::parse_wikidata_id(raw.trim())
}

pub fn tmdb_id(raw: i64) -> Option<i64> {
    facts::parse_tmdb_id(&raw.to_string())
}

fn single_line(raw: &str, most: usize) -> Option<String> {
    let raw = without_control(raw);
    truncate_to_fit(&raw, most, text::clean_line).filter(|text| !text.is_empty())
}

/// Truncates text that is too long; `None` when it is invalid for another reason.
fn truncate_to_fit(
    raw: &str,
    most: usize,
    check: fn(&str, usize) -> Result<String, TextError>,
) -> Option<String> {
    match check(raw, most) {
        Err(TextError::TooLong { .. }) => {
            let cut: String = raw.trim_start().chars().take(most).collect();
            check(&cut, most).ok()
        }
        checked => checked.ok(),
    }
}

/// Drops control characters, so that a single one does not make a title invalid.
fn without_control(raw: &str) -> String {
    raw.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{directors, imdb_id, overview, runtime, title, tmdb_id, wikidata_id, year};

    #[test]
    fn long_text_is_truncated_and_invalid_text_dropped() {
        let long = "é".repeat(300);
        assert_eq!(title(&long).map(|title| title.chars().count()), Some(255));
        assert_eq!(
            title(" The\u{0} \n Matrix\u{9f} ").as_deref(),
            Some("The Matrix")
        );
        for nothing in ["", " \u{200b} ", "\u{7}", "a\u{ffff}b"] {
            assert_eq!(title(nothing), None, "{nothing:?}");
        }
        assert_eq!(overview("One.\r\n\r\nTwo.\u{0}"), "One.\n\nTwo.");
        assert_eq!(overview(&"x ".repeat(9_000)).len(), 3_999);
    }

    #[test]
    fn years_ids_and_running_times_are_checked() {
        for (raw, expected) in [
            ("1999-03-30", Some(1999)),
            ("2011–2019", Some(2011)),
            ("2011-", Some(2011)),
            (" 1999 ", Some(1999)),
            ("1887", None),
            ("2999-01-01", None),
            ("19990330", None),
            ("99", None),
            ("", None),
        ] {
            assert_eq!(year(raw), expected, "{raw:?}");
        }
        assert_eq!(imdb_id("tt0133093").as_deref(), Some("tt0133093"));
        for bad in [
            "",
            "tt",
            "nm0000206",
            "tt013309x",
            "tt01330931234",
            "tt0133093/../a",
        ] {
            assert_eq!(imdb_id(bad), None, "{bad:?}");
        }
        assert_eq!(wikidata_id("Q83495").as_deref(), Some("Q83495"));
        for bad in ["Q", "Q0", "q1", "P31", "Q1|Q2", "Q12345678901"] {
            assert_eq!(wikidata_id(bad), None, "{bad:?}");
        }
        assert_eq!(
            [0, -603, 603, i64::MAX].map(tmdb_id),
            [None, None, Some(603), None]
        );
        assert_eq!(
            [0, -1, 136, 2_001].map(runtime),
            [None, None, Some(136), None]
        );
    }

    #[test]
    fn a_director_named_twice_counts_once() {
        assert_eq!(
            directors(["Agnès Varda", "", "AGNES VARDA"]),
            ["Agnès Varda"]
        );
        let many: Vec<_> = (0..20).map(|number| number.to_string()).collect();
        assert_eq!(directors(many.iter().map(String::as_str)).len(), 10);
    }

    proptest! {
        #[test]
        fn any_input_is_storable_afterwards(raw in any::<String>(), many in 0..40_usize) {
            let raw = raw.repeat(many);
            if let Some(title) = title(&raw) {
                prop_assert_eq!(crate::text::clean_line(&title, 255), Ok(title.clone()));
                prop_assert!(!title.is_empty());
            }
            let overview = overview(&raw);
            let again = crate::text::clean_lines(&overview, 4_000);
            prop_assert_eq!(again, Ok(overview));
            year(&raw);
        }
    }
}
