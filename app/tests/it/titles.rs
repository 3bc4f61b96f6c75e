//! A title is its words: films are recognised, found and sorted however somebody typed them, also
//! without a year, and also those of an older release.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::api_client::create_token;
use crate::support::databases::postgres_url;
use crate::support::{App, ReviewBuilder, TestClient, TestResponse};

async fn log(client: &TestClient, title: &str, year: i32) -> i64 {
    let review = ReviewBuilder::of(title, year).log(client).await;
    client.movie_of(review).await
}

async fn suggested(client: &TestClient, typed: &str) -> Vec<String> {
    let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let found = client
        .htmx()
        .get(format!("/movies/suggest?q={query}"))
        .await;
    found.texts("[role=option] .title")
}

#[tokio::test]
async fn a_film_typed_another_way_is_the_same_film() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = app.api_client();
    let program = program.with_token(&create_token(&ada, "write").await.token);
    for (known, typed) in [
        ("Schindler's List", "Schindler’s List"),
        ("Spider-Man: No Way Home", "SPIDER MAN – No Way Home!"),
        ("Romeo + Juliet", "Romeo & Juliet"),
        ("Kill Bill: Vol. 1", "Kill Bill Volume 1"),
        ("Łowcy głów", "Lowcy glow"),
        ("8½", "8 1/2"),
    ] {
        let movie = log(&ada, known, 1993).await;
        assert_eq!(log(&ada, typed, 1993).await, movie, "{typed}");
        let review = json!({ "title": typed, "year": 1993 });
        let logged = program.post("/api/reviews", &review).await.json();
        assert_eq!(logged["movie_id"], movie, "{typed}");
        assert_ne!(log(&ada, typed, 1994).await, movie, "another year");
    }
    assert_ne!(log(&ada, "9", 2009).await, log(&ada, "Nine", 2009).await);
    let undefeated = log(&ada, "Undefeated", 2011).await;
    assert_ne!(log(&ada, "The Undefeated", 2011).await, undefeated);
}

#[tokio::test]
async fn searches_know_numbers_articles_and_abbreviations() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for title in [
        "Rocky II",
        "The Godfather",
        "Romeo + Juliet",
        "Dr. No",
        "Kramer vs. Kramer",
    ] {
        ReviewBuilder::of(title, 1979).log(&ada).await;
    }
    let mission = ReviewBuilder::of("Mission: Impossible III", 2006);
    mission.with("director", "J. J. Abrams").log(&ada).await;
    for (typed, found) in [
        ("rocky 2", "Rocky II"),
        ("rocky two", "Rocky II"),
        ("godfather, the", "The Godfather"),
        ("a godfather", "The Godfather"),
        ("romeo and juliet", "Romeo + Juliet"),
        ("romeo & juliet", "Romeo + Juliet"),
        ("doctor no", "Dr. No"),
        ("kramer versus", "Kramer vs. Kramer"),
        ("jj abrams", "Mission: Impossible III"),
        ("mission impossible 3", "Mission: Impossible III"),
    ] {
        assert_eq!(suggested(&ada, typed).await, [found], "{typed}");
    }
}

