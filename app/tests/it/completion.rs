//! What the catalog adds: while somebody looks for a movie, and after they logged it.

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::movie_facts::{self, FactsState};
use entity::review;
use movies_diary::diary::completion::complete_next;
use movies_diary::queue::Outcome;
use sea_orm::EntityTrait;

use crate::support::outside::{SEARCH, TMDB, Upstream, ok, pairs, status};
use crate::support::shapes::tmdb;
use crate::support::{App, Client, Review};

const DETAILS: &str = "/tmdb/3/movie/603";
const BY_IMDB: &str = "/tmdb/3/find/tt0133093";

/// A server that asks a TMDB which knows The Matrix.
async fn start() -> (Upstream, App) {
    let upstream = Upstream::start().await;
    let matrix = tmdb::result(603, "Matrix", "1999-03-31").with("original_title", "The Matrix");
    let hits = tmdb::results([matrix]);
    upstream
        .answers(SEARCH, &[("query", "mat")], ok(hits.clone()))
        .await;
    upstream
        .answers(SEARCH, &[("query", "The Matrix")], ok(hits.clone()))
        .await;
    upstream
        .answers(SEARCH, &[("query", "Matrix")], ok(hits))
        .await;
    upstream.answers(SEARCH, &[], ok(tmdb::results([]))).await;
    upstream.answers(DETAILS, &[], ok(tmdb::the_matrix())).await;
    let found = tmdb::found([tmdb::result(603, "Matrix", "1999-03-31")]);
    upstream.answers(BY_IMDB, &[], ok(found)).await;
    let app = on(&upstream).await;
    (upstream, app)
}

async fn on(upstream: &Upstream) -> App {
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let settings = pairs(&settings);
    App::with(&settings).await
}

async fn complete(app: &App) -> Outcome {
    let state = &app.state;
    complete_next(&state.db, &state.clock, &state.outside, &state.events)
        .await
        .expect("an outcome")
}

/// Works until nothing is due.
async fn complete_all(app: &App) {
    while complete(app).await == Outcome::Worked {}
}

async fn facts_of(app: &App, movie: i64) -> movie_facts::Model {
    let row = movie_facts::Entity::find_by_id(movie)
        .one(app.state.db.reader())
        .await;
    row.expect("an answer").expect("facts")
}

async fn movie_of(app: &App, review: i64) -> i64 {
    let row = review::Entity::find_by_id(review)
        .one(app.state.db.reader())
        .await;
    row.expect("an answer").expect("a review").movie_id
}

#[tokio::test]
async fn three_letters_find_a_film_and_its_facts_arrive() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    let local = ada.htmx().get("/movies/suggest?q=mat").await;
    assert!(!local.has("[role=option] .title"), "nothing is known here");
    assert_eq!(
        upstream.count(TMDB).await,
        0,
        "the local answer asks nobody"
    );
    let ask = local.attributes(".asking", "hx-get").remove(0);
    let more = ada.htmx().get(&ask).await;
    assert_eq!(more.texts("[role=option]"), ["Matrix 1999 TMDB"]);

    let form = more.attributes("[role=option]", "hx-get").remove(0);
    let form = ada.get(&form).await;
    assert!(
        !form.has("input[name=title]:not([type=hidden])"),
        "nothing to type"
    );
    let before = upstream.asked().await.len();
    let answer = ada
        .submit(&form.form("form.review").set("rating", "4"))
        .await;
    answer.expect(StatusCode::SEE_OTHER);
    assert_eq!(
        upstream.asked().await.len(),
        before,
        "logging waits for nobody"
    );
    assert_eq!(ada.get("/").await.titles(), ["Matrix"]);

    complete_all(&app).await;
    let page = ada.get("/movies/1").await;
    for said in [
        "Directed by Lilly Wachowski, Lana Wachowski",
        "136 min",
        "Action, Science Fiction",
        "A hacker learns",
        "Original title: The Matrix",
        "tt0133093",
        "not endorsed",
    ] {
        assert!(
            page.texts("main")[0].contains(said) || page.body.contains(said),
            "{said}"
        );
    }
    // Now it is known here, by either title and by who made it, and not offered twice.
    for typed in ["the matrix", "wachowski mat", "matr 1999", "tt0133093"] {
        let query = typed.replace(' ', "+");
        let local = ada.htmx().get(format!("/movies/suggest?q={query}")).await;
        assert_eq!(local.texts("[role=option] .title"), ["Matrix"], "{typed}");
    }
    let more = ada.htmx().get("/movies/found?q=mat").await;
    assert!(!more.has("[role=option]"));
    // The list of movies asks as well, for members.
    let list = ada.htmx().get("/movies?q=xyz").await;
    assert_eq!(list.attributes(".asking[hx-get]", "hx-get").len(), 1);
    let list = app.visitor().htmx().get("/movies?q=xyz").await;
    assert!(!list.has(".asking[hx-get]"), "strangers ask nobody");
}

