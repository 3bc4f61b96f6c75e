//! A film as a row of an answer describes it.

use serde_json::Value;

use crate::catalog::local::CatalogFilm;
use crate::catalog::sources::wikidata::item::{LabelLanguages, minutes_of};
use crate::catalog::sources::{genres, sanitize};

/// The most values read of one column.
const MAX_VALUES: usize = 200;

/// `None` for a row without an id or a title.
pub(super) fn film_of(row: &Value, languages: &LabelLanguages) -> Option<CatalogFilm> {
    let film = row["film"]["value"].as_str()?;
    let wikidata_id = sanitize::wikidata_id(film.rsplit('/').next()?)?;
    let labels = labels_by_preference(row, languages);
    let mut names: Vec<_> = labels
        .iter()
        .filter_map(|name| sanitize::title(name))
        .collect();
    let mut originals = values(row, "originals").filter_map(sanitize::title);
    let original = originals.next();
    // Without a label, the film is called by its original title.
    let title = match names.is_empty() {
        true => original.clone()?,
        false => names.remove(0),
    };
    names.extend(originals);
    names.extend(values(row, "aliases").filter_map(sanitize::title));
    Some(CatalogFilm {
        original_title: original.filter(|original| *original != title),
        title,
        other_titles: names,
        year: text(row, "released").and_then(sanitize::year),
        directors: sanitize::directors(director_names(row, languages)),
        runtime_minutes: runtime_of(row),
        genres: genres::canonical(values(row, "genres")),
        countries: values(row, "countries")
            .filter_map(sanitize::genre)
            .collect(),
        imdb_id: values(row, "imdb").find_map(sanitize::imdb_id),
        tmdb_id: values(row, "tmdb").find_map(|id| id.parse().ok().and_then(sanitize::tmdb_id)),
        wikidata_id: Some(wikidata_id),
        letterboxd_id: values(row, "letterboxd").next().map(str::to_owned),
        popularity: text(row, "sitelinks")
            .and_then(|links| links.parse().ok())
            .unwrap_or(0),
    })
}

fn text<'a>(row: &'a Value, column: &str) -> Option<&'a str> {
    row[column]["value"].as_str()
}

/// The values of a column, one a line.
fn values<'a>(row: &'a Value, column: &str) -> impl Iterator<Item = &'a str> {
    let lines = text(row, column).unwrap_or_default().split('\n');
    lines.filter(|value| !value.is_empty()).take(MAX_VALUES)
}

/// Each label comes as `de:Der Pate`.
fn labels_by_preference<'a>(row: &'a Value, languages: &'a LabelLanguages) -> Vec<&'a str> {
    let labels: Vec<_> = values(row, "labels")
        .filter_map(|it| it.split_once(':'))
        .collect();
    let in_language = |code| labels.iter().filter(move |(of, _)| *of == code);
    let labels = languages.codes().flat_map(in_language);
    labels.map(|(_, label)| *label).collect()
}

/// Each name of a director comes as `Q56094:en:Francis Ford Coppola`.
fn director_names<'a>(row: &'a Value, languages: &LabelLanguages) -> Vec<&'a str> {
    let mut people: Vec<(&str, usize, &str)> = Vec::new();
    for name in values(row, "directors") {
        let mut parts = name.splitn(3, ':');
        let (Some(id), Some(language), Some(name)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let Some(rank) = languages.codes().position(|code| code == language) else {
            continue;
        };
        match people.iter_mut().find(|(known, _, _)| *known == id) {
            Some(known) if rank < known.1 => *known = (id, rank, name),
            Some(_) => {}
            None => people.push((id, rank, name)),
        }
    }
    people.into_iter().map(|(_, _, name)| name).collect()
}

