//! The local catalog: films are found offline, forgivingly, and become movies with all their facts
//! once somebody chooses them.

mod files;
mod matching;
mod no_network;
mod search;
mod starter_films;

use axum::http::StatusCode;
use movies_diary::catalog::local::CatalogFilm;

use crate::support::catalog_payloads::tmdb;
use crate::support::catalog_stub::{CatalogStub, SEARCH, as_str_pairs, ok};
use crate::support::catalogs::{catalog_of, film, starter};
use crate::support::{App, ReviewBuilder, TestClient};

fn heats() -> Vec<CatalogFilm> {
    vec![
        CatalogFilm {
            tmdb_id: Some(949),
            runtime_minutes: Some(170),
            genres: vec!["Crime".to_owned(), "Drama".to_owned()],
            ..film("Heat", 1995, "Michael Mann", "tt0113277")
        },
        film("The Heat", 2013, "Paul Feig", "tt2404463"),
        film(
            "In the Heat of the Night",
            1967,
            "Norman Jewison",
            "tt0061811",
        ),
        film("Body Heat", 1981, "Lawrence Kasdan", "tt0082089"),
    ]
}

/// A review of the film with this id, whose title nobody typed.
fn by_id(name: &'static str, id: &str) -> ReviewBuilder {
    ReviewBuilder::of("", 0).with("year", "").with(name, id)
}

async fn suggestions(client: &TestClient, typed: &str) -> Vec<String> {
    let typed: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let page = client
        .htmx()
        .get(format!("/movies/suggest?q={typed}"))
        .await;
    page.texts("[role=option]:not(.later):not(.by-hand) .title")
}

#[tokio::test]
async fn a_fresh_install_finds_films_and_logs_them_with_their_facts() {
    let app = App::start_with_catalog(starter().await, &[]).await;
    let ada = app.member("ada").await;
    for (typed, title) in [
        ("the godf", "The Godfather"),
        ("godfahter", "The Godfather"),
        ("spirted away", "Spirited Away"),
        ("schindlers lits", "Schindler’s List"),
        ("tarkovski stalker", "Stalker"),
        ("parasite 2019", "Parasite"),
    ] {
        let found = suggestions(&ada, typed).await.join("|").replace('\'', "’");
        assert!(found.starts_with(title), "{typed}: {found}");
    }
    // Without JavaScript: the results are links, which lead to the form.
    let page = ada
        .get("/reviews/new?q=godfahter")
        .await
        .expect(StatusCode::OK);
    let form = page.attributes(".found li:first-child a", "href").remove(0);
    let form = ada
        .get(form)
        .await
        .expect(StatusCode::OK)
        .form("form.review");
    let fields = ["title", "year", "director", "imdb_id"];
    let filled = fields.map(|name| form.value(name).unwrap_or_default());
    assert_eq!(
        filled,
        ["The Godfather", "1972", "Francis Ford Coppola", "tt0068646"]
    );
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    let movie = ada.get("/").await.attributes(".entry .title a", "href");
    let page = ada.get(&movie[0]).await.expect(StatusCode::OK);
    let text = page.texts("main").join(" ");
    for fact in ["The Godfather", "1972", "Francis Ford Coppola", "175 min"] {
        assert!(text.contains(fact), "{fact} is missing in {text}");
    }
}

#[tokio::test]
async fn films_known_here_come_first_where_they_fit_equally_and_only_once() {
    let (catalog, _folder) = catalog_of(heats()).await;
    let app = App::start_with_catalog(catalog, &[]).await;
    let ada = app.member("ada").await;
    assert_eq!(
        suggestions(&ada, "heat").await,
        ["Heat", "The Heat", "In the Heat of the Night", "Body Heat"]
    );
    // By another name and without an id, yet it is the film of the catalog.
    ReviewBuilder::of("Body Heat", 1981).log(&ada).await;
    ReviewBuilder::of("Heat Wave", 2020).log(&ada).await;
    let page = ada.htmx().get("/movies/suggest?q=heat").await;
    let titles = page.texts("[role=option]:not(.later):not(.by-hand) .title");
    assert_eq!(
        titles,
        [
            "Heat",
            "The Heat",
            "Heat Wave",
            "Body Heat",
            "In the Heat of the Night"
        ]
    );
    let years = ada.get("/reviews/new?q=body+heat").await;
    assert_eq!(years.texts(".found li .title"), ["Body Heat"]);
}

