//! Corrections: of a movie by those who logged it, and of a review's film.

use axum::http::StatusCode;
use chrono::TimeDelta;
use movies_diary::diary::completion::complete_next;
use movies_diary::queue::Outcome;

use crate::support::outside::{SEARCH, Upstream, ok, pairs};
use crate::support::shapes::tmdb;
use crate::support::{Answer, App, Client, Review};

async fn correct(client: &Client, movie: i64, fields: &[(&str, &str)]) -> Answer {
    let page = client.get(format!("/movies/{movie}/correction")).await;
    let form = page.expect(StatusCode::OK);
    let form = form.form(&format!("form[action='/movies/{movie}/correction']"));
    let filled = fields
        .iter()
        .fold(form, |form, (name, value)| form.set(name, value));
    client.submit(&filled).await
}

/// Takes back the correction of a field.
async fn undo(admin: &Client, movie: i64) -> Answer {
    let page = admin.get(format!("/movies/{movie}")).await;
    let form = page.form("form[action^='/movies/corrections/']");
    admin.submit(&form).await
}

fn heading(page: &Answer) -> String {
    page.texts("header.movie h1").remove(0)
}

#[tokio::test]
async fn who_logged_a_film_corrects_it_and_an_admin_takes_that_back() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let boss = app.admin("boss").await;
    Review::of("Haet", 1996).log(&ada).await;
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
    let page = ada.follow(&correct(&ada, 1, &fields).await).await;
    assert_eq!(heading(&page), "Heat 1995");
    assert!(page.texts("main")[0].contains("Directed by Michael Mann"));
    assert_eq!(ada.get("/").await.titles(), ["Heat"]);
    // Found by its new name and not by the old one.
    for (typed, found) in [("heat", 1), ("mann", 1), ("haet", 0)] {
        let list = ada.htmx().get(format!("/movies/suggest?q={typed}")).await;
        assert_eq!(list.texts("[role=option] .title").len(), found, "{typed}");
    }

    let page = boss.get("/movies/1").await;
    let told = page.texts(".byline").join(" ");
    for part in [
        "ADA corrected the title",
        "“Haet”",
        "“1996”",
        "nobody was named",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(
        !ada.get("/movies/1")
            .await
            .has("form[action^='/movies/corrections/']")
    );
    for _ in 0..3 {
        undo(&boss, 1).await.expect(StatusCode::SEE_OTHER);
    }
    let page = boss.get("/movies/1").await;
    assert_eq!(heading(&page), "Haet 1996");
    assert!(!page.texts("main")[0].contains("Directed by"));
    assert!(!page.has("form[action^='/movies/corrections/']"));
}

#[tokio::test]
async fn of_two_corrections_the_last_is_taken_back_first() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    Review::of("A", 1995).log(&ada).await;
    for title in ["B", "C"] {
        correct(&ada, 1, &[("title", title)]).await;
    }
    let first = "/movies/corrections/1/undoing";
    assert_eq!(ada.post(first, &[]).await.status, 404, "a later one stands");
    for expected in ["B 1995", "A 1995"] {
        undo(&ada, 1).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(heading(&ada.get("/movies/1").await), expected);
    }
    assert_eq!(ada.post(first, &[]).await.status, 404, "once");
}

#[tokio::test]
async fn a_correction_that_makes_no_sense_is_told_beside_its_field() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    let page = correct(&ada, 1, &[("title", " "), ("year", "95")]).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.errors().len(), 2);
    let form = page.form("form[action='/movies/1/correction']");
    assert_eq!(form.value("year"), Some("95"), "what was typed is there");
    assert_eq!(heading(&ada.get("/movies/1").await), "Heat 1995");
}

