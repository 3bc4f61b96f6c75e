//! The movie that a member chooses or enters in a form, and the validation of those form fields.

use chrono::{Datelike, NaiveDate};

use super::external_ids::{imdb_id_in, is_only_links, tmdb_id_in};
use super::facts::{self, ExternalIds};
use super::local::CatalogFilm;
use super::queries::MovieId;
use crate::text::words_key;
use crate::web::FieldErrors;
use crate::web::form::OUTDATED_FORM;

/// The most characters of a title.
const MAX_TITLE: usize = 255;

/// The most characters of all directors together, and the most directors.
const MAX_DIRECTORS: (usize, usize) = (255, 10);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MovieRef {
    Existing(MovieId),
    Entered(MovieInput),
}

/// A movie as a member entered it, validated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovieInput {
    /// An id stands in for an unknown title, until the catalog completes the movie.
    pub title: String,
    /// `None` if unknown.
    pub year: Option<i16>,
    /// In the order entered; may be empty.
    pub directors: Vec<String>,
    pub ids: ExternalIds,
}

impl From<CatalogFilm> for MovieInput {
    fn from(film: CatalogFilm) -> Self {
        Self {
            ids: film.ids(),
            title: film.title,
            year: film.year,
            directors: film.directors,
        }
    }
}

/// The form fields before validation.
#[derive(Clone, Copy, Debug)]
pub struct RawMovieInput<'a> {
    pub title: &'a str,
    pub year: &'a str,
    /// One or more names, separated by commas.
    pub director: &'a str,
    /// An IMDb id or the URL of an IMDb page.
    pub imdb_id: &'a str,
    /// A TMDB id or the URL of a TMDB page.
    pub tmdb_id: &'a str,
    /// From a hidden field, when the member chose a search result of Wikidata.
    pub wikidata_id: &'a str,
}

impl MovieInput {
    /// Validates the fields and adds an error for each invalid one. The year may be up to ten
    /// years after `today`.
    pub fn validate(
        raw: RawMovieInput<'_>,
        today: NaiveDate,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let year = errors.ok_or_add("year", parse_year_field(raw.year, today));
        let directors = errors.line("director", raw.director, MAX_DIRECTORS.0);
        let directors =
            directors.and_then(|names| errors.ok_or_add("director", parse_directors_field(&names)));
        let imdb_id = errors.ok_or_add("imdb_id", parse_imdb_id_field(raw.imdb_id));
        let tmdb_id = errors.ok_or_add("tmdb_id", parse_tmdb_id_field(raw.tmdb_id));
        let wikidata_id = errors.ok_or_add("", parse_wikidata_id_field(raw.wikidata_id));
        let has_id = matches!(imdb_id, Some(Some(_))) || matches!(tmdb_id, Some(Some(_)));
        let title = if has_id {
            errors.line("title", raw.title, MAX_TITLE)
        } else {
            errors.required_line("title", raw.title, MAX_TITLE)
        };
        let title = title.and_then(|title| errors.ok_or_add("title", check_title(title)));
        let ids = ExternalIds {
            imdb_id: imdb_id?,
            tmdb_id: tmdb_id?,
            wikidata_id: wikidata_id?,
        };
        Some(Self {
            title: title_or_id(&title?, &ids),
            year: year?,
            directors: directors?,
            ids,
        })
    }
}

/// What a movie is called until its title is known.
pub fn title_or_id(title: &str, ids: &ExternalIds) -> String {
    match (&ids.imdb_id, ids.tmdb_id) {
        _ if !title.is_empty() => title.to_owned(),
        (Some(imdb_id), _) => imdb_id.clone(),
        (None, Some(tmdb_id)) => format!("TMDB {tmdb_id}"),
        (None, None) => String::new(),
    }
}

fn check_title(title: String) -> Result<String, String> {
    if is_only_links(&title) {
        return Err("This is a link, not a title. Enter the film’s title.".to_owned());
    }
    Ok(title)
}

fn parse_year_field(raw: &str, today: NaiveDate) -> Result<Option<i16>, String> {
    let years = facts::release_years(today.year());
    let raw = raw.trim();
    if raw.is_empty() {
        return Ok(None);
    }
    let digits = raw.len() == 4 && raw.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .then(|| raw.parse().ok())
        .flatten()
        .filter(|year| years.contains(year))
        .map(Some)
        .ok_or_else(|| {
            format!(
                "Enter a four-digit year from {} to {}, or leave it empty.",
                years.start(),
                years.end()
            )
        })
}