#[tokio::test]
async fn online_sources_are_asked_only_for_what_the_catalog_does_not_have() {
    let stub = CatalogStub::start().await;
    let matrix = tmdb::results([tmdb::result(603, "The Matrix", "1999-03-31")]);
    stub.respond(SEARCH, &[], ok(matrix)).await;
    let (catalog, _folder) = catalog_of(heats()).await;
    let settings = stub.settings(&[("CATALOG", "tmdb")]);
    let app = App::start_with_catalog(catalog, &as_str_pairs(&settings)).await;
    let ada = app.member("ada").await;
    for (typed, asks) in [("heat", false), ("tt0113277", false), ("matrix", true)] {
        let page = ada.htmx().get(format!("/movies/suggest?q={typed}")).await;
        assert_eq!(page.has("li.asking"), asks, "{typed}");
        for path in ["/reviews/new", "/movies/found"] {
            ada.get(format!("{path}?q={typed}"))
                .await
                .expect(StatusCode::OK);
        }
        assert_eq!(!stub.requested_urls().await.is_empty(), asks, "{typed}");
    }
}

#[tokio::test]
async fn the_list_of_films_shows_members_what_the_catalog_has_besides() {
    let (catalog, _folder) = catalog_of(heats()).await;
    let app = App::start_with_catalog(catalog, &[]).await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let of_ada = ada.get("/movies?q=heat").await.texts("#movies .title");
    assert_eq!(
        of_ada,
        ["Heat", "The Heat", "In the Heat of the Night", "Body Heat"]
    );
    let of_visitor = app.visitor().get("/movies?q=heat").await;
    assert_eq!(of_visitor.texts("#movies .title"), ["Heat"]);
}

#[tokio::test]
async fn what_is_typed_by_hand_gets_the_ids_of_the_only_film_that_it_can_be() {
    let (catalog, _folder) = catalog_of(heats()).await;
    let app = App::start_with_catalog(catalog, &[]).await;
    let ada = app.member("ada").await;
    let typed = ReviewBuilder::of("heat", 1995).log(&ada).await;
    let movie = ada.movie_of(typed).await;
    let again = by_id("tmdb_id", "949").log(&ada).await;
    assert_eq!(ada.movie_of(again).await, movie);
    // Another director made another film, and a year off is not certain enough for a form.
    for (year, director) in [(1995, "Ada Lovelace"), (1996, "")] {
        let other = ReviewBuilder::of("Heat", year).with("director", director);
        let other = other.log(&ada).await;
        assert_ne!(ada.movie_of(other).await, movie, "{year} {director}");
    }
    // One that is here with another director stays what it is.
    ReviewBuilder::of("Body Heat", 1981)
        .with("director", "Ada Lovelace")
        .log(&ada)
        .await;
    let again = ReviewBuilder::of("Body Heat", 1981).log(&ada).await;
    let movie = ada.movie_of(again).await;
    let other = by_id("imdb_id", "tt0082089").log(&ada).await;
    assert_ne!(ada.movie_of(other).await, movie);
}

#[tokio::test]
async fn saved_and_listed_films_come_with_their_facts_too() {
    let (catalog, _folder) = catalog_of(heats()).await;
    let app = App::start_with_catalog(catalog, &[]).await;
    let ada = app.member("ada").await;
    let fields = [("title", "Body Heat"), ("year", "1981")];
    ada.post("/watchlist", &fields).await;
    let movies = ada.get("/movies?q=body").await;
    let movies = movies.attributes("#movies li:first-child a", "href");
    let page = ada.get(&movies[0]).await.expect(StatusCode::OK);
    let text = page.texts("main").join(" ");
    assert!(text.contains("Lawrence Kasdan"), "{text}");
}
