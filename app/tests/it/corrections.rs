//! Corrections: of a movie by members who logged it, and of which movie a review is about.

use axum::http::StatusCode;
use chrono::TimeDelta;
use movies_diary::diary::completion::complete_next;
use movies_diary::queue::QueueOutcome;

use crate::support::catalog_payloads::tmdb;
use crate::support::catalog_stub::{CatalogStub, SEARCH, as_str_pairs, ok};
use crate::support::{App, ReviewBuilder, TestClient, TestResponse};

pub async fn submit_correction(
    client: &TestClient,
    movie: i64,
    fields: &[(&str, &str)],
) -> TestResponse {
    let page = client.get(format!("/movies/{movie}/correction")).await;
    let form = page.expect(StatusCode::OK);
    let form = form.form(&format!("form[action='/movies/{movie}/correction']"));
    let filled = fields
        .iter()
        .fold(form, |form, (name, value)| form.set(name, value));
    client.submit(&filled).await
}

/// Undoes the latest correction of a field.
async fn undo_correction(admin: &TestClient, movie: i64) -> TestResponse {
    let page = admin.get(format!("/movies/{movie}")).await;
    let form = page.form("form[action^='/movies/corrections/']");
    admin.submit(&form).await
}

fn movie_heading(page: &TestResponse) -> String {
    page.texts("header.movie h1").remove(0)
}

#[tokio::test]
async fn members_correct_a_movie_they_logged_and_admins_undo_it() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let boss = app.admin("boss").await;
    ReviewBuilder::of("Haet", 1996).log(&ada).await;
    assert!(
        ada.get("/movies/1")
            .await
            .has("a[href='/movies/1/correction']")
    );
    let fields = [
        ("title", "Heat"),
        ("year", "1995"),
        ("director", "Michael Mann"),
    ];
    let page = ada.follow(&submit_correction(&ada, 1, &fields).await).await;
    assert_eq!(movie_heading(&page), "Heat 1995");
    assert!(page.texts("main")[0].contains("Directed by Michael Mann"));
    assert_eq!(ada.get("/").await.titles(), ["Heat"]);
    // Search finds the new title, not the old one.
    for (typed, found) in [("heat", 1), ("mann", 1), ("haet", 0)] {
        let list = ada.htmx().get(format!("/movies/suggest?q={typed}")).await;
        assert_eq!(list.texts("[role=option] .title").len(), found, "{typed}");
    }

    let page = boss.get("/movies/1").await;
    let bylines = page.texts(".byline").join(" ");
    for part in ["ADA corrected the title", "“Haet”", "“1996”", "(was empty)"] {
        assert!(bylines.contains(part), "{part}: {bylines}");
    }
    assert!(
        !ada.get("/movies/1")
            .await
            .has("form[action^='/movies/corrections/']")
    );
    for _ in 0..3 {
        undo_correction(&boss, 1)
            .await
            .expect(StatusCode::SEE_OTHER);
    }
    let page = boss.get("/movies/1").await;
    assert_eq!(movie_heading(&page), "Haet 1996");
    assert!(!page.texts("main")[0].contains("Directed by"));
    assert!(!page.has("form[action^='/movies/corrections/']"));
}

#[tokio::test]
async fn corrections_are_undone_from_the_latest_on() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    ReviewBuilder::of("A", 1995).log(&ada).await;
    for title in ["B", "C"] {
        submit_correction(&ada, 1, &[("title", title)]).await;
    }
    let first = "/movies/corrections/1/undoing";
    assert_eq!(ada.post(first, &[]).await.status, 404, "a later one stands");
    for expected in ["B 1995", "A 1995"] {
        undo_correction(&ada, 1).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(movie_heading(&ada.get("/movies/1").await), expected);
    }
    assert_eq!(ada.post(first, &[]).await.status, 404, "once");
}

#[tokio::test]
async fn an_invalid_correction_is_reported_by_field() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let page = submit_correction(&ada, 1, &[("title", " "), ("year", "95")]).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.errors().len(), 2);
    let form = page.form("form[action='/movies/1/correction']");
    assert_eq!(form.value("year"), Some("95"), "what was typed is there");
    assert_eq!(movie_heading(&ada.get("/movies/1").await), "Heat 1995");
}

