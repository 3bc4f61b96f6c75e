//! A film of the local catalog, and what a catalog says about itself.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::catalog::facts::{self, ExternalIds};
use crate::text::{clean_line, words_key};

/// The separator of several names in one column, which no name contains.
pub(super) const SEPARATOR: &str = "\n";

/// The most characters of a title or a name; longer ones are left out.
const MAX_NAME: usize = 255;

/// The most other titles, directors, genres and countries that are kept of a film.
const MAX_OTHER_TITLES: usize = 12;
const MAX_DIRECTORS: usize = 10;
const MAX_GENRES: usize = 8;
const MAX_COUNTRIES: usize = 8;

/// Years that any source can mean seriously.
const YEARS: RangeInclusive<i16> = 1888..=2100;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CatalogFilm {
    /// In the language of the catalog if the source has it.
    pub title: String,
    /// `None` when it is the same as `title`.
    pub original_title: Option<String>,
    /// Further names, in any language, by which it is found.
    pub other_titles: Vec<String>,
    pub year: Option<i16>,
    pub directors: Vec<String>,
    pub runtime_minutes: Option<i16>,
    pub genres: Vec<String>,
    pub countries: Vec<String>,
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<i64>,
    pub wikidata_id: Option<String>,
    /// The film's name in addresses of Letterboxd, such as `heat-1995`; the value of Wikidata's
    /// property P6127.
    pub letterboxd_id: Option<String>,
    /// A higher number comes first, such as the number of articles about it. Films with the same
    /// number stay in the order in which they were added.
    pub popularity: u32,
}

/// Where the films of a catalog come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogOrigin {
    /// For people to read, with the licence: `Wikidata, CC0`.
    pub source: String,
    /// The language of the titles, an ISO 639-1 code.
    pub language: String,
    pub built_at: DateTime<Utc>,
    /// Set only in the starter, which comes with the program: which one it is.
    pub starter: Option<u32>,
}

/// What a catalog says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogInfo {
    pub origin: CatalogOrigin,
    /// How many films it has.
    pub films: u32,
}

impl CatalogFilm {
    pub fn ids(&self) -> ExternalIds {
        ExternalIds {
            imdb_id: self.imdb_id.clone(),
            tmdb_id: self.tmdb_id,
            wikidata_id: self.wikidata_id.clone(),
        }
    }

    /// Title, original title and other titles, each once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let original = self.original_title.as_deref();
        let others = self.other_titles.iter().map(String::as_str);
        std::iter::once(self.title.as_str())
            .chain(original)
            .chain(others)
    }

    /// The film without anything that cannot be stored or is no id, year or length. `None` if that
    /// leaves no title.
    pub(super) fn cleaned(self) -> Option<Self> {
        let title = clean_name(&self.title)?;
        let mut used = vec![words_key(&title)];
        let original_title = clean_names(self.original_title, &mut used, 1).pop();
        let imdb_id = self.imdb_id.as_deref().and_then(facts::parse_imdb_id);
        let wikidata_id = self.wikidata_id.as_deref();
        Some(Self {
            other_titles: clean_names(self.other_titles, &mut used, MAX_OTHER_TITLES),
            original_title,
            title,
            year: self.year.filter(|year| YEARS.contains(year)),
            directors: clean_names(self.directors, &mut Vec::new(), MAX_DIRECTORS),
            runtime_minutes: self.runtime_minutes.filter(|minutes| *minutes > 0),
            genres: clean_names(self.genres, &mut Vec::new(), MAX_GENRES),
            countries: clean_names(self.countries, &mut Vec::new(), MAX_COUNTRIES),
            imdb_id,
            tmdb_id: self.tmdb_id.filter(|id| *id > 0),
            wikidata_id: wikidata_id.and_then(facts::parse_wikidata_id),
            letterboxd_id: self.letterboxd_id.filter(|id| is_letterboxd_id(id)),
            popularity: self.popularity,
        })
    }
}

fn clean_name(name: &str) -> Option<String> {
    clean_line(name, MAX_NAME)
        .ok()
        .filter(|name| !name.is_empty())
}

/// Up to `limit` of the names that are not in `used`, which holds folded names.
fn clean_names(
    names: impl IntoIterator<Item = String>,
    used: &mut Vec<String>,
    limit: usize,
) -> Vec<String> {
    let mut kept = Vec::new();
    for name in names.into_iter().filter_map(|name| clean_name(&name)) {
        let key = words_key(&name);
        if kept.len() < limit && !used.contains(&key) {
            used.push(key);
            kept.push(name);
        }
    }
    kept
}

pub(super) fn is_letterboxd_id(id: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !id.is_empty() && id.len() <= MAX_NAME && id.bytes().all(is_fit)
}

#[cfg(test)]
mod tests {
    use super::CatalogFilm;

    #[test]
    fn what_cannot_be_stored_is_left_out() {
        let film = CatalogFilm {
            title: "  Amélie ".to_owned(),
            original_title: Some("Le Fabuleux Destin d’Amélie Poulain".to_owned()),
            other_titles: vec!["AMELIE".to_owned(), "a\0b".to_owned(), "Amelie!".to_owned()],
            year: Some(12),
            directors: vec!["Jean-Pierre Jeunet".to_owned(), String::new()],
            runtime_minutes: Some(0),
            imdb_id: Some("nm0000001".to_owned()),
            tmdb_id: Some(194),
            letterboxd_id: Some("../amelie".to_owned()),
            ..CatalogFilm::default()
        };
        let cleaned = film.cleaned().expect("it has a title");
        let expected = CatalogFilm {
            title: "Amélie".to_owned(),
            original_title: Some("Le Fabuleux Destin d’Amélie Poulain".to_owned()),
            directors: vec!["Jean-Pierre Jeunet".to_owned()],
            tmdb_id: Some(194),
            ..CatalogFilm::default()
        };
        assert_eq!(cleaned, expected);
        assert_eq!(CatalogFilm::default().cleaned(), None);
    }
}
