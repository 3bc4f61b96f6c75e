//! The database is away: PostgreSQL stops, or the line to it is cut or goes silent.

use std::io::Write;

use axum::http::StatusCode;

use crate::support::databases::{TestDatabase, postgres};
use crate::support::line::{Line, State};
use crate::support::program::made_token;
use crate::support::{Answer, App, Review};

/// E6
#[tokio::test]
async fn cut_off_everybody_is_told_and_nothing_is_lost() {
    told_and_back(State::Cut).await;
}

/// E6: also where nobody says that nothing arrives.
#[tokio::test]
async fn without_a_word_everybody_is_told_and_nothing_is_lost() {
    told_and_back(State::Silent).await;
}

async fn told_and_back(state: State) {
    let Some((app, line)) = app_by_line().await else {
        return;
    };
    let ada = app.member("ada").await;
    let token = made_token(&ada, "write").await.token;
    let program = app.program().with_token(&token);
    let kept = Review::of("Heat", 1995).log(&ada).await;
    let form = ada.get("/reviews/new?q=x&by_hand=1").await;
    let form = form.form("form.review").set("title", "Ran");
    let form = form.set("year", "1985");

    line.be(state);
    // The first one finds it out.
    assert_away(&ada.get("/users/ada").await, "a member");
    assert_away(&ada.submit(&form).await, "a review");
    assert_away(&app.visitor().get("/").await, "a page");
    assert_away(&app.visitor().get("/feed.atom").await, "a feed");
    let toast = ada.htmx().get("/").await;
    assert_away(&toast, "a fragment");
    assert!(toast.body.contains("#toasts"));
    let problem = program.get("/api/me").await;
    assert_away(&problem, "the API");
    assert_eq!(problem.header("content-type"), "application/problem+json");
    let health = app.visitor().get("/health").await;
    let health = health.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health.body, "the database is not ready\n");

    line.be(State::Open);
    until_healthy(&app).await;
    let diary = ada.get("/users/ada").await.expect(StatusCode::OK);
    assert!(diary.has(&format!("#review-{kept}")));
    program.get("/api/me").await.expect(StatusCode::OK);
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    let diary = ada.get("/users/ada").await;
    assert!(diary.body.contains("Ran"));
    assert!(ada.is_signed_in().await);
}

/// E6: whoever it is that finds it out.
#[tokio::test]
async fn each_who_asks_first_is_told_the_same() {
    let Some((app, line)) = app_by_line().await else {
        return;
    };
    let ada = app.member("ada").await;
    let token = made_token(&ada, "read").await.token;
    let program = app.program().with_token(&token);
    for who in ["a visitor", "a member", "a program", "who signs in"] {
        line.be(State::Cut);
        let told = match who {
            "a visitor" => app.visitor().get("/").await,
            "a member" => ada.get("/").await,
            "a program" => program.get("/api/me").await,
            _ => app.visitor().try_to_sign_in("ada", "a guess").await,
        };
        assert_away(&told, who);
        line.be(State::Open);
        until_healthy(&app).await;
    }
}

/// A server whose line to its database can be cut, where that is PostgreSQL.
async fn app_by_line() -> Option<(App, Line)> {
    if postgres().is_none() {
        // Not by `eprintln!`, which is heard only of tests that fail.
        let told = "SKIPPED: a test of a database that is away, because SQLite never is";
        writeln!(std::io::stderr(), "{told}").expect("said");
        return None;
    }
    let database = TestDatabase::migrated().await;
    let line = Line::to(&database).await;
    let url = line.url(&database);
    Some((App::on(database, &[("DATABASE_URL", &url)]).await, line))
}

async fn until_healthy(app: &App) {
    while app.visitor().get("/health").await.status != 200 {
        tokio::task::yield_now().await;
    }
}

#[track_caller]
fn assert_away(answer: &Answer, who: &str) {
    assert_eq!(answer.status, 503, "{who}: {}", answer.body);
    assert_eq!(answer.header("retry-after"), "3", "{who}");
    assert!(answer.body.contains("cannot be reached"), "{who}");
}
