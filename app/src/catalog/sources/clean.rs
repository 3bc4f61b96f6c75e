//! What comes from outside is trusted in nothing: here it is cut, checked and put into the
//! forms in which it can be kept. What does not fit is left out.

use std::ops::RangeInclusive;

use chrono::{Datelike, Utc};

use crate::catalog::facts;
use crate::text::{self, Unfit};

/// The most characters of a title, and of a name.
const LINE: usize = 255;

/// The most characters of a genre.
const GENRE: usize = 64;

/// The most characters of what a movie is about.
const OVERVIEW: usize = 4_000;

/// The most characters of what somebody else says went wrong.
const SAYING: usize = 200;

/// The most directors.
const DIRECTORS: usize = 10;

/// How many minutes a film can have.
const RUNTIMES: RangeInclusive<i16> = 1..=2_000;

/// A title.
pub fn title(raw: &str) -> Option<String> {
    line(raw, LINE)
}

/// The original title beside `title`, when it says something else.
pub fn original_title(raw: &str, title: &str) -> Option<String> {
    self::title(raw).filter(|original| original != title)
}

/// The names of directors, each once.
pub fn directors<'a>(raw: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in raw.into_iter().filter_map(|name| line(name, LINE)) {
        let key = text::key(&name);
        let is_new = names.iter().all(|known| text::key(known) != key);
        if is_new && names.len() < DIRECTORS {
            names.push(name);
        }
    }
    names
}

/// A genre as it was called.
pub fn genre(raw: &str) -> Option<String> {
    line(raw, GENRE)
}

/// What a movie is about; empty where nothing of it can be kept.
pub fn overview(raw: &str) -> String {
    let raw = without_control(raw);
    fit(&raw, OVERVIEW, text::lines).unwrap_or_default()
}

/// What somebody else says went wrong.
pub fn saying(raw: &str) -> String {
    line(raw, SAYING).unwrap_or_default()
}

/// The year that a date or a range of years begins with: `1999-03-30`, `2011–2019`.
pub fn year(raw: &str) -> Option<i16> {
    let digits = raw.trim().bytes().take_while(u8::is_ascii_digit).count();
    let year = raw.trim().get(..digits).filter(|year| year.len() == 4)?;
    year.parse()
        .ok()
        .filter(|year| facts::years(Utc::now().year()).contains(year))
}

/// A running time in minutes.
pub fn runtime(minutes: i64) -> Option<i16> {
    let minutes = i16::try_from(minutes).ok()?;
    Some(minutes).filter(|minutes| RUNTIMES.contains(minutes))
}

/// An id of IMDb.
pub fn imdb_id(raw: &str) -> Option<String> {
    facts::imdb_id(raw.trim())
}

/// An id of Wikidata.
pub fn wikidata_id(raw: &str) -> Option<String> {
    facts::wikidata_id(raw.trim())
}

/// An id of TMDB.
pub fn tmdb_id(raw: i64) -> Option<i64> {
    facts::tmdb_id(&raw.to_string())
}

fn line(raw: &str, most: usize) -> Option<String> {
    let raw = without_control(raw);
    fit(&raw, most, text::line).filter(|text| !text.is_empty())
}

/// What is too long is cut; what still does not fit is left out.
fn fit(raw: &str, most: usize, check: fn(&str, usize) -> Result<String, Unfit>) -> Option<String> {
    match check(raw, most) {
        Err(Unfit::TooLong { .. }) => {
            let cut: String = raw.trim_start().chars().take(most).collect();
            check(&cut, most).ok()
        }
        fitting_or_not => fitting_or_not.ok(),
    }
}

/// One stray character must not cost a movie its title.
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
    fn what_is_too_long_is_cut_and_what_cannot_be_kept_is_left_out() {
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
        fn whatever_comes_fits_afterwards(raw in any::<String>(), many in 0..40_usize) {
            let raw = raw.repeat(many);
            if let Some(title) = title(&raw) {
                prop_assert_eq!(crate::text::line(&title, 255), Ok(title.clone()));
                prop_assert!(!title.is_empty());
            }
            let overview = overview(&raw);
            let again = crate::text::lines(&overview, 4_000);
            prop_assert_eq!(again, Ok(overview));
            year(&raw);
        }
    }
}
