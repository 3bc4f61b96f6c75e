//! Searching the starter: what people type, with the film that they meant.

use std::collections::BTreeMap;

use movies_diary::catalog::CatalogQuery;
use movies_diary::catalog::local::{CatalogFilm, Fit, LocalCatalog};
use movies_diary::text::words_key;

use crate::support::catalogs::{catalog_of, film, starter};

/// The kinds in which a letter is wrong.
const TYPO: &str = "typo";

async fn titles(catalog: &LocalCatalog, typed: &str) -> Vec<(String, Option<i16>)> {
    let hits = catalog.search(&CatalogQuery::parse(typed), 8).await;
    hits.into_iter()
        .map(|hit| (words_key(&hit.film.title), hit.film.year))
        .collect()
}

/// The fields of a line; those in quotation marks may contain commas.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            c => fields.last_mut().expect("a field").push(c),
        }
    }
    fields
}

/// `typed_queries` has the columns kind, typed, title and year.
async fn check_typed(typed_queries: &str) {
    let catalog = starter().await;
    let mut missed: BTreeMap<bool, Vec<String>> = BTreeMap::new();
    let mut counts: BTreeMap<bool, usize> = BTreeMap::new();
    for line in typed_queries.lines().skip(1) {
        let fields = fields(line);
        let [kind, typed, title, year] = &fields[..] else {
            panic!("{line}");
        };
        let is_typo = kind == TYPO;
        let meant = (words_key(title), year.parse().ok());
        let among = if is_typo { 8 } else { 3 };
        let found = titles(&catalog, typed).await;
        *counts.entry(is_typo).or_default() += 1;
        if !found.iter().take(among).any(|film| *film == meant) {
            let missed = missed.entry(is_typo).or_default();
            missed.push(format!(
                "{kind}: {typed:?} is {title} {year}, not {found:?}"
            ));
        }
    }
    for (is_typo, percent) in [(false, 95), (true, 90)] {
        let (missed, count) = (
            missed.remove(&is_typo).unwrap_or_default(),
            counts[&is_typo],
        );
        let found = count - missed.len();
        let share = format!("found {found} of {count}\n{}", missed.join("\n"));
        assert!(found * 100 >= count * percent, "{share}");
    }
}

#[tokio::test]
async fn what_people_type_finds_the_film_that_they_mean() {
    check_typed(include_str!("../fixtures/typed_queries.csv")).await;
}

/// These were written when the search was done, so it is not made for them.
#[tokio::test]
async fn what_others_type_finds_the_film_that_they_mean() {
    check_typed(include_str!("../fixtures/typed_queries_after.csv")).await;
}

fn numbered(index: u32, title: &str) -> CatalogFilm {
    CatalogFilm {
        popularity: 100 - index,
        ..film(title, 2000, "Ada Lovelace", &format!("tt{index:07}"))
    }
}

#[tokio::test]
async fn exact_titles_come_before_words_and_words_before_mistakes() {
    let films = [
        "Alienation",
        "Aliens",
        "Alien",
        "Alier",
        "The Alien Factor",
        "Her",
        "Here",
    ];
    let films = (1..)
        .zip(films)
        .map(|(index, title)| numbered(index, title));
    let (catalog, _folder) = catalog_of(films).await;
    let query = CatalogQuery::parse("alien");
    let hits = catalog.search(&query, 8).await;
    let hits: Vec<_> = hits
        .iter()
        .map(|hit| (hit.film.title.as_str(), hit.fit))
        .collect();
    assert_eq!(
        hits,
        [
            ("Alien", Fit::Title),
            ("Alienation", Fit::Words),
            ("Aliens", Fit::Words),
            ("The Alien Factor", Fit::Words),
        ]
    );
    for (typed, found) in [
        ("hre", &[][..]),
        ("aleins", &["aliens"]),
        ("factor the", &["the alien factor"]),
        (
            "alien lovelace 2000",
            &["alienation", "aliens", "alien", "the alien factor"],
        ),
        ("aline lovelac", &["alien", "the alien factor"]),
    ] {
        let titles = titles(&catalog, typed).await;
        let mut titles: Vec<_> = titles.iter().map(|(title, _)| title.as_str()).collect();
        let mut found = found.to_vec();
        titles.sort();
        found.sort();
        assert_eq!(titles, found, "{typed}");
    }
}

#[tokio::test]
async fn whatever_is_typed_is_no_query_language() {
    let (catalog, _folder) = catalog_of([numbered(1, "Heat")]).await;
    for typed in [
        "\"",
        "heat\"",
        "heat OR",
        "NEAR(heat)",
        "words:heat",
        "heat*",
        "^heat",
        "-heat",
        "(((",
        "' OR 1=1 --",
        "\u{0}",
        "𝕙𝕖𝕒𝕥",
        "が",
        "heat AND NOT heat",
        "?",
        "%",
        "tt",
    ] {
        titles(&catalog, typed).await;
    }
    assert_eq!(titles(&catalog, "\"heat\" *").await.len(), 1);
}