/// The shortest of several: the others are longer versions. Each comes as an amount and a unit.
fn runtime_of(row: &Value) -> Option<i16> {
    let lengths = values(row, "runtimes").filter_map(|length| {
        let (amount, unit) = length.split_once(' ')?;
        minutes_of(amount, unit)
    });
    lengths.min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::answer::read_rows;
    use super::film_of;
    use crate::catalog::local::CatalogFilm;
    use crate::catalog::sources::fuzz::mutated_json;
    use crate::catalog::sources::sanitize;
    use crate::catalog::sources::wikidata::item::LabelLanguages;

    fn row(columns: &[(&str, &str)]) -> Value {
        let cell = |(name, value): &(&str, &str)| {
            (
                (*name).to_owned(),
                json!({ "type": "literal", "value": value }),
            )
        };
        Value::Object(columns.iter().map(cell).collect())
    }

    fn the_godfather() -> Value {
        row(&[
            ("film", "http://www.wikidata.org/entity/Q47703"),
            ("released", "1972-03-15T00:00:00Z"),
            ("sitelinks", "117"),
            (
                "labels",
                "en:The Godfather\nmul:The Godfather: Part I\nde:Der Pate",
            ),
            ("aliases", "Godfather 1\nThe Godfather"),
            ("originals", "The Godfather"),
            (
                "directors",
                "Q56094:en:Francis Ford Coppola\nQ56094:de:F. F. Coppola\nQ1:mul:Ann",
            ),
            (
                "runtimes",
                "177 http://www.wikidata.org/entity/Q7727\n2.92 http://www.wikidata.org/entity/Q25235",
            ),
            ("genres", "crime film\ndrama film"),
            ("countries", "United States"),
            ("imdb", "nm0000338\ntt0068646"),
            ("tmdb", "238"),
            ("letterboxd", "the-godfather"),
        ])
    }

    #[test]
    fn a_film_is_called_as_in_the_language_of_the_catalog() {
        let film = film_of(&the_godfather(), &LabelLanguages::new("de")).expect("a film");
        let names = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        let expected = CatalogFilm {
            title: "Der Pate".to_owned(),
            original_title: Some("The Godfather".to_owned()),
            other_titles: names(&[
                "The Godfather",
                "The Godfather: Part I",
                "Godfather 1",
                "The Godfather",
            ]),
            year: Some(1972),
            directors: names(&["F. F. Coppola", "Ann"]),
            runtime_minutes: Some(175),
            genres: names(&["Crime", "Drama"]),
            countries: names(&["United States"]),
            imdb_id: Some("tt0068646".to_owned()),
            tmdb_id: Some(238),
            wikidata_id: Some("Q47703".to_owned()),
            letterboxd_id: Some("the-godfather".to_owned()),
            popularity: 117,
        };
        assert_eq!(film, expected);
        let english = film_of(&the_godfather(), &LabelLanguages::new("en")).expect("a film");
        assert_eq!(english.title, "The Godfather");
        assert_eq!(english.original_title, None);
        assert_eq!(english.directors, ["Francis Ford Coppola", "Ann"]);
    }

    #[test]
    fn what_is_missing_stays_empty_and_a_film_needs_an_id_and_a_name() {
        let id = ("film", "http://www.wikidata.org/entity/Q1");
        let languages = LabelLanguages::new("de");
        let bare = film_of(&row(&[id, ("originals", "Ran")]), &languages).expect("a film");
        let expected = CatalogFilm {
            title: "Ran".to_owned(),
            wikidata_id: Some("Q1".to_owned()),
            ..CatalogFilm::default()
        };
        assert_eq!(bare, expected);
        for nothing in [
            row(&[id]),
            row(&[("labels", "en:Heat")]),
            row(&[id, ("labels", "fr:Heat")]),
            row(&[id, ("labels", "en:\u{200b}")]),
            row(&[
                ("film", "http://www.wikidata.org/entity/P31"),
                ("labels", "en:Heat"),
            ]),
            json!({ "film": 7 }),
            json!([]),
        ] {
            assert_eq!(film_of(&nothing, &languages), None, "{nothing}");
        }
        let bad_year = row(&[
            id,
            ("labels", "en:Ran"),
            ("released", "-0044-03-15T00:00:00Z"),
        ]);
        assert_eq!(
            film_of(&bad_year, &languages).and_then(|film| film.year),
            None
        );
    }

    proptest! {
        #[test]
        fn any_answer_is_read_without_harm(
            answer in mutated_json(json!({
                "head": { "vars": ["film", "labels"] },
                "results": { "bindings": [the_godfather(), the_godfather()] },
            })),
            cut in any::<prop::sample::Index>(),
            is_cut in any::<bool>(),
        ) {
            let languages = LabelLanguages::new("de");
            let mut body = serde_json::to_vec(&answer).expect("JSON");
            if is_cut {
                body.truncate(cut.index(body.len() + 1));
            }
            let mut films = Vec::new();
            let _ = read_rows(&body, |row| films.extend(film_of(row, &languages)));
            for film in films {
                let names = film.names().chain(film.directors.iter().map(String::as_str));
                for name in names {
                    prop_assert_eq!(sanitize::title(name), Some(name.to_owned()));
                }
                let id = film.wikidata_id.as_deref().and_then(sanitize::wikidata_id);
                prop_assert!(id.is_some());
                prop_assert!(film.year.is_none_or(|year| (1888..=2200).contains(&year)));
                prop_assert!(film.runtime_minutes.is_none_or(|it| (1..=2_000).contains(&it)));
                prop_assert_eq!(film.tmdb_id.and_then(sanitize::tmdb_id), film.tmdb_id);
            }
        }
    }
}
