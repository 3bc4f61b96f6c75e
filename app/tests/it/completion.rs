//! What the online catalog adds: search results, and the facts of a movie after it was logged.

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::movie_facts::{self, FactsState};
use entity::review;
use movies_diary::db::advisory_lock;
use movies_diary::diary::completion::complete_next;
use movies_diary::queue::QueueOutcome;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, Statement};
use tokio::sync::oneshot;

use crate::support::catalog_payloads::tmdb;
use crate::support::catalog_stub::{CatalogStub, SEARCH, TMDB_PATH, as_str_pairs, ok, status};
use crate::support::databases::postgres_url;
use crate::support::{App, ReviewBuilder, TestClient};

const DETAILS_PATH: &str = "/tmdb/3/movie/603";
const FIND_BY_IMDB_PATH: &str = "/tmdb/3/find/tt0133093";

/// A server whose catalog is a TMDB stub that knows The Matrix.
async fn start_with_matrix() -> (CatalogStub, App) {
    let upstream = CatalogStub::start().await;
    let matrix = tmdb::result(603, "Matrix", "1999-03-31").with("original_title", "The Matrix");
    let hits = tmdb::results([matrix]);
    upstream
        .respond(SEARCH, &[("query", "mat")], ok(hits.clone()))
        .await;
    upstream
        .respond(SEARCH, &[("query", "The Matrix")], ok(hits.clone()))
        .await;
    upstream
        .respond(SEARCH, &[("query", "Matrix")], ok(hits))
        .await;
    upstream.respond(SEARCH, &[], ok(tmdb::results([]))).await;
    upstream
        .respond(DETAILS_PATH, &[], ok(tmdb::the_matrix()))
        .await;
    let found = tmdb::find_results([tmdb::result(603, "Matrix", "1999-03-31")]);
    upstream.respond(FIND_BY_IMDB_PATH, &[], ok(found)).await;
    let app = app_with_tmdb(&upstream).await;
    (upstream, app)
}

async fn app_with_tmdb(upstream: &CatalogStub) -> App {
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let settings = as_str_pairs(&settings);
    App::start_with(&settings).await
}

async fn complete_one(app: &App) -> QueueOutcome {
    let state = &app.state;
    complete_next(&state.diary, &state.online_catalog, &state.events)
        .await
        .expect("an outcome")
}

/// Runs jobs until none is due.
async fn complete_all_jobs(app: &App) {
    while complete_one(app).await == QueueOutcome::Worked {}
}

async fn facts_of(app: &App, movie: i64) -> movie_facts::Model {
    let row = movie_facts::Entity::find_by_id(movie)
        .one(app.state.db.reader())
        .await;
    row.expect("an answer").expect("facts")
}

async fn movie_of_review_row(app: &App, review: i64) -> i64 {
    let row = review::Entity::find_by_id(review)
        .one(app.state.db.reader())
        .await;
    row.expect("an answer").expect("a review").movie_id
}

#[tokio::test]
async fn three_letters_find_a_movie_and_its_facts_arrive() {
    let (upstream, app) = start_with_matrix().await;
    let ada = app.member("ada").await;
    let local = ada.htmx().get("/movies/suggest?q=mat").await;
    assert!(!local.has("[role=option] .title"), "nothing is known here");
    assert_eq!(
        upstream.request_count(TMDB_PATH).await,
        0,
        "the local answer asks nobody"
    );
    let ask = local.attributes(".asking", "hx-get").remove(0);
    let more = ada.htmx().get(&ask).await;
    assert_eq!(
        more.texts("[role=option]"),
        ["Matrix 1999 TMDB", "Save for later: Matrix"]
    );

    let form = more.attributes("[role=option]", "hx-get").remove(0);
    let form = ada.get(&form).await;
    assert!(
        !form.has("input[name=title]:not([type=hidden])"),
        "nothing to type"
    );
    let before = upstream.requested_urls().await.len();
    let answer = ada
        .submit(&form.form("form.review").set("rating", "4"))
        .await;
    answer.expect(StatusCode::SEE_OTHER);
    assert_eq!(
        upstream.requested_urls().await.len(),
        before,
        "logging waits for nobody"
    );
    assert_eq!(ada.get("/").await.titles(), ["Matrix"]);

    complete_all_jobs(&app).await;
    let page = ada.get("/movies/1").await;
    for text in [
        "Directed by Lilly Wachowski, Lana Wachowski",
        "136 min",
        "Action, Science Fiction",
        "A hacker learns",
        "Original title: The Matrix",
        "tt0133093",
        "not endorsed",
    ] {
        assert!(
            page.texts("main")[0].contains(text) || page.body.contains(text),
            "{text}"
        );
    }
    // The movie is known locally now, by either title and by its directors, and the catalog does
    // not offer it again.
    for typed in ["the matrix", "wachowski mat", "matr 1999", "tt0133093"] {
        let query = typed.replace(' ', "+");
        let local = ada.htmx().get(format!("/movies/suggest?q={query}")).await;
        assert_eq!(local.texts("[role=option] .title"), ["Matrix"], "{typed}");
    }
    let more = ada.htmx().get("/movies/found?q=mat").await;
    assert!(!more.has("[role=option]"));
    // The list of movies searches the catalog as well, for members.
    let list = ada.htmx().get("/movies?q=xyz").await;
    assert_eq!(list.attributes(".asking[hx-get]", "hx-get").len(), 1);
    let list = app.visitor().htmx().get("/movies?q=xyz").await;
    assert!(!list.has(".asking[hx-get]"), "strangers ask nobody");
}