fn parse_directors_field(names: &str) -> Result<Vec<String>, String> {
    let mut directors: Vec<String> = Vec::new();
    for name in names.split(',').map(str::trim) {
        let is_new = directors
            .iter()
            .all(|known| words_key(known) != words_key(name));
        if !name.is_empty() && is_new {
            directors.push(name.to_owned());
        }
    }
    match directors.len() {
        0..=10 => Ok(directors),
        _ => Err(format!("Enter at most {} directors.", MAX_DIRECTORS.1)),
    }
}

fn parse_imdb_id_field(raw: &str) -> Result<Option<String>, String> {
    if raw.trim().is_empty() {
        return Ok(None);
    }
    imdb_id_in(raw)
        .map(Some)
        .ok_or_else(|| "An IMDb id looks like tt0133093.".to_owned())
}

fn parse_tmdb_id_field(raw: &str) -> Result<Option<i64>, String> {
    if raw.trim().is_empty() {
        return Ok(None);
    }
    tmdb_id_in(raw)
        .map(Some)
        .ok_or_else(|| "A TMDB id is a number, such as 603.".to_owned())
}

fn parse_wikidata_id_field(raw: &str) -> Result<Option<String>, String> {
    if raw.is_empty() {
        return Ok(None);
    }
    facts::parse_wikidata_id(raw)
        .map(Some)
        .ok_or_else(|| OUTDATED_FORM.to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::{
        MovieInput, RawMovieInput, check_title, parse_directors_field, parse_imdb_id_field,
        parse_tmdb_id_field, parse_wikidata_id_field, parse_year_field,
    };
    use crate::catalog::external_ids::samples;
    use crate::web::FieldErrors;
    use crate::web::form::OUTDATED_FORM;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 3, 7).expect("a day")
    }

    #[test]
    fn years_run_from_the_oldest_movie_to_announced_ones() {
        assert_eq!(parse_year_field("1888", today()), Ok(Some(1888)));
        assert_eq!(parse_year_field(" 2034 ", today()), Ok(Some(2034)));
        assert_eq!(parse_year_field(" ", today()), Ok(None));
        for bad in [
            "1887",
            "2035",
            "99",
            "19999",
            "+999",
            "１９９９",
            "-1999",
            "1999.0",
        ] {
            assert!(parse_year_field(bad, today()).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_and_addresses_are_parsed() {
        for (typed, id) in samples::IMDB {
            let parsed = parse_imdb_id_field(typed).ok().flatten();
            assert_eq!(parsed.as_deref(), id, "{typed}");
        }
        for (typed, id) in samples::TMDB {
            let parsed = parse_tmdb_id_field(typed).ok().flatten();
            assert_eq!(parsed, id, "{typed}");
        }
        assert_eq!(parse_imdb_id_field(" "), Ok(None));
        assert_eq!(parse_tmdb_id_field(" "), Ok(None));
        assert!(parse_imdb_id_field("nm0000206").is_err());
        assert!(parse_tmdb_id_field("matrix").is_err());
    }

    #[test]
    fn a_link_is_not_a_title() {
        for link in [
            "https://example.org/heat",
            "imdb.com/title/tt0113277",
            "tt0113277",
        ] {
            assert!(check_title(link.to_owned()).is_err(), "{link}");
        }
        for title in ["Startup.com", "Face/Off", "1917", "www"] {
            assert_eq!(check_title(title.to_owned()), Ok(title.to_owned()));
        }
    }

    #[test]
    fn an_invalid_hidden_field_means_that_the_form_is_out_of_date() {
        assert_eq!(parse_wikidata_id_field(""), Ok(None));
        let refused = parse_wikidata_id_field("P57");
        assert_eq!(refused, Err(OUTDATED_FORM.to_owned()));
    }

    #[test]
    fn a_director_named_twice_counts_once() {
        let names = parse_directors_field("Lana Wachowski, , LANA WACHOWSKI,Lilly Wachowski");
        let both = ["Lana Wachowski", "Lilly Wachowski"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(names, Ok(both));
        assert!(parse_directors_field("a,b,c,d,e,f,g,h,i,j,k").is_err());
    }

    proptest! {
        #[test]
        fn any_input_is_a_movie_or_an_error(
            title in any::<String>(), year in any::<String>(), director in any::<String>(),
            imdb_id in any::<String>(), tmdb_id in any::<String>(), wikidata_id in any::<String>(),
        ) {
            let raw = RawMovieInput {
                title: &title, year: &year, director: &director, imdb_id: &imdb_id, tmdb_id: &tmdb_id,
                wikidata_id: &wikidata_id,
            };
            let mut errors = FieldErrors::default();
            let movie = MovieInput::validate(raw, today(), &mut errors);
            prop_assert_eq!(movie.is_some(), errors.is_empty());
        }
    }
}
