//! Reads a list of films from JSON: an array, or an object with one under `films`. The order is the
//! popularity, unless the films say theirs.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::build::CatalogBuilder;
use super::film::CatalogFilm;

/// A film as the list writes it. Unknown fields are left alone.
#[derive(Debug, Deserialize)]
struct JsonFilm {
    title: String,
    #[serde(default)]
    original_title: Option<String>,
    #[serde(default)]
    other_titles: Vec<String>,
    #[serde(default)]
    year: Option<i16>,
    #[serde(default)]
    directors: Vec<String>,
    #[serde(default, alias = "runtime")]
    minutes: Option<i16>,
    #[serde(default)]
    genres: Vec<String>,
    #[serde(default)]
    countries: Vec<String>,
    #[serde(default)]
    imdb: Option<String>,
    #[serde(default)]
    tmdb: Option<i64>,
    #[serde(default)]
    wikidata: Option<String>,
    #[serde(default)]
    letterboxd: Option<String>,
    #[serde(default)]
    popularity: u32,
}

impl From<JsonFilm> for CatalogFilm {
    fn from(listed: JsonFilm) -> Self {
        Self {
            title: listed.title,
            original_title: listed.original_title,
            other_titles: listed.other_titles,
            year: listed.year,
            directors: listed.directors,
            runtime_minutes: listed.minutes,
            genres: listed.genres,
            countries: listed.countries,
            imdb_id: listed.imdb,
            tmdb_id: listed.tmdb,
            wikidata_id: listed.wikidata,
            letterboxd_id: listed.letterboxd,
            popularity: listed.popularity,
        }
    }
}

/// Adds each film of the list, one at a time, so that a long list takes no memory.
pub fn read_film_list(from: impl Read, into: &mut CatalogBuilder) -> Result<(), serde_json::Error> {
    let mut json = serde_json::Deserializer::from_reader(from);
    json.deserialize_any(FilmListVisitor(into))?;
    json.end()
}

struct FilmListVisitor<'a>(&'a mut CatalogBuilder);

impl<'de> Visitor<'de> for FilmListVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of films")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut films: A) -> Result<(), A::Error> {
        while let Some(film) = films.next_element::<JsonFilm>()? {
            let added = self.0.add(film.into());
            added.map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<String>()? {
            if name == "films" {
                fields.next_value_seed(FilmListVisitor(self.0))?;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de> serde::de::DeserializeSeed<'de> for FilmListVisitor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, list: D) -> Result<(), D::Error> {
        list.deserialize_seq(self)
    }
}