#[tokio::test]
async fn without_javascript_the_catalog_answers_as_links() {
    let (_upstream, app) = start_with_matrix().await;
    let ada = app.member("ada").await;
    for q in [
        "mat",
        "https://www.imdb.com/title/tt0133093/",
        "https://letterboxd.com/film/the-matrix/",
    ] {
        let query = url::form_urlencoded::byte_serialize(q.as_bytes()).collect::<String>();
        let page = ada.get(format!("/reviews/new?q={query}")).await;
        if !q.contains("letterboxd") {
            let films = page.texts(".found a").len();
            assert_eq!(page.texts(".found li form button").len(), films, "{q}");
            assert!(page.texts(".found a")[0].starts_with("Matrix 1999"), "{q}");
        }
        assert!(page.body.contains("by hand"), "{q}");
    }
}

#[tokio::test]
async fn a_movie_entered_by_hand_merges_into_a_known_one() {
    let (_upstream, app) = start_with_matrix().await;
    let ada = app.member("ada").await;
    let eve = app.member("eve").await;
    let first = ReviewBuilder::of("Matrix", 1999)
        .with("imdb_id", "tt0133093")
        .log(&ada)
        .await;
    complete_all_jobs(&app).await;
    // Another title, so another movie until the catalog says otherwise.
    let typed = ReviewBuilder::of("The Matrix", 1999).with("comment", "Whoa.");
    let second = typed.log(&eve).await;
    let deleted = typed.with("comment", "Deleted.").log(&eve).await;
    eve.post(format!("/reviews/{deleted}/deletion"), &[]).await;
    let (stays, goes) = (
        movie_of_review_row(&app, first).await,
        movie_of_review_row(&app, second).await,
    );
    assert_ne!(stays, goes);
    complete_all_jobs(&app).await;
    assert_eq!(movie_of_review_row(&app, second).await, stays);
    assert_eq!(movie_of_review_row(&app, deleted).await, stays);
    let old = ada
        .get(format!("/movies/{goes}"))
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(old.header("location"), format!("/movies/{stays}"));
    assert_eq!(ada.get(format!("/movies/{stays}")).await.titles().len(), 2);
    // Entering the title of the merged movie, or choosing that movie before the merge, leads to the
    // one that stays.
    let third = ReviewBuilder::of("the matrix", 1999).log(&ada).await;
    assert_eq!(movie_of_review_row(&app, third).await, stays);
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

    // An admin undoes the merge: the reviews that moved come back, later ones stay.
    let boss = app.admin("boss").await;
    let page = boss.get(format!("/movies/{stays}")).await;
    let undo = page.form("form[action^='/movies/merges/']");
    boss.submit(&undo).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(movie_of_review_row(&app, second).await, goes);
    assert_eq!(movie_of_review_row(&app, deleted).await, goes);
    assert_eq!(movie_of_review_row(&app, third).await, stays);
    assert_eq!(
        ada.get(format!("/movies/{goes}")).await.titles(),
        ["The Matrix"]
    );
    complete_all_jobs(&app).await;
    assert_eq!(
        movie_of_review_row(&app, second).await,
        goes,
        "it is not merged again"
    );
    boss.submit(&undo).await.expect(StatusCode::NOT_FOUND);
}

