//! Matching rows of an import against our own movies and the catalog together.

use std::collections::HashSet;

use movies_diary::catalog::film_match::{FilmMatch, Rung, WantedFilm, match_films};
use movies_diary::catalog::local::{CatalogFilm, finding_key};
use movies_diary::text::{clean_line, words_key};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::by_id;
use crate::support::catalogs::{catalog_of, film};
use crate::support::{App, ReviewBuilder};

fn wanted(title: &str, year: i16) -> WantedFilm {
    WantedFilm {
        title: title.to_owned(),
        year: (year > 0).then_some(year),
        ..WantedFilm::default()
    }
}

fn describe(found: &FilmMatch) -> String {
    let name = |matched: &movies_diary::catalog::MatchedFilm| {
        let here = matched
            .known
            .as_ref()
            .map(|known| format!("{} here", known.title));
        let there = matched.film.as_ref().map(|film| film.title.clone());
        here.or(there).unwrap_or_default()
    };
    match found {
        FilmMatch::Exactly(matched, rung) => format!("{} by {}", name(matched), rung.name()),
        FilmMatch::Several(films) | FilmMatch::Similar(films) => {
            films.iter().map(name).collect::<Vec<_>>().join(" or ")
        }
        FilmMatch::Nothing => "nothing".to_owned(),
    }
}

#[tokio::test]
async fn movies_here_and_films_of_the_catalog_are_matched_together() {
    let films = [
        CatalogFilm {
            other_titles: vec!["Le Voyage de Chihiro".to_owned()],
            original_title: Some("千と千尋の神隠し".to_owned()),
            ..film("Spirited Away", 2001, "Hayao Miyazaki", "tt0245429")
        },
        film("Rocky II", 1979, "Sylvester Stallone", "tt0079817"),
        film("Solaris", 1972, "Andrei Tarkovsky", "tt0069293"),
        film("Alone", 2020, "Ada Lovelace", ""),
    ];
    let (catalog, _folder) = catalog_of(films).await;
    let app = App::start_with_catalog(catalog, &[]).await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Solaris", 2002).log(&ada).await;
    by_id("imdb_id", "tt0245429").log(&ada).await;
    let rows = [
        (
            wanted("le voyage de chihiro", 2001),
            "Spirited Away here by name-year",
        ),
        (
            wanted("千と千尋の神隠し", 2002),
            "Spirited Away here by name-near-year",
        ),
        (wanted("Rocky 2", 1979), "Rocky II by similar-name-year"),
        (
            wanted("Rocky 2", 1980),
            "Rocky II by similar-name-near-year",
        ),
        (wanted("Solaris", 2002), "Solaris here by name-year"),
        (wanted("Solaris", 0), "Solaris here or Solaris"),
        (wanted("Alone", 0), "Alone by only-name"),
        (wanted("Rocky II: The Fight", 1979), "Rocky II"),
        (wanted("Nothing of the kind", 1999), "nothing"),
    ];
    let all: Vec<_> = rows.iter().map(|(row, _)| row.clone()).collect();
    let state = &app.state;
    let found = match_films(&state.db, &state.local_catalog, &all).await;
    let found = found.expect("an answer");
    for ((row, expected), found) in rows.iter().zip(&found) {
        assert_eq!(&describe(found), expected, "{row:?}");
    }
}

#[test]
fn rungs_keep_their_names() {
    for rung in [Rung::Id, Rung::NameAndYear, Rung::OnlyOneOfThatName] {
        assert_eq!(Rung::parse(rung.name()), Some(rung));
    }
}

/// Whatever names films have, each is found by any of them, in whatever case it is typed.
#[tokio::test]
async fn every_name_that_goes_in_is_matched_exactly() {
    let names = proptest::collection::hash_set("\\PC{1,24}", 120);
    let names = names.new_tree(&mut TestRunner::default()).expect("names");
    // Folding decides what is the same, so each must have a key of its own.
    let mut keys = HashSet::new();
    let names: Vec<String> = names
        .current()
        .into_iter()
        .filter_map(|name| {
            let name = clean_line(&name, 255)
                .ok()
                .filter(|name| !name.is_empty())?;
            (keys.insert(words_key(&name)) && keys.insert(finding_key(&name) + " ")).then_some(name)
        })
        .collect();
    let films: Vec<_> = names
        .chunks_exact(2)
        .zip(1..)
        .map(|(names, id)| CatalogFilm {
            other_titles: vec![names[1].clone()],
            ..film(&names[0], 1900, "Ada Lovelace", &format!("tt{id:07}"))
        })
        .collect();
    assert!(films.len() > 30, "{}", films.len());
    let (catalog, _folder) = catalog_of(films.clone()).await;
    let app = App::start_with_catalog(catalog, &[]).await;
    let rows: Vec<(WantedFilm, &CatalogFilm)> = films
        .iter()
        .flat_map(|film| film.names().map(move |name| (name, film)))
        .map(|(name, film)| (wanted(name, 1900), film))
        .collect();
    let all: Vec<_> = rows.iter().map(|(row, _)| row.clone()).collect();
    let state = &app.state;
    let found = match_films(&state.db, &state.local_catalog, &all).await;
    for ((row, film), found) in rows.iter().zip(found.expect("an answer")) {
        let FilmMatch::Exactly(matched, Rung::NameAndYear) = &found else {
            panic!("{row:?}: {found:?}");
        };
        let ids = matched.film.as_ref().map(CatalogFilm::ids);
        assert_eq!(ids, Some(film.ids()), "{row:?}");
    }
}
