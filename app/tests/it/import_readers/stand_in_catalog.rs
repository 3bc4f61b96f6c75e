//! The films of `films.json`, found as the catalog finds them: by ids, then by title and year.

use std::fs;

use movies_diary::text::fold;
use movies_diary::transfer::NamedFilm;
use serde_json::Value;

pub struct StandInCatalog(Vec<Value>);

/// Which film a row means.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FoundFilm {
    Known(String),
    /// Nobody knows it, but it can be typed.
    Typed(String, Option<i16>),
    /// It has to be asked: the reason, and the keys of films to choose from.
    Undecided(&'static str, Vec<String>, String, Option<i16>),
}

impl StandInCatalog {
    pub fn open() -> Self {
        let text = fs::read_to_string(format!("{}/films.json", super::FIXTURES));
        let mut value: Value = serde_json::from_str(&text.expect("films")).expect("JSON");
        let films = value["films"].take();
        Self(films.as_array().expect("films").clone())
    }

    pub fn find(&self, film: &NamedFilm) -> FoundFilm {
        if let Some(known) = self.by_id(film) {
            return FoundFilm::Known(key_of(known));
        }
        let title = film.title.clone().unwrap_or_default();
        let found = self.by_title(film);
        let director_fits = |known: &&&Value| {
            let directors = known["directors"].as_array().expect("directors");
            film.directors
                .iter()
                .any(|name| directors.iter().any(|known| known == name))
        };
        let directed: Vec<_> = found.iter().filter(director_fits).copied().collect();
        match (&found[..], &directed[..], film.year) {
            ([known], _, _) | (_, [known], _) => FoundFilm::Known(key_of(known)),
            ([], _, year) if film.may_be_series => {
                FoundFilm::Undecided("no_film", vec![], title, year)
            }
            ([], _, Some(_)) => FoundFilm::Typed(fold(&title), film.year),
            ([], _, None) => FoundFilm::Undecided("no_year", vec![], title, None),
            (several, _, year) => {
                let keys = several.iter().map(|film| key_of(film)).collect();
                FoundFilm::Undecided("several_films", keys, title, year)
            }
        }
    }

    fn by_id(&self, film: &NamedFilm) -> Option<&Value> {
        self.0.iter().find(|known| {
            let is_imdb = film
                .imdb_id
                .as_deref()
                .is_some_and(|id| known["imdb"] == id);
            is_imdb || film.tmdb_id.is_some_and(|id| known["tmdb"] == id)
        })
    }

    /// Films of this title and year, or of the year before or after if there is none.
    fn by_title(&self, film: &NamedFilm) -> Vec<&Value> {
        let wanted = [&film.title, &film.original_title].map(|title| folded(title.as_deref()));
        let has_title = |known: &&Value| {
            let others = known["other_titles"].as_array().expect("titles");
            let mut titles = others.iter().chain([&known["title"]]);
            titles.any(|title| wanted.contains(&folded(title.as_str())))
        };
        let found: Vec<_> = self.0.iter().filter(has_title).collect();
        let Some(year) = film.year else {
            return found;
        };
        for distance in 0..=1 {
            let is_near = |known: &&&Value| {
                let known = known["year"].as_i64().expect("a year");
                (known - i64::from(year)).abs() <= distance
            };
            let near: Vec<_> = found
                .iter()
                .copied()
                .filter(|known| is_near(&known))
                .collect();
            if !near.is_empty() {
                return near;
            }
        }
        Vec::new()
    }
}

fn key_of(film: &Value) -> String {
    film["key"].as_str().expect("a key").to_owned()
}

fn folded(title: Option<&str>) -> Option<String> {
    title.map(|title| fold(&title.replace('’', "'")))
}
