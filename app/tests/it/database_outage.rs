//! The database is unreachable: PostgreSQL stops, or the connection to it breaks or stalls.

use std::io::Write;

use axum::http::StatusCode;

use crate::support::api_client::create_token;
use crate::support::database_proxy::{DatabaseProxy, ProxyState};
use crate::support::databases::{TestDatabase, postgres_url};
use crate::support::{App, ReviewBuilder, TestResponse};

#[tokio::test]
async fn a_broken_connection_is_reported_and_recovers() {
    reports_and_recovers(ProxyState::Disconnected).await;
}

/// A stalled connection reports no error; only a timeout reveals it.
#[tokio::test]
async fn a_stalled_connection_is_reported_and_recovers() {
    reports_and_recovers(ProxyState::Stalled).await;
}

async fn reports_and_recovers(state: ProxyState) {
    let Some((app, proxy)) = app_behind_proxy().await else {
        return;
    };
    let ada = app.member("ada").await;
    let token = create_token(&ada, "write").await.token;
    let program = app.api_client().with_token(&token);
    let review = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let form = ada.get("/reviews/new?q=x&by_hand=1").await;
    let form = form.form("form.review").set("title", "Ran");
    let form = form.set("year", "1985");

    proxy.set_state(state);
    // The first request discovers the outage.
    assert_database_unreachable(&ada.get("/users/ada").await, "a member");
    assert_database_unreachable(&ada.submit(&form).await, "a review");
    assert_database_unreachable(&app.visitor().get("/").await, "a page");
    assert_database_unreachable(&app.visitor().get("/feed.atom").await, "a feed");
    let toast = ada.htmx().get("/").await;
    assert_database_unreachable(&toast, "a fragment");
    assert!(toast.body.contains("#toasts"));
    let problem = program.get("/api/me").await;
    assert_database_unreachable(&problem, "the API");
    assert_eq!(problem.header("content-type"), "application/problem+json");
    let health = app.visitor().get("/health").await;
    let health = health.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health.body, "the database is not ready\n");

    proxy.set_state(ProxyState::Open);
    wait_until_healthy(&app).await;
    let diary = ada.get("/users/ada").await.expect(StatusCode::OK);
    assert!(diary.has(&format!("#review-{review}")));
    program.get("/api/me").await.expect(StatusCode::OK);
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    let diary = ada.get("/users/ada").await;
    assert!(diary.body.contains("Ran"));
    assert!(ada.is_signed_in().await);
}

/// It makes no difference which kind of request discovers the outage.
#[tokio::test]
async fn any_request_can_discover_the_outage() {
    let Some((app, proxy)) = app_behind_proxy().await else {
        return;
    };
    let ada = app.member("ada").await;
    let token = create_token(&ada, "read").await.token;
    let program = app.api_client().with_token(&token);
    for who in ["a visitor", "a member", "a program", "who signs in"] {
        proxy.set_state(ProxyState::Disconnected);
        let response = match who {
            "a visitor" => app.visitor().get("/").await,
            "a member" => ada.get("/").await,
            "a program" => program.get("/api/me").await,
            _ => app.visitor().try_to_sign_in("ada", "a guess").await,
        };
        assert_database_unreachable(&response, who);
        proxy.set_state(ProxyState::Open);
        wait_until_healthy(&app).await;
    }
}

/// A server behind a proxy to its database; `None` on SQLite.
async fn app_behind_proxy() -> Option<(App, DatabaseProxy)> {
    if postgres_url().is_none() {
        // Not `eprintln!`: the test harness shows its output only for failing tests.
        let notice = "SKIPPED: a test of a database outage, because SQLite needs no connection";
        writeln!(std::io::stderr(), "{notice}").expect("stderr is open");
        return None;
    }
    let database = TestDatabase::migrated().await;
    let proxy = DatabaseProxy::start(&database).await;
    let url = proxy.url(&database);
    Some((
        App::start_on(database, &[("DATABASE_URL", &url)]).await,
        proxy,
    ))
}

async fn wait_until_healthy(app: &App) {
    while app.visitor().get("/health").await.status != 200 {
        tokio::task::yield_now().await;
    }
}

#[track_caller]
fn assert_database_unreachable(answer: &TestResponse, who: &str) {
    assert_eq!(answer.status, 503, "{who}: {}", answer.body);
    assert_eq!(answer.header("retry-after"), "3", "{who}");
    assert!(answer.body.contains("can’t be reached"), "{who}");
}
