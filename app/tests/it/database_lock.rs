//! Another process holds SQLite's write lock, such as a backup program or the command line.

use std::str::FromStr;

use axum::http::StatusCode;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{Connection, Executor};

use crate::support::api_client::create_token;
use crate::support::databases::postgres_url;
use crate::support::{App, PASSWORD, ReviewBuilder, TestResponse};

#[tokio::test]
async fn while_another_process_writes_everything_waits_and_says_so() {
    if postgres_url().is_some() {
        return;
    }
    let app = App::start().await;
    let ada = app.member("ada").await;
    let token = create_token(&ada, "write").await.token;
    let program = app.api_client().with_token(&token);
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let form = ada.get("/reviews/new?q=x&by_hand=1").await;
    let form = form.form("form.review").set("title", "Ran");
    let form = form.set("year", "1985");

    let options = SqliteConnectOptions::from_str(&app.database.url()).expect("a file");
    let mut other = SqliteConnection::connect_with(&options)
        .await
        .expect("open");
    other.execute("BEGIN IMMEDIATE").await.expect("locked");
    // The next day, when reading would also extend the session and record the use of the token.
    app.state.clock.advance(chrono::TimeDelta::days(1));
    let name = serde_json::json!({ "display_name": "Ada L." });
    let visitor = app.visitor();
    let (page, fragment, api, signing_in, reading, health) = tokio::join!(
        ada.submit(&form),
        async { ada.htmx().submit(&form).await },
        program.patch("/api/me", &name),
        visitor.try_to_sign_in("ada", PASSWORD),
        ada.get("/users/ada"),
        async { app.visitor().get("/health").await },
    );
    for (answer, what) in [
        (page, "a page"),
        (fragment, "a fragment"),
        (api, "a program"),
        (signing_in, "a sign-in"),
    ] {
        assert_busy(&answer, what);
    }
    reading.expect(StatusCode::OK);
    health.expect(StatusCode::OK);

    other.execute("ROLLBACK").await.expect("released");
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    program.patch("/api/me", &name).await.expect(StatusCode::OK);
    app.visitor().sign_in("ada").await;
    assert_eq!(ada.get("/users/ada").await.titles().len(), 2);
}

#[track_caller]
fn assert_busy(answer: &TestResponse, what: &str) {
    assert_eq!(answer.status, 503, "{what}: {}", answer.body);
    assert_eq!(answer.header("retry-after"), "3", "{what}");
    assert!(answer.body.contains("Try again"), "{what}: {}", answer.body);
}