#[tokio::test]
async fn without_javascript_the_catalog_answers_as_links() {
    let (_upstream, app) = start().await;
    let ada = app.member("ada").await;
    for q in [
        "mat",
        "https://www.imdb.com/title/tt0133093/",
        "https://letterboxd.com/film/the-matrix/",
    ] {
        let query = url::form_urlencoded::byte_serialize(q.as_bytes()).collect::<String>();
        let page = ada.get(format!("/reviews/new?q={query}")).await;
        if !q.contains("letterboxd") {
            assert_eq!(page.texts(".found a"), page.texts(".found li"), "{q}");
            assert!(page.texts(".found a")[0].starts_with("Matrix 1999"), "{q}");
        }
        assert!(page.body.contains("by hand"), "{q}");
    }
}

#[tokio::test]
async fn a_typed_film_turns_out_to_be_one_that_is_here() {
    let (_upstream, app) = start().await;
    let ada = app.member("ada").await;
    let eve = app.member("eve").await;
    let first = Review::of("Matrix", 1999)
        .with("imdb_id", "tt0133093")
        .log(&ada)
        .await;
    complete_all(&app).await;
    // Another title, and so another movie, until the catalog says otherwise.
    let typed = Review::of("The Matrix", 1999).with("comment", "Whoa.");
    let second = typed.log(&eve).await;
    let deleted = typed.with("comment", "Deleted.").log(&eve).await;
    eve.post(format!("/reviews/{deleted}/deletion"), &[]).await;
    let (stays, goes) = (movie_of(&app, first).await, movie_of(&app, second).await);
    assert_ne!(stays, goes);
    complete_all(&app).await;
    assert_eq!(movie_of(&app, second).await, stays);
    assert_eq!(movie_of(&app, deleted).await, stays);
    let old = ada
        .get(format!("/movies/{goes}"))
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(old.header("location"), format!("/movies/{stays}"));
    assert_eq!(ada.get(format!("/movies/{stays}")).await.titles().len(), 2);
    // Whoever types that title, or chose it before it went, means the one that stays.
    let third = Review::of("the matrix", 1999).log(&ada).await;
    assert_eq!(movie_of(&app, third).await, stays);
    let form = ada
        .get(format!("/reviews/new?movie={stays}"))
        .await
        .form("form.review");
    ada.submit(&form.set("movie", &goes.to_string()))
        .await
        .expect(StatusCode::SEE_OTHER);
    let found = ada.htmx().get("/movies/suggest?q=matrix").await;
    assert_eq!(
        found.texts("[role=option] .title").len(),
        1,
        "it is listed once"
    );

    // An admin parts them again: what moved comes back, what came since stays.
    let boss = app.admin("boss").await;
    let page = boss.get(format!("/movies/{stays}")).await;
    let undo = page.form("form[action^='/movies/merges/']");
    boss.submit(&undo).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(movie_of(&app, second).await, goes);
    assert_eq!(movie_of(&app, deleted).await, goes);
    assert_eq!(movie_of(&app, third).await, stays);
    assert_eq!(
        ada.get(format!("/movies/{goes}")).await.titles(),
        ["The Matrix"]
    );
    complete_all(&app).await;
    assert_eq!(movie_of(&app, second).await, goes, "it is not merged again");
    boss.submit(&undo).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn three_films_become_one_and_part_in_any_order() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let boss = app.admin("boss").await;
    let mut movies = Vec::new();
    let mut reviews = Vec::new();
    for title in ["One", "Two", "Three"] {
        let review = Review::of(title, 1999).log(&ada).await;
        movies.push(movie_of(&app, review).await);
        reviews.push(review);
    }
    let [one, two, three] = movies[..] else {
        panic!("three")
    };
    // Of a film that one saw twice, under two names, the number of movies goes down.
    Review::of("Two", 1999).log(&boss).await;
    for (from, into) in [(one, two), (two, three)] {
        merge(&app, from, into).await;
        as_counted(&app).await;
    }
    assert_eq!(leads(&ada, one).await, Some(three));
    undo(&boss, &ada, three).await;
    as_counted(&app).await;
    // The second came back with the first, which had gone into it.
    assert_eq!(leads(&ada, two).await, None);
    assert_eq!(leads(&ada, one).await, Some(two));
    assert_eq!(movie_of(&app, reviews[0]).await, two);
    undo(&boss, &ada, two).await;
    as_counted(&app).await;
    assert_eq!(leads(&ada, one).await, None);
    assert_eq!(movie_of(&app, reviews[0]).await, one);
}