/// A typing error made two films of one.
#[tokio::test]
async fn a_film_that_is_corrected_to_one_that_is_here_becomes_one_with_it() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let grace = app.member("grace").await;
    Review::of("Heat", 1995).log(&grace).await;
    Review::of("Haet", 1995).log(&ada).await;
    let corrected = correct(&ada, 2, &[("title", "Heat")]).await;
    assert_eq!(corrected.header("location"), "/movies/1");
    let page = ada.get("/movies/1").await;
    assert_eq!(page.titles().len(), 2);
    assert_eq!(ada.get("/movies/2").await.header("location"), "/movies/1");

    // Where several are called so, who made it tells them apart.
    for director in ["Ada", "Grace"] {
        let crash = Review::of("Crash", 1996).with("director", director);
        crash.log(&grace).await;
    }
    Review::of("Carsh", 1996).log(&ada).await;
    let page = correct(&ada, 5, &[("title", "Crash")]).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.errors()[0].contains("Say who directed it"));
    let fields = [("title", "Crash"), ("director", "Grace")];
    let corrected = correct(&ada, 5, &fields).await;
    assert_eq!(corrected.header("location"), "/movies/4");
}

/// "Never overwriting what a member corrected by hand."
#[tokio::test]
async fn the_catalog_does_not_change_what_a_member_corrected() {
    let upstream = Upstream::start().await;
    let hits = tmdb::results([tmdb::result(603, "The Matrix", "1999-03-31")]);
    upstream.answers(SEARCH, &[], ok(hits)).await;
    let details = tmdb::details(603, "The Matrix", "1999-03-31");
    upstream
        .answers("/tmdb/3/movie/603", &[], ok(details))
        .await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let settings = pairs(&settings);
    let app = App::with(&settings).await;
    let complete = async || {
        let state = &app.state;
        let next = || complete_next(&state.db, &state.clock, &state.outside, &state.events);
        while next().await.expect("an outcome") == Outcome::Worked {}
    };
    let ada = app.admin("ada").await;
    Review::of("The Matrix", 1999).log(&ada).await;
    complete().await;
    let fields = [("title", "Matrix, The"), ("director", "The Wachowskis")];
    correct(&ada, 1, &fields)
        .await
        .expect(StatusCode::SEE_OTHER);
    let told = ada.get("/movies/1").await.texts(".byline").join(" ");
    assert!(told.contains("“The Matrix” (from TMDB)"), "{told}");

    upstream.reset().await;
    let newer = tmdb::details(603, "The Matrix!", "2000-01-01").with("runtime", 150);
    upstream.answers("/tmdb/3/movie/603", &[], ok(newer)).await;
    let refresh = async || {
        app.state.clock.advance(TimeDelta::days(31));
        ada.sign_in("ada").await;
        Review::of("Matrix, The", 1999)
            .with("imdb_id", "tt1000603")
            .log(&ada)
            .await;
        complete().await;
        ada.get("/movies/1").await
    };
    let page = refresh().await;
    assert_eq!(
        heading(&page),
        "Matrix, The 2000",
        "the year was not corrected"
    );
    assert!(page.texts("main")[0].contains("Directed by The Wachowskis"));
    assert!(page.body.contains("150 min"));
    // Taken back, it is the catalog's again.
    for _ in 0..2 {
        undo(&ada, 1).await.expect(StatusCode::SEE_OTHER);
    }
    let page = refresh().await;
    assert_eq!(heading(&page), "The Matrix! 2000");
    assert!(page.body.contains("Lilly Wachowski"));
}

/// What was asked about a film as it was does not count once it is corrected.
#[tokio::test]
async fn an_answer_under_way_does_not_undo_a_correction() {
    let upstream = Upstream::start().await;
    let hits = ok(tmdb::results([tmdb::result(700, "Heeat", "1995-01-01")]));
    let late = hits.set_delay(std::time::Duration::from_millis(500));
    upstream.answers(SEARCH, &[], late).await;
    let details = tmdb::details(700, "Heeat", "1995-01-01");
    upstream
        .answers("/tmdb/3/movie/700", &[], ok(details))
        .await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let app = App::with(&pairs(&settings)).await;
    let ada = app.member("ada").await;
    Review::of("Heeat", 1995).log(&ada).await;
    let state = app.state.clone();
    let asking = tokio::spawn(async move {
        complete_next(&state.db, &state.clock, &state.outside, &state.events).await
    });
    while upstream.count(SEARCH).await == 0 {
        tokio::task::yield_now().await;
    }
    correct(&ada, 1, &[("title", "Heat")]).await;
    let asked = asking.await.expect("no panic").expect("an outcome");
    assert_eq!(asked, Outcome::Worked);
    let page = ada.get("/movies/1").await;
    assert_eq!(heading(&page), "Heat 1995");
    assert!(!page.body.contains("136 min"), "facts of another film");
}