/// One lookup can show that three movies are the same.
#[tokio::test]
async fn three_entries_of_one_movie_end_up_as_one() {
    let (_upstream, app) = start_with_matrix().await;
    let ada = app.member("ada").await;
    let mut reviews = Vec::new();
    for entered in [
        ReviewBuilder::of("The Matrix", 1999),
        ReviewBuilder::of("Matriks", 1999).with("imdb_id", "tt0133093"),
        ReviewBuilder::of("Die Matrix", 1998).with("tmdb_id", "603"),
    ] {
        reviews.push(entered.log(&ada).await);
    }
    complete_all_jobs(&app).await;
    let stays = movie_of_review_row(&app, reviews[0]).await;
    for review in &reviews {
        assert_eq!(movie_of_review_row(&app, *review).await, stays);
    }
    assert_eq!(facts_of(&app, stays).await.state, FactsState::Known);
    let page = ada.get(format!("/movies/{stays}")).await;
    assert_eq!(page.titles().len(), 3);
    assert!(page.body.contains("136 min"));
    assert_tallies_match(&app).await;
}

/// A lookup that merges, and a review of another entry of the same movie, wait for the tallies at
/// the same time. Neither then waits for the other.
#[tokio::test]
async fn merging_and_logging_at_once_do_not_block_each_other() {
    if postgres_url().is_none() {
        // SQLite has a single writer.
        return;
    }
    let (_upstream, app) = start_with_matrix().await;
    let ada = app.member("ada").await;
    for entered in [
        ReviewBuilder::of("The Matrix", 1999),
        ReviewBuilder::of("Matriks", 1999).with("imdb_id", "tt0133093"),
        ReviewBuilder::of("Die Matrix", 1998).with("tmdb_id", "603"),
    ] {
        entered.log(&ada).await;
    }
    let form = ada.get("/reviews/new?movie=3").await.form("form.review");
    let (holding, is_held) = oneshot::channel();
    let (release, released) = oneshot::channel::<()>();
    let db = app.state.db.clone();
    let holder = tokio::spawn(async move {
        db.write(move |tx| {
            Box::pin(async move {
                advisory_lock(tx, "tallies").await?;
                holding.send(()).expect("it is waited for");
                released.await.expect("it is released");
                Ok::<_, DbErr>(())
            })
        })
        .await
    });
    is_held.await.expect("it is held");
    let merging = async {
        let merged = complete_one(&app).await;
        assert_eq!(merged, QueueOutcome::Worked);
    };
    let logging = async {
        wait_for_waiting_transactions(&app, 1).await;
        let answer = ada.submit(&form);
        answer.await.expect(StatusCode::SEE_OTHER);
    };
    let releasing = async {
        wait_for_waiting_transactions(&app, 2).await;
        release.send(()).expect("it is held");
    };
    tokio::join!(merging, logging, releasing);
    holder.await.expect("no panic").expect("committed");
    complete_all_jobs(&app).await;
    assert_eq!(ada.get("/").await.titles().len(), 4);
    assert_tallies_match(&app).await;
}

