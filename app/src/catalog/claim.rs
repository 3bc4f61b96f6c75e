//! What somebody says a movie is: one that is known here, or title, year and what else
//! they know of it.

use chrono::{Datelike, NaiveDate};

use super::facts::{self, Ids};
use super::queries::MovieId;
use crate::text::key;
use crate::web::Fields;

/// The most characters of a title.
const TITLE: usize = 255;

/// The most characters of all directors together, and the most directors.
const DIRECTORS: (usize, usize) = (255, 10);

/// Which movie is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// One that was chosen from those known here.
    Known(MovieId),
    /// One that was typed.
    Typed(TypedMovie),
}

/// A movie as somebody typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedMovie {
    /// As it will be shown.
    pub title: String,
    /// The year it came out.
    pub year: i16,
    /// As they will be shown, in that order; maybe none.
    pub directors: Vec<String>,
    /// Its numbers elsewhere.
    pub ids: Ids,
}

/// The fields as they came.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    /// Title.
    pub title: &'a str,
    /// Year.
    pub year: &'a str,
    /// Directors, with commas between them.
    pub director: &'a str,
    /// An IMDb id, or the address of a page of IMDb.
    pub imdb_id: &'a str,
    /// A TMDB id, or the address of a page of TMDB.
    pub tmdb_id: &'a str,
    /// A Wikidata id, of a movie that was found there.
    pub wikidata_id: &'a str,
}

impl TypedMovie {
    /// Checks the fields; `today` bounds the year.
    pub fn check(raw: Raw<'_>, today: NaiveDate, errors: &mut Fields) -> Option<Self> {
        let title = errors.some_line("title", raw.title, TITLE);
        let year = errors.keep("year", year(raw.year, today));
        let directors = errors.line("director", raw.director, DIRECTORS.0);
        let directors = directors.and_then(|names| errors.keep("director", split(&names)));
        let imdb_id = errors.keep("imdb_id", imdb_id(raw.imdb_id));
        let tmdb_id = errors.keep("tmdb_id", tmdb_id(raw.tmdb_id));
        let wikidata_id = errors.keep("", wikidata_id(raw.wikidata_id));
        Some(Self {
            title: title?,
            year: year?,
            directors: directors?,
            ids: Ids {
                imdb_id: imdb_id?,
                tmdb_id: tmdb_id?,
                wikidata_id: wikidata_id?,
            },
        })
    }
}

fn year(raw: &str, today: NaiveDate) -> Result<i16, String> {
    let years = facts::years(today.year());
    let raw = raw.trim();
    let digits = raw.len() == 4 && raw.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .then(|| raw.parse().ok())
        .flatten()
        .filter(|year| years.contains(year))
        .ok_or_else(|| {
            format!(
                "The year is four digits, {} to {}.",
                years.start(),
                years.end()
            )
        })
}

fn split(names: &str) -> Result<Vec<String>, String> {
    let mut directors: Vec<String> = Vec::new();
    for name in names.split(',').map(str::trim) {
        let is_new = directors.iter().all(|known| key(known) != key(name));
        if !name.is_empty() && is_new {
            directors.push(name.to_owned());
        }
    }
    match directors.len() {
        0..=10 => Ok(directors),
        _ => Err(format!("At most {} directors fit.", DIRECTORS.1)),
    }
}

fn imdb_id(raw: &str) -> Result<Option<String>, String> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Ok(None);
    }
    let of_page = raw.split(['/', '?']).find(|part| part.starts_with("tt"));
    of_page
        .and_then(facts::imdb_id)
        .map(Some)
        .ok_or_else(|| "An IMDb id looks like tt0133093.".to_owned())
}

fn tmdb_id(raw: &str) -> Result<Option<i64>, String> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Ok(None);
    }
    let of_page = raw.split_once("/movie/").map_or(raw, |(_, rest)| rest);
    let digits = of_page.split(|c: char| !c.is_ascii_digit()).next();
    let is_whole = !of_page.contains("://");
    digits
        .filter(|_| is_whole)
        .and_then(facts::tmdb_id)
        .map(Some)
        .ok_or_else(|| "A TMDB id is a number, such as 603.".to_owned())
}

fn wikidata_id(raw: &str) -> Result<Option<String>, String> {
    if raw.is_empty() {
        return Ok(None);
    }
    facts::wikidata_id(raw)
        .map(Some)
        .ok_or_else(|| "This form is an old one. Reload the page and try again.".to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::{Raw, TypedMovie, imdb_id, split, tmdb_id, year};
    use crate::web::Fields;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 3, 7).expect("a day")
    }

    #[test]
    fn years_run_from_the_oldest_film_to_the_announced_ones() {
        assert_eq!(year("1888", today()), Ok(1888));
        assert_eq!(year(" 2034 ", today()), Ok(2034));
        for bad in [
            "",
            "1887",
            "2035",
            "99",
            "19999",
            "+999",
            "１９９９",
            "-1999",
            "1999.0",
        ] {
            assert!(year(bad, today()).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_are_read_from_pages_too() {
        let matrix = Ok(Some("tt0133093".to_owned()));
        for same in [
            "tt0133093",
            " tt0133093 ",
            "https://www.imdb.com/title/tt0133093/",
            "https://m.imdb.com/title/tt0133093/?ref_=nv",
        ] {
            assert_eq!(imdb_id(same), matrix, "{same}");
        }
        for bad in [
            "0133093",
            "tt013",
            "tt01330933333",
            "tt01e3093",
            "nm0000206",
        ] {
            assert!(imdb_id(bad).is_err(), "{bad}");
        }
        for same in ["603", "https://www.themoviedb.org/movie/603-the-matrix"] {
            assert_eq!(tmdb_id(same), Ok(Some(603)), "{same}");
        }
        for bad in [
            "0",
            "matrix",
            "-603",
            "https://example.org/603",
            "99999999999",
        ] {
            assert!(tmdb_id(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_director_named_twice_counts_once() {
        let names = split("Lana Wachowski, , LANA WACHOWSKI,Lilly Wachowski");
        let both = ["Lana Wachowski", "Lilly Wachowski"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(names, Ok(both));
        assert!(split("a,b,c,d,e,f,g,h,i,j,k").is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_movie_or_an_error(
            title in any::<String>(), year in any::<String>(), director in any::<String>(),
            imdb_id in any::<String>(), tmdb_id in any::<String>(), wikidata_id in any::<String>(),
        ) {
            let raw = Raw {
                title: &title, year: &year, director: &director, imdb_id: &imdb_id, tmdb_id: &tmdb_id,
                wikidata_id: &wikidata_id,
            };
            let mut errors = Fields::default();
            let movie = TypedMovie::check(raw, today(), &mut errors);
            prop_assert_eq!(movie.is_some(), errors.is_empty());
        }
    }
}
