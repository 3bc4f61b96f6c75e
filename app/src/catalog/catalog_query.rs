//! Parses what a member types or pastes to find a movie: words, an external id, or the URL of a
//! page about the movie.

use std::ops::RangeInclusive;

use super::external_ids::{LinkedText, MovieLink};
use super::facts::{self, ExternalIds};
use super::typed_movie::title_words;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogQuery {
    pub ids: Option<ExternalIds>,
    /// The text to search for; empty when there is an id.
    pub text: String,
    /// The input without its links, for people to read; may be empty.
    pub words: String,
    /// The film's name in an address of Letterboxd, which the local catalog may know as an id.
    pub letterboxd_id: Option<String>,
    /// Set when the input is nothing but an address that names no movie.
    pub unread_link: Option<UnreadLink>,
}

/// An address from which we cannot tell which movie is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnreadLink {
    /// It leads to another address.
    Short(String),
    /// It is not the address of a movie, or not of a site whose addresses name movies.
    Unknown,
}

/// A number at the end of the text counts as a year only in this range.
const TITLE_YEARS: RangeInclusive<i16> = 1888..=2100;

impl CatalogQuery {
    pub fn parse(typed: &str) -> Self {
        // A bare number is searched as a TMDB id and as a title (*1917*, *300*).
        let number = facts::parse_tmdb_id(typed.trim()).map(|id| ExternalIds {
            tmdb_id: Some(id),
            ..ExternalIds::default()
        });
        let linked = LinkedText::parse(typed);
        let words = title_words(&linked);
        let text = match linked.ids() {
            Some(_) => String::new(),
            None => words.clone(),
        };
        let ids = linked.ids().or(number);
        let is_unread = ids.is_none() && text.is_empty();
        Self {
            unread_link: is_unread
                .then(|| UnreadLink::among(&linked.links))
                .flatten(),
            letterboxd_id: linked.slug().map(str::to_owned),
            ids,
            text,
            words,
        }
    }

    /// The search for the words, in case that nothing has the id.
    #[must_use]
    pub fn by_words(&self) -> Self {
        Self {
            text: self.words.clone(),
            words: self.words.clone(),
            ..Self::default()
        }
    }

    /// Whether there is nothing to search for.
    pub fn is_empty(&self) -> bool {
        self.ids.is_none() && self.text.is_empty()
    }

    /// Whether the input is blank, and so means everything rather than nothing.
    pub fn is_blank(&self) -> bool {
        self.is_empty() && self.unread_link.is_none()
    }

    /// Splits off a year at the end, as in `heat 1995`. `None` when there is no year, or nothing
    /// in front of it.
    pub fn split_year(&self) -> Option<(&str, i16)> {
        let (title, year) = self.text.trim_end().rsplit_once([' ', '('])?;
        let year = year.trim_end_matches(')');
        let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let year = is_year.then(|| year.parse().ok()).flatten()?;
        let title = title.trim_end_matches(['(', ' ', ',', '-', '–', '—']);
        (TITLE_YEARS.contains(&year) && !title.is_empty()).then_some((title, year))
    }
}

impl UnreadLink {
    fn among(links: &[MovieLink]) -> Option<Self> {
        let short = links.iter().find_map(|link| match link {
            MovieLink::Short(address) => Some(Self::Short(address.clone())),
            _ => None,
        });
        short.or_else(|| links.first().map(|_| Self::Unknown))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CatalogQuery, UnreadLink};
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
            ("http://www.wikidata.org/entity/Q83495", Some("Q83495")),
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
    }

    #[test]
    fn an_address_that_names_no_movie_is_neither_text_nor_blank() {
        let short = UnreadLink::Short("boxd.it/2a9q".to_owned());
        for (typed, unread) in [
            ("boxd.it/2a9q", short),
            ("https://example.org/title/tt0133093", UnreadLink::Unknown),
            ("https://evil.example/tt0133093", UnreadLink::Unknown),
            ("https://www.themoviedb.org/tv/1396", UnreadLink::Unknown),
        ] {
            let query = CatalogQuery::parse(typed);
            assert!(query.is_empty() && !query.is_blank(), "{typed}");
            assert_eq!(query.unread_link, Some(unread), "{typed}");
        }
        let among_words = CatalogQuery::parse("Heat (1995) - https://boxd.it/2a9q");
        assert_eq!(among_words.text, "Heat (1995)");
        assert_eq!(among_words.unread_link, None);
        assert!(CatalogQuery::parse(" ").is_blank());
    }

    #[test]
    fn only_the_title_is_searched() {
        for (typed, text) in [
            ("Heat (1995) ⭐ 8.3 | Action, Crime, Drama", "Heat (1995)"),
            ("Heat (1995) Mann", "Heat (1995) Mann"),
            ("Heat - IMDb", "Heat"),
            ("the-matrix-1999", "the matrix 1999"),
            ("spider-man", "spider-man"),
            ("Face/Off", "Face/Off"),
            ("100%", "100%"),
        ] {
            assert_eq!(CatalogQuery::parse(typed).text, text, "{typed}");
        }
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
        for typed in ["Heat 1995", "heat (1995)", "heat  1995 ", "Heat, 1995"] {
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
            prop_assert_eq!(query.is_blank(), typed.trim().is_empty());
        }

        #[test]
        fn anything_after_a_site_prefix_is_parsed(rest in any::<String>()) {
            for mark in ["imdb.com/", "themoviedb.org/movie/", "letterboxd.com/film/", "wikidata.org/wiki/Q"] {
                let _ = CatalogQuery::parse(&format!("{mark}{rest}")).split_year();
            }
        }
    }
}