/// A typo created a second entry for the same movie.
#[tokio::test]
async fn an_admin_who_corrects_to_an_existing_movie_merges_them() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    let grace = app.member("grace").await;
    ReviewBuilder::of("Heat", 1995).log(&grace).await;
    ReviewBuilder::of("Haet", 1995).log(&ada).await;
    let corrected = submit_correction(&ada, 2, &[("title", "Heat")]).await;
    assert_eq!(corrected.header("location"), "/movies/1");
    let page = ada.get("/movies/1").await;
    assert_eq!(page.titles().len(), 2);
    assert_eq!(ada.get("/movies/2").await.header("location"), "/movies/1");

    // If several movies match, the director decides.
    for director in ["Ada", "Grace"] {
        let crash = ReviewBuilder::of("Crash", 1996).with("director", director);
        crash.log(&grace).await;
    }
    ReviewBuilder::of("Carsh", 1996).log(&ada).await;
    let page = submit_correction(&ada, 5, &[("title", "Crash")]).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.errors()[0].contains("Add the director"));
    let fields = [("title", "Crash"), ("director", "Grace")];
    let corrected = submit_correction(&ada, 5, &fields).await;
    assert_eq!(corrected.header("location"), "/movies/4");
}

/// A refresh from the catalog never overwrites a member's correction.
#[tokio::test]
async fn the_catalog_does_not_change_what_a_member_corrected() {
    let upstream = CatalogStub::start().await;
    let hits = tmdb::results([tmdb::result(603, "The Matrix", "1999-03-31")]);
    upstream.respond(SEARCH, &[], ok(hits)).await;
    let details = tmdb::details(603, "The Matrix", "1999-03-31");
    upstream
        .respond("/tmdb/3/movie/603", &[], ok(details))
        .await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let settings = as_str_pairs(&settings);
    let app = App::start_with(&settings).await;
    let complete = async || {
        let state = &app.state;
        let next = || complete_next(&state.diary, &state.online_catalog, &state.events);
        while next().await.expect("an outcome") == QueueOutcome::Worked {}
    };
    let ada = app.admin("ada").await;
    ReviewBuilder::of("The Matrix", 1999).log(&ada).await;
    complete().await;
    let fields = [("title", "Matrix, The"), ("director", "The Wachowskis")];
    submit_correction(&ada, 1, &fields)
        .await
        .expect(StatusCode::SEE_OTHER);
    let bylines = ada.get("/movies/1").await.texts(".byline").join(" ");
    assert!(bylines.contains("“The Matrix”, from TMDB"), "{bylines}");

    upstream.reset().await;
    let newer = tmdb::details(603, "The Matrix!", "2000-01-01").with("runtime", 150);
    upstream.respond("/tmdb/3/movie/603", &[], ok(newer)).await;
    let refresh = async || {
        app.state.clock.advance(TimeDelta::days(31));
        ada.sign_in("ada").await;
        ReviewBuilder::of("Matrix, The", 1999)
            .with("imdb_id", "tt1000603")
            .log(&ada)
            .await;
        complete().await;
        ada.get("/movies/1").await
    };
    let page = refresh().await;
    assert_eq!(
        movie_heading(&page),
        "Matrix, The 2000",
        "the year was not corrected"
    );
    assert!(page.texts("main")[0].contains("Directed by The Wachowskis"));
    assert!(page.body.contains("150 min"));
    // After the correction is undone, the catalog's value counts again.
    for _ in 0..2 {
        undo_correction(&ada, 1).await.expect(StatusCode::SEE_OTHER);
    }
    let page = refresh().await;
    assert_eq!(movie_heading(&page), "The Matrix! 2000");
    assert!(page.body.contains("Lilly Wachowski"));
}

/// A catalog response for the old title is dropped if it arrives after a correction.
#[tokio::test]
async fn a_pending_lookup_does_not_undo_a_correction() {
    let upstream = CatalogStub::start().await;
    let hits = ok(tmdb::results([tmdb::result(700, "Heeat", "1995-01-01")]));
    let late = hits.set_delay(std::time::Duration::from_millis(500));
    upstream.respond(SEARCH, &[], late).await;
    let details = tmdb::details(700, "Heeat", "1995-01-01");
    upstream
        .respond("/tmdb/3/movie/700", &[], ok(details))
        .await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let app = App::start_with(&as_str_pairs(&settings)).await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heeat", 1995).log(&ada).await;
    let state = app.state.clone();
    let asking = tokio::spawn(async move {
        complete_next(&state.diary, &state.online_catalog, &state.events).await
    });
    while upstream.request_count(SEARCH).await == 0 {
        tokio::task::yield_now().await;
    }
    submit_correction(&ada, 1, &[("title", "Heat")]).await;
    let outcome = asking.await.expect("no panic").expect("an outcome");
    assert_eq!(outcome, QueueOutcome::Worked);
    let page = ada.get("/movies/1").await;
    assert_eq!(movie_heading(&page), "Heat 1995");
    assert!(!page.body.contains("136 min"), "facts of another film");
}

