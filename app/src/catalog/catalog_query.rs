//! Parses what a member types or pastes to find a movie: words, an external id, or the URL of a
//! page about the movie.

use std::ops::RangeInclusive;

use super::external_ids::{imdb_id_in, paths_at, tmdb_id_in, wikidata_id_in};
use super::facts::ExternalIds;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogQuery {
    pub ids: Option<ExternalIds>,
    /// The text to search for; empty when the input is nothing but an id.
    pub text: String,
}

/// A number at the end of the text counts as a year only in this range.
const TITLE_YEARS: RangeInclusive<i16> = 1888..=2100;

impl CatalogQuery {
    pub fn parse(typed: &str) -> Self {
        let typed = typed.trim();
        let ids = external_ids_in(typed);
        // A bare number is searched as a TMDB id and as a title (*1917*, *300*).
        let is_number = typed.bytes().all(|byte| byte.is_ascii_digit());
        let text = match letterboxd_slug(typed) {
            _ if ids.is_some() && !is_number => String::new(),
            Some(slug) => slug.replace('-', " "),
            None => typed.to_owned(),
        };
        Self { ids, text }
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_none() && self.text.is_empty()
    }

    /// Whether the input is a URL that is not recognized as a movie's page.
    pub fn is_url(&self) -> bool {
        self.text.starts_with("https://") || self.text.starts_with("http://")
    }

    /// Splits off a year at the end, as in `heat 1995`. `None` when there is no year, or nothing
    /// in front of it.
    pub fn split_year(&self) -> Option<(&str, i16)> {
        let (title, year) = self.text.trim_end().rsplit_once([' ', '('])?;
        let year = year.trim_end_matches(')');
        let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let year = is_year.then(|| year.parse().ok()).flatten()?;
        let title = title.trim_end_matches(['(', ' ']);
        (TITLE_YEARS.contains(&year) && !title.is_empty()).then_some((title, year))
    }
}

/// The first id in `typed`: that of IMDb, TMDB or Wikidata.
fn external_ids_in(typed: &str) -> Option<ExternalIds> {
    let none = ExternalIds::default();
    if let Some(id) = imdb_id_in(typed) {
        let imdb_id = Some(id);
        return Some(ExternalIds { imdb_id, ..none });
    }
    if let Some(id) = tmdb_id_in(typed) {
        let tmdb_id = Some(id);
        return Some(ExternalIds { tmdb_id, ..none });
    }
    let wikidata_id = Some(wikidata_id_in(typed)?);
    Some(ExternalIds {
        wikidata_id,
        ..none
    })
}

/// The slug of a Letterboxd URL: the title, sometimes followed by the year.
fn letterboxd_slug(typed: &str) -> Option<&str> {
    let mut parts = paths_at("letterboxd.com", typed).next()?.split('/');
    parts.find(|part| *part == "film")?;
    parts.next().filter(|slug| !slug.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::CatalogQuery;
    use crate::catalog::external_ids::samples;
    use crate::catalog::facts::ExternalIds;

    fn with_tmdb_id(id: i64) -> Option<ExternalIds> {
        Some(ExternalIds {
            tmdb_id: Some(id),
            ..ExternalIds::default()
        })
    }

    #[test]
    fn ids_and_addresses_identify_a_movie() {
        for (typed, id) in samples::IMDB {
            let ids = CatalogQuery::parse(typed).ids.unwrap_or_default();
            assert_eq!(ids.imdb_id.as_deref(), id, "{typed}");
        }
        for (typed, id) in samples::TMDB {
            let ids = CatalogQuery::parse(typed).ids.unwrap_or_default();
            assert_eq!(ids.tmdb_id, id, "{typed}");
        }
        for (typed, id) in [
            ("https://www.wikidata.org/wiki/Q83495#P57", Some("Q83495")),
            ("m.wikidata.org/wiki/q83495", Some("Q83495")),
            ("https://www.wikidata.org/wiki/Property:P57", None),
            ("https://example.org/wiki/Q83495", None),
            ("Q83495", None),
        ] {
            let ids = CatalogQuery::parse(typed).ids.unwrap_or_default();
            assert_eq!(ids.wikidata_id.as_deref(), id, "{typed}");
        }
    }

    #[test]
    fn an_address_leaves_no_text_to_search_for() {
        let query = CatalogQuery::parse("The Matrix https://www.imdb.com/title/tt0133093/");
        assert_eq!(query.text, "");
        let other = CatalogQuery::parse("https://example.org/title/tt0133093");
        assert!(other.is_url());
    }

    #[test]
    fn a_number_is_an_id_and_a_title() {
        let query = CatalogQuery::parse("1917");
        assert_eq!(query.ids, with_tmdb_id(1917));
        assert_eq!(query.text, "1917");
        assert_eq!(query.split_year(), None);
        assert_eq!(CatalogQuery::parse("0").ids, None);
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
            let query = CatalogQuery::parse(typed);
            assert_eq!(query.ids, None);
            assert_eq!(query.text, words);
            assert_eq!(query.split_year(), year);
        }
    }

    #[test]
    fn a_year_may_stand_behind_a_title() {
        for typed in ["Heat 1995", "heat (1995)", "heat  1995 "] {
            let query = CatalogQuery::parse(typed);
            let (title, year) = query.split_year().expect("a year");
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
            assert_eq!(CatalogQuery::parse(without).split_year(), None, "{without}");
        }
    }

    proptest! {
        #[test]
        fn any_input_is_parsed(typed in any::<String>()) {
            let query = CatalogQuery::parse(&typed);
            let _ = query.split_year();
            prop_assert_eq!(query.is_empty(), typed.trim().is_empty());
        }

        #[test]
        fn anything_after_a_site_prefix_is_parsed(rest in any::<String>()) {
            for mark in ["imdb.com/", "themoviedb.org/movie/", "letterboxd.com/film/", "wikidata.org/wiki/Q"] {
                let _ = CatalogQuery::parse(&format!("{mark}{rest}")).split_year();
            }
        }
    }
}