/// The numbers that are kept are those that counting gives.
async fn as_counted(app: &App) {
    let kept = movies_diary::diary::tally::verify(&app.state.db).await;
    assert_eq!(kept.expect("a count").wrong, 0);
}

async fn merge(app: &App, from: i64, into: i64) {
    let clock = app.state.clock.clone();
    let merged = app.state.db.write(move |tx| {
        Box::pin(async move { movies_diary::diary::commands::merge(tx, &clock, from, into).await })
    });
    assert!(merged.await.expect("merged"));
}

/// Where the address of a movie leads.
async fn leads(client: &Client, movie: i64) -> Option<i64> {
    let answer = client.get(format!("/movies/{movie}")).await;
    let location = answer.headers.get("location")?.to_str().ok()?.to_owned();
    location.rsplit('/').next()?.parse().ok()
}

async fn undo(boss: &Client, ada: &Client, movie: i64) {
    let page = boss.get(format!("/movies/{movie}")).await;
    let form = page.form("form[action^='/movies/merges/']");
    assert_ne!(ada.submit(&form).await.status, 303, "admins only");
    boss.submit(&form).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_cannot_be_asked_is_asked_again_and_given_up_visibly() {
    let upstream = Upstream::start().await;
    upstream.answers(SEARCH, &[], status(500)).await;
    let app = on(&upstream).await;
    let ada = app.member("ada").await;
    let review = Review::of("Heat", 1995).log(&ada).await;
    let movie = movie_of(&app, review).await;
    let mut tries = 0;
    while facts_of(&app, movie).await.state != FactsState::Failed {
        match complete(&app).await {
            Outcome::Worked => tries += 1,
            Outcome::Idle { until } => {
                let wait = until.expect("it is tried again") - app.state.clock.now();
                app.state
                    .clock
                    .advance(wait.max(TimeDelta::milliseconds(1)));
            }
        }
        assert!(tries < 20);
    }
    assert_eq!(tries, 9);
    assert_eq!(complete(&app).await, Outcome::Idle { until: None });
    assert_eq!(ada.get("/").await.titles(), ["Heat"], "as it was typed");
}

#[tokio::test]
async fn nobody_knows_it_and_a_month_later_it_is_asked_again() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    let review = Review::of("Ada’s Birthday", 2020).log(&ada).await;
    let movie = movie_of(&app, review).await;
    complete_all(&app).await;
    assert_eq!(facts_of(&app, movie).await.state, FactsState::Unknown);
    Review::of("Ada’s Birthday", 2020).log(&ada).await;
    complete_all(&app).await;
    assert_eq!(upstream.count(SEARCH).await, 1, "once a month is enough");
    app.state.clock.advance(TimeDelta::days(29));
    Review::of("Ada’s Birthday", 2020).log(&ada).await;
    assert_eq!(facts_of(&app, movie).await.state, FactsState::Unknown);
    app.state.clock.advance(TimeDelta::days(2));
    // The session has ended meanwhile.
    ada.sign_in("ada").await;
    Review::of("Ada’s Birthday", 2020).log(&ada).await;
    assert_eq!(facts_of(&app, movie).await.state, FactsState::Wanted);
}
