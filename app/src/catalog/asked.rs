//! What somebody typed or pasted to find a movie: words, a number that a movie has
//! elsewhere, or the address of a page about it.

use std::ops::RangeInclusive;

use super::facts::{self, Ids};

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The movie's number elsewhere.
    pub ids: Option<Ids>,
    /// The words of its title, and whatever else was typed; empty where there are only ids.
    pub words: String,
}

/// Years that may stand behind a title.
const YEARS: RangeInclusive<i16> = 1888..=2100;

impl Asked {
    /// Reads what was typed.
    pub fn parse(typed: &str) -> Self {
        let typed = typed.trim();
        if let Some(ids) = linked(typed) {
            return Self {
                ids: Some(ids),
                words: String::new(),
            };
        }
        let words = match letterboxd(typed) {
            Some(slug) => slug.replace('-', " "),
            None => typed.to_owned(),
        };
        Self {
            // A bare number may be a title as well (1917, 300).
            ids: tmdb(typed),
            words,
        }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.ids.is_none() && self.words.is_empty()
    }

    /// Whether it is the address of a page, and of none about a film.
    pub fn is_address(&self) -> bool {
        self.words.starts_with("https://") || self.words.starts_with("http://")
    }

    /// The words without a year at their end, and that year: `heat 1995`. None where there
    /// is none, or nothing but it.
    pub fn with_year(&self) -> Option<(&str, i16)> {
        let (title, year) = self.words.trim_end().rsplit_once([' ', '('])?;
        let year = year.trim_end_matches(')');
        let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let year = is_year.then(|| year.parse().ok()).flatten()?;
        let title = title.trim_end_matches(['(', ' ']);
        (YEARS.contains(&year) && !title.is_empty()).then_some((title, year))
    }
}

/// `tt0133093`, or a page of IMDb, TMDB or Wikidata.
fn linked(typed: &str) -> Option<Ids> {
    let is_word = !typed.contains(char::is_whitespace);
    let imdb_id = is_word.then(|| imdb(typed)).flatten();
    if imdb_id.is_some() {
        return Some(Ids {
            imdb_id,
            ..Ids::default()
        });
    }
    if let Some(rest) = after(typed, "themoviedb.org/movie/") {
        return tmdb(leading_digits(rest));
    }
    let rest = after(typed, "wikidata.org/wiki/Q")?;
    let wikidata_id = facts::wikidata_id(&format!("Q{}", leading_digits(rest)));
    wikidata_id.is_some().then(|| Ids {
        wikidata_id,
        ..Ids::default()
    })
}

/// An id of IMDb, alone or in an address.
fn imdb(typed: &str) -> Option<String> {
    let id = match after(typed, "imdb.com/") {
        Some(path) => path
            .split(['/', '?', '#'])
            .find(|part| part.starts_with("tt"))?,
        None => typed,
    };
    facts::imdb_id(id)
}

fn tmdb(digits: &str) -> Option<Ids> {
    let tmdb_id = facts::tmdb_id(digits);
    tmdb_id.is_some().then(|| Ids {
        tmdb_id,
        ..Ids::default()
    })
}

/// The name of a film in an address of Letterboxd: its title, and sometimes its year.
fn letterboxd(typed: &str) -> Option<&str> {
    let path = after(typed, "letterboxd.com/")?;
    let mut parts = path.split(['/', '?', '#']);
    parts.find(|part| *part == "film")?;
    parts.next().filter(|slug| !slug.is_empty())
}

/// What comes after `mark` in an address. The mark is ASCII, whatever its case.
fn after<'a>(typed: &'a str, mark: &str) -> Option<&'a str> {
    let at = typed
        .to_ascii_lowercase()
        .find(&mark.to_ascii_lowercase())?;
    typed.get(at + mark.len()..)
}

fn leading_digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit());
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Asked;
    use crate::catalog::facts::Ids;

    fn imdb(id: &str) -> Option<Ids> {
        Some(Ids {
            imdb_id: Some(id.to_owned()),
            ..Ids::default()
        })
    }

    fn tmdb(id: i64) -> Option<Ids> {
        Some(Ids {
            tmdb_id: Some(id),
            ..Ids::default()
        })
    }

    #[test]
    fn ids_and_pages_name_a_movie() {
        for typed in [
            "tt0133093",
            " tt0133093 ",
            "https://www.imdb.com/title/tt0133093/?ref_=nv",
            "m.imdb.com/de/title/tt0133093",
        ] {
            assert_eq!(Asked::parse(typed).ids, imdb("tt0133093"), "{typed}");
        }
        let page = "https://www.themoviedb.org/movie/603-the-matrix?language=de";
        assert_eq!(Asked::parse(page).ids, tmdb(603));
        let page = Asked::parse("https://www.wikidata.org/wiki/Q83495#P57");
        let ids = page.ids.expect("an id");
        assert_eq!(ids.wikidata_id.as_deref(), Some("Q83495"));
        for other in [
            "tt",
            "tt01",
            "nm0000206",
            "ttitle",
            "https://www.imdb.com/name/nm0000206/",
        ] {
            assert_eq!(Asked::parse(other).ids, None, "{other}");
        }
    }

    #[test]
    fn a_number_is_an_id_and_a_title() {
        let asked = Asked::parse("1917");
        assert_eq!(asked.ids, tmdb(1917));
        assert_eq!(asked.words, "1917");
        assert_eq!(asked.with_year(), None);
        assert_eq!(Asked::parse("0").ids, None);
    }

    #[test]
    fn pages_of_letterboxd_give_the_words_of_a_title() {
        for (typed, words, year) in [
            (
                "https://letterboxd.com/film/the-matrix/",
                "the matrix",
                None,
            ),
            (
                "letterboxd.com/film/heat-1995/reviews/",
                "heat 1995",
                Some(("heat", 1995)),
            ),
            ("https://letterboxd.com/ada/film/amelie/1/", "amelie", None),
            (
                "https://letterboxd.com/film/blade-runner-2049/",
                "blade runner 2049",
                Some(("blade runner", 2049)),
            ),
        ] {
            let asked = Asked::parse(typed);
            assert_eq!(asked.ids, None);
            assert_eq!(asked.words, words);
            assert_eq!(asked.with_year(), year);
        }
    }

    #[test]
    fn a_year_may_stand_behind_a_title() {
        for typed in ["Heat 1995", "heat (1995)", "heat  1995 "] {
            let asked = Asked::parse(typed);
            let (title, year) = asked.with_year().expect("a year");
            assert_eq!((title.to_lowercase().as_str(), year), ("heat", 1995));
        }
        for without in [
            "2001",
            "heat",
            "heat 95",
            "heat 19955",
            "heat 9999",
            "(1995)",
        ] {
            assert_eq!(Asked::parse(without).with_year(), None, "{without}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_pasted_is_read(typed in any::<String>()) {
            let asked = Asked::parse(&typed);
            let _ = asked.with_year();
            prop_assert_eq!(asked.is_empty(), typed.trim().is_empty());
        }

        #[test]
        fn whatever_follows_a_mark_is_read(rest in any::<String>()) {
            for mark in ["imdb.com/", "themoviedb.org/movie/", "letterboxd.com/film/", "wikidata.org/wiki/Q"] {
                let _ = Asked::parse(&format!("{mark}{rest}")).with_year();
            }
        }
    }
}