/// One member does not move the reviews of others.
#[tokio::test]
async fn a_film_that_others_logged_does_not_go_into_another_by_one_members_word() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let grace = app.member("grace").await;
    let boss = app.admin("boss").await;
    Review::of("Heat", 1995).log(&grace).await;
    Review::of("Thief", 1981).log(&grace).await;
    Review::of("Thief", 1981).log(&ada).await;
    let fields = [("title", "Heat"), ("year", "1995")];
    let page = correct(&ada, 2, &fields).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.errors()[0].contains("others have logged this one"));
    assert_eq!(ada.get("/movies/2").await.titles().len(), 2);
    let corrected = correct(&boss, 2, &fields).await;
    assert_eq!(corrected.header("location"), "/movies/1");
}

/// A name may have a comma in it.
#[tokio::test]
async fn directors_that_nobody_touched_stay_as_they_are() {
    let upstream = Upstream::start().await;
    let crew = serde_json::json!({ "crew": [{ "job": "Director", "name": "Robert Downey, Sr." }] });
    let details = tmdb::details(800, "Putney Swope", "1969-07-10").with("credits", crew);
    upstream
        .answers("/tmdb/3/movie/800", &[], ok(details))
        .await;
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let app = App::with(&pairs(&settings)).await;
    let ada = app.admin("ada").await;
    let putney = Review::of("Putney Swope", 1969).with("tmdb_id", "800");
    putney.log(&ada).await;
    let state = &app.state;
    let next = || complete_next(&state.db, &state.clock, &state.outside, &state.events);
    while next().await.expect("an outcome") == Outcome::Worked {}
    correct(&ada, 1, &[("year", "1970")]).await;
    let page = ada.get("/movies/1").await;
    assert!(page.texts("main")[0].contains("Directed by Robert Downey, Sr."));
    let told = page.texts(".byline").join(" ");
    assert!(!told.contains("the directors"), "{told}");
}

#[tokio::test]
async fn the_wrong_film_is_put_right_and_what_was_written_stays() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let grace = app.member("grace").await;
    Review::of("Heat", 1995).log(&grace).await;
    let wrong = Review::of("Heat", 1986)
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
    assert_eq!(review.attributes(".entry .title a", "href"), ["/movies/1"]);
    assert_eq!(review.texts(".comment"), ["The diner."]);
    assert_eq!(
        review.attributes(".stars", "aria-label"),
        ["4.5 of 5 stars"]
    );
    assert_eq!(ada.get("/movies/1").await.titles().len(), 2);
    assert_eq!(ada.get("/movies/2").await.titles().len(), 0);

    // By hand, where nothing fits.
    let page = ada.get(format!("{link}?q=nothing")).await;
    assert!(page.body.contains("No other film"));
    let by_hand = page.form("details form");
    let refused = ada.submit(&by_hand.clone().set("title", "Thief")).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.form("details form").value("title"), Some("Thief"));
    let thief = by_hand.set("title", "Thief").set("year", "1981");
    let review = ada.follow(&ada.submit(&thief).await).await;
    assert_eq!(review.titles(), ["Thief"]);

    // Whoever has the old form open is told.
    let stale = edit.form("form.review");
    assert_eq!(ada.submit(&stale).await.status, 409);
    // Nobody else puts it right.
    let fields = [("movie", "1")];
    assert_eq!(grace.post(&link, &fields).await.status, 404);
    assert_eq!(ada.post(&link, &[("movie", "99")]).await.status, 404);
}

#[tokio::test]
async fn several_films_that_fit_are_asked_about() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for director in ["Ada", "Grace"] {
        let crash = Review::of("Crash", 1996).with("director", director);
        crash.log(&ada).await;
    }
    let id = Review::of("Heat", 1995).log(&ada).await;
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