/// Waits until this many transactions wait for an advisory lock.
async fn wait_for_waiting_transactions(app: &App, count: i64) {
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    loop {
        let statement = Statement::from_string(DbBackend::Postgres, waiting);
        let row = app.state.db.reader().query_one_raw(statement).await;
        let row = row.expect("an answer").expect("a row");
        if row.try_get_by_index(0) == Ok(count) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn merges_of_three_movies_can_be_undone() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let boss = app.admin("boss").await;
    let mut movies = Vec::new();
    let mut reviews = Vec::new();
    for title in ["One", "Two", "Three"] {
        let review = ReviewBuilder::of(title, 1999).log(&ada).await;
        movies.push(movie_of_review_row(&app, review).await);
        reviews.push(review);
    }
    let [one, two, three] = movies[..] else {
        panic!("three")
    };
    // This member has seen both movies, so merging them lowers the member's number of movies.
    ReviewBuilder::of("Two", 1999).log(&boss).await;
    for (from, into) in [(one, two), (two, three)] {
        merge_movies(&app, from, into).await;
        assert_tallies_match(&app).await;
    }
    assert_eq!(redirect_target(&ada, one).await, Some(three));
    undo_merge(&boss, &ada, three).await;
    assert_tallies_match(&app).await;
    // The second movie came back with the first one, which was merged into it earlier.
    assert_eq!(redirect_target(&ada, two).await, None);
    assert_eq!(redirect_target(&ada, one).await, Some(two));
    assert_eq!(movie_of_review_row(&app, reviews[0]).await, two);
    undo_merge(&boss, &ada, two).await;
    assert_tallies_match(&app).await;
    assert_eq!(redirect_target(&ada, one).await, None);
    assert_eq!(movie_of_review_row(&app, reviews[0]).await, one);
}

/// The stored tallies match a recount.
async fn assert_tallies_match(app: &App) {
    let check = movies_diary::diary::tally::verify(&app.state.db).await;
    assert_eq!(check.expect("a count").wrong, 0);
}

pub async fn merge_movies(app: &App, from: i64, into: i64) {
    use movies_diary::diary::commands::merge_movies as merge;
    use movies_diary::revision::{Change, record_change};
    let writer = app.state.diary.clone();
    let merged = app.state.db.write(move |tx| {
        Box::pin(async move {
            let merged = merge(tx, &writer, from, into).await?;
            // As whoever merges movies does.
            record_change(tx, &writer.clock, Change::Movie(into)).await?;
            Ok::<_, sea_orm::DbErr>(merged)
        })
    });
    assert!(merged.await.expect("merged"));
}

/// The movie that the address of `movie` redirects to.
async fn redirect_target(client: &TestClient, movie: i64) -> Option<i64> {
    let answer = client.get(format!("/movies/{movie}")).await;
    let location = answer.headers.get("location")?.to_str().ok()?.to_owned();
    location.rsplit('/').next()?.parse().ok()
}

async fn undo_merge(boss: &TestClient, ada: &TestClient, movie: i64) {
    let page = boss.get(format!("/movies/{movie}")).await;
    let form = page.form("form[action^='/movies/merges/']");
    assert_ne!(ada.submit(&form).await.status, 303, "admins only");
    boss.submit(&form).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn failed_lookups_are_retried_and_given_up() {
    let upstream = CatalogStub::start().await;
    upstream.respond(SEARCH, &[], status(500)).await;
    let app = app_with_tmdb(&upstream).await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let movie = movie_of_review_row(&app, review).await;
    let mut tries = 0;
    while facts_of(&app, movie).await.state != FactsState::Failed {
        match complete_one(&app).await {
            QueueOutcome::Worked => tries += 1,
            QueueOutcome::Idle { until } => {
                let wait = until.expect("it is tried again") - app.state.clock.now();
                app.state
                    .clock
                    .advance(wait.max(TimeDelta::milliseconds(1)));
            }
        }
        assert!(tries < 20);
    }
    assert_eq!(tries, 9);
    assert_eq!(complete_one(&app).await, QueueOutcome::Idle { until: None });
    assert_eq!(ada.get("/").await.titles(), ["Heat"], "as it was typed");
}

#[tokio::test]
async fn an_unknown_movie_is_looked_up_again_after_a_month() {
    let (upstream, app) = start_with_matrix().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Ada’s Birthday", 2020).log(&ada).await;
    let movie = movie_of_review_row(&app, review).await;
    complete_all_jobs(&app).await;
    assert_eq!(facts_of(&app, movie).await.state, FactsState::Unknown);
    ReviewBuilder::of("Ada’s Birthday", 2020).log(&ada).await;
    complete_all_jobs(&app).await;
    assert_eq!(
        upstream.request_count(SEARCH).await,
        1,
        "once a month is enough"
    );
    app.state.clock.advance(TimeDelta::days(29));
    ReviewBuilder::of("Ada’s Birthday", 2020).log(&ada).await;
    assert_eq!(facts_of(&app, movie).await.state, FactsState::Unknown);
    app.state.clock.advance(TimeDelta::days(2));
    // The session has expired by now.
    ada.sign_in("ada").await;
    ReviewBuilder::of("Ada’s Birthday", 2020).log(&ada).await;
    assert_eq!(facts_of(&app, movie).await.state, FactsState::Queued);
}