/// One member does not move the reviews of others, but an admin does.
#[tokio::test]
async fn a_member_moves_only_their_own_reviews_to_the_right_movie() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let grace = app.member("grace").await;
    let boss = app.admin("boss").await;
    ReviewBuilder::of("Heat", 1995).log(&grace).await;
    ReviewBuilder::of("Thief", 1981).log(&grace).await;
    ReviewBuilder::of("Thief", 1981).log(&ada).await;
    let fields = [("title", "Heat"), ("year", "1995")];
    let corrected = submit_correction(&ada, 2, &fields).await;
    assert_eq!(corrected.header("location"), "/movies/1");
    assert_eq!(ada.get("/movies/1").await.titles().len(), 2);
    assert_eq!(ada.get("/movies/2").await.titles().len(), 1);
    let corrected = submit_correction(&boss, 2, &fields).await;
    assert_eq!(corrected.header("location"), "/movies/1");
    assert_eq!(ada.get("/movies/1").await.titles().len(), 3);
    assert_eq!(ada.get("/movies/2").await.header("location"), "/movies/1");
}

/// A director's name may contain a comma.
#[tokio::test]
async fn untouched_directors_stay_as_they_are() {
    let upstream = CatalogStub::start().await;
    let crew = serde_json::json!({ "crew": [{ "job": "Director", "name": "Robert Downey, Sr." }] });
    let details = tmdb::details(800, "Putney Swope", "1969-07-10").with("credits", crew);
    upstream
        .respond("/tmdb/3/movie/800", &[], ok(details))
        .await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let app = App::start_with(&as_str_pairs(&settings)).await;
    let ada = app.admin("ada").await;
    let putney = ReviewBuilder::of("Putney Swope", 1969).with("tmdb_id", "800");
    putney.log(&ada).await;
    let state = &app.state;
    let next = || complete_next(&state.diary, &state.online_catalog, &state.events);
    while next().await.expect("an outcome") == QueueOutcome::Worked {}
    submit_correction(&ada, 1, &[("year", "1970")]).await;
    let page = ada.get("/movies/1").await;
    assert!(page.texts("main")[0].contains("Directed by Robert Downey, Sr."));
    let bylines = page.texts(".byline").join(" ");
    assert!(!bylines.contains("the directors"), "{bylines}");
}

#[tokio::test]
async fn changing_the_movie_keeps_the_review() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let grace = app.member("grace").await;
    ReviewBuilder::of("Heat", 1995).log(&grace).await;
    let wrong = ReviewBuilder::of("Heat", 1986)
        .with("comment", "The diner.")
        .with("rating", "4.5");
    let id = wrong.log(&ada).await;
    let edit = ada.get(format!("/reviews/{id}/edit")).await;
    let link = edit.attributes("a[href$='/movie']", "href").remove(0);
    let page = ada.get(&link).await.expect(StatusCode::OK);
    assert!(page.body.contains("This review is of"));
    let page = ada.get(format!("{link}?q=heat")).await;
    assert_eq!(
        page.texts(".found button"),
        ["Heat 1995"],
        "not the one it is of"
    );
    let answer = ada.submit(&page.form(".found form")).await;
    let review = ada.follow(&answer).await;
    assert_eq!(review.attributes("h1.title a", "href"), ["/movies/1"]);
    assert_eq!(review.texts(".words"), ["The diner."]);
    assert_eq!(
        review.attributes(".stars", "aria-label"),
        ["4.5 of 5 stars"]
    );
    assert_eq!(ada.get("/movies/1").await.titles().len(), 2);
    assert_eq!(ada.get("/movies/2").await.titles().len(), 0);

    // Entered by hand, where nothing matches.
    let page = ada.get(format!("{link}?q=nothing")).await;
    assert!(page.body.contains("No other film"));
    let by_hand = page.form("details form");
    let wrong_year = by_hand.clone().set("title", "Thief").set("year", "81");
    let refused = ada.submit(&wrong_year).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.form("details form").value("title"), Some("Thief"));
    let thief = by_hand.set("title", "Thief").set("year", "1981");
    let review = ada.follow(&ada.submit(&thief).await).await;
    assert_eq!(review.titles(), ["Thief"]);

    // The edit form that was opened before is out of date.
    let stale = edit.form("form.review");
    assert_eq!(ada.submit(&stale).await.status, 409);
    // Only the author may change the review's movie.
    let fields = [("movie", "1")];
    assert_eq!(grace.post(&link, &fields).await.status, 404);
    assert_eq!(ada.post(&link, &[("movie", "99")]).await.status, 404);
}

#[tokio::test]
async fn an_ambiguous_movie_offers_a_choice() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for director in ["Ada", "Grace"] {
        let crash = ReviewBuilder::of("Crash", 1996).with("director", director);
        crash.log(&ada).await;
    }
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let link = format!("/reviews/{id}/movie");
    let fields = [("title", "Crash"), ("year", "1996")];
    let page = ada.post(&link, &fields).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.texts("button[name=movie]").len(), 2);
    let chosen = page.attributes("button[name=movie]", "value").remove(1);
    let form = page.form("details form").set("movie", &chosen);
    let review = ada.follow(&ada.submit(&form).await).await;
    assert_eq!(review.titles(), ["Crash"]);
}