/// An accent alone folds to nothing.
#[tokio::test]
async fn a_search_for_nothing_finds_nothing() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    for typed in ["¨", "\u{301}", "…"] {
        assert_eq!(suggested(&ada, typed).await, [""; 0], "{typed}");
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        for path in ["/movies?q=", "/reviews/new?q=", "/api/movies?query="] {
            ada.get(format!("{path}{query}"))
                .await
                .expect(StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn lists_sort_letters_of_all_alphabets_where_they_are_looked_for() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for title in ["Øst", "Lz", "Zulu", "Łódź", "“Heat”", "Ost", "The Zoo"] {
        ReviewBuilder::of(title, 2000).log(&ada).await;
    }
    let page = ada.get("/movies").await;
    let titles = page.texts(".movies .title");
    assert_eq!(titles, ["“Heat”", "Łódź", "Lz", "Øst", "The Zoo", "Zulu"]);
}

#[tokio::test]
async fn a_film_needs_no_year() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let log = async |fields: &[(&str, &str)]| {
        let mut form = ada
            .get("/reviews/new?q=x&by_hand=1")
            .await
            .form("form.review");
        for (name, value) in fields {
            form = form.set(name, value);
        }
        let page = ada.follow(&ada.submit(&form.set("year", "")).await).await;
        let path = page
            .attributes(".entry a[href^='/reviews/']", "href")
            .remove(0);
        let review = path.rsplit('/').next().and_then(|id| id.parse().ok());
        ada.movie_of(review.expect("an id")).await
    };
    let movie = log(&[("title", "Heat")]).await;
    let page = ada.get(format!("/movies/{movie}")).await;
    assert!(
        page.texts("h1")[0].contains("year unknown"),
        "{:?}",
        page.texts("h1")
    );
    assert_eq!(
        log(&[("title", "HEAT")]).await,
        movie,
        "of two without a year"
    );

    // A year is no contradiction, but without a director nothing says that it is the same.
    let of_1995 = ReviewBuilder::of("Heat", 1995).with("director", "Michael Mann");
    let known = ada.movie_of(of_1995.log(&ada).await).await;
    assert_ne!(known, movie);
    let same = [("title", "Heat"), ("director", "michael mann")];
    assert_eq!(log(&same).await, known);
    let other = log(&[("title", "Ran"), ("director", "Akira Kurosawa")]).await;
    let with_year = ReviewBuilder::of("Ran", 1985).with("director", "Akira Kurosawa");
    assert_eq!(ada.movie_of(with_year.log(&ada).await).await, other);
    let page = ada.get(format!("/movies/{other}")).await;
    assert_eq!(page.texts("h1"), ["Ran 1985"], "the year is taken over");
    for path in [
        "/",
        "/users/ada",
        "/users/ada?view=trends",
        "/movies?sort=newest",
        "/feed.atom",
    ] {
        ada.get(path).await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn the_api_takes_an_id_alone() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = app.api_client();
    let program = program.with_token(&create_token(&ada, "write").await.token);
    let log = async |review: serde_json::Value| {
        let logged = program.post("/api/reviews", &review).await;
        logged.expect(StatusCode::CREATED).json()
    };
    let first = log(json!({ "imdb_id": "tt0113277" })).await;
    assert_eq!(
        (&first["title"], &first["year"]),
        (&json!("tt0113277"), &json!(null))
    );
    let again = log(json!({ "imdb_id": "tt0113277", "title": "Heat", "year": 1995 })).await;
    assert_eq!(again["movie_id"], first["movie_id"]);
    assert_eq!(
        (&again["title"], &again["year"]),
        (&json!("Heat"), &json!(1995))
    );
    let by_tmdb = log(json!({ "tmdb_id": 949 })).await;
    assert_eq!(by_tmdb["title"], "TMDB 949");
    let nothing = program.post("/api/reviews", &json!({ "year": 1995 })).await;
    assert_eq!(nothing.status, 422, "{}", nothing.body);
}

/// Makes the data look as an older release left it.
async fn app_with_doubles() -> (App, TestClient) {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    for (title, director) in [
        ("Schindler's List", "J. J. Abrams"),
        ("Placeholder 2", "Somebody Else"),
        ("Crash", "Ada"),
        ("Placeholder 4", "Grace"),
        ("Face/Off", ""),
        ("Placeholder 6", ""),
        ("Placeholder 7", ""),
    ] {
        let review = ReviewBuilder::of(title, 1993).with("director", director);
        review.log(&boss).await;
    }
    for person in [
        "name_key = 'j. j. abrams' WHERE name = 'J. J. Abrams'",
        "name = 'JJ Abrams', name_key = 'jj abrams' WHERE name = 'Somebody Else'",
    ] {
        app.execute(&format!("UPDATE person SET {person}")).await;
    }
    for (id, title) in [
        (1, "Schindler''s List"),
        (2, "Schindler’s List"),
        (4, "Crash!"),
        (5, "Face/Off"),
        (6, "Face-Off"),
        (7, "Face Off"),
    ] {
        let key = title.to_lowercase();
        app.execute(&format!(
            "UPDATE movie SET title = '{title}', title_key = '{key}', sort_key = '{key}', \
                 identity_key = 'title 1993 {key}' WHERE id = {id}"
        ))
        .await;
    }
    app.execute("UPDATE site SET keys_version = 0").await;
    let App {
        state, database, ..
    } = app;
    state.db.close().await.expect("it closes");
    let app = App::start_on(database, &[]).await;
    let mut boss = boss;
    boss.set_router(app.router.clone());
    (app, boss)
}

fn backups_in(app: &App) -> usize {
    let folder = app.database.folder().join("backups");
    std::fs::read_dir(folder).map_or(0, |files| files.count())
}

async fn merge_first(boss: &TestClient) -> TestResponse {
    let page = boss.get("/admin/doubles").await;
    boss.submit(&page.form("form[action='/admin/doubles']"))
        .await
}

#[tokio::test]
async fn doubles_of_an_older_release_are_merged_or_offered() {
    let (app, boss) = app_with_doubles().await;
    let is_postgres = postgres_url().is_some();
    let leads_on = boss.get("/movies/2").await.status == 303;
    assert_eq!(leads_on, !is_postgres, "only after a backup");
    assert_eq!(backups_in(&app), usize::from(!is_postgres));
    let page = boss.get("/admin/doubles").await;
    let groups = page.texts("section.card").len();
    assert_eq!(groups, if is_postgres { 2 } else { 1 }, "{}", page.body);
    for id in [3, 4] {
        let page = boss.get(format!("/movies/{id}")).await;
        page.expect(StatusCode::OK);
    }
    let merges = if is_postgres { 3 } else { 2 };
    for _ in 0..merges {
        merge_first(&boss).await.expect(StatusCode::SEE_OTHER);
    }
    assert!(
        boss.get("/admin/doubles")
            .await
            .body
            .contains("There are none.")
    );
    assert_eq!(boss.get("/movies/2").await.header("location"), "/movies/1");
    assert_eq!(boss.get("/movies/1").await.titles().len(), 2);
    assert_eq!(boss.get("/movies/5").await.titles().len(), 3);
    assert_eq!(
        boss.get("/movies/1").await.texts(".lead a"),
        ["J. J. Abrams"]
    );
    assert_eq!(suggested(&boss, "faceoff").await, ["Face/Off"]);

    let undo = boss.get("/movies/1").await;
    let undo = undo.form("form[action^='/movies/merges/']");
    boss.submit(&undo).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(boss.get("/movies/2").await.titles().len(), 1, "as before");
    assert!(
        boss.get("/admin/doubles")
            .await
            .has("form[action='/admin/doubles']")
    );
}
