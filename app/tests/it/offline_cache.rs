//! Which member a browser may save pages for, and which member a review is logged as.

use axum::http::StatusCode;

use crate::support::{App, ReviewBuilder, TestClient};

/// Turns saving pages on, as the settings page would. Returns the account mark.
async fn enable_saved_pages(client: &TestClient) -> String {
    let form = client.get("/settings").await.form("#device form");
    let settings = client.get("/settings").await;
    let mark = settings
        .attributes("#device [name=keep]", "value")
        .remove(0);
    let sent = form.set("theme", "system").set("keep", &mark);
    let answer = client.submit(&sent).await;
    assert_eq!(answer.header("location"), "/settings?saved=device#device");
    mark
}

#[tokio::test]
async fn pages_are_saved_only_for_members_who_turned_it_on() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    assert_eq!(ada.get("/").await.header("x-kept-for"), "none");
    let mark = enable_saved_pages(&ada).await;
    for path in ["/", "/users/ada", "/movies", "/reviews/new?by_hand=1"] {
        let page = ada.get(path).await.expect(StatusCode::OK);
        assert_eq!(page.header("x-kept-for"), mark, "{path}");
        assert_eq!(
            page.attributes("html", "data-mark"),
            [mark.as_str()],
            "{path}"
        );
    }
    // A 404 page has no header that allows to save it.
    let nothing = ada.get("/movies/99").await.expect(StatusCode::NOT_FOUND);
    assert!(!nothing.headers.contains_key("x-kept-for"));

    // Another member in the same browser has not turned it on.
    let eve = app.member("eve").await;
    eve.set_cookie("device", &ada.cookie("device").expect("a choice"));
    let page = eve.get("/").await;
    assert_eq!(page.header("x-kept-for"), "none");
    assert!(!page.has("html[data-mark]"));
    assert!(
        !eve.get("/settings")
            .await
            .has("#device [name=keep][checked]")
    );

    let form = ada.get("/").await.form("header.site form");
    ada.submit(&form).await;
    let page = ada.get("/").await.expect(StatusCode::OK);
    assert_eq!(page.header("x-kept-for"), "none");
}

/// Two members share a browser, and one of them left an old tab or an unsent review.
#[tokio::test]
async fn a_form_of_another_account_is_refused() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let eve = app.member("eve").await;
    let form = ada.get("/reviews/new?by_hand=1").await.form("form.review");
    let form = form.set("title", "Heat").set("year", "1995");
    let refused = eve.submit(&form).await.expect(StatusCode::FORBIDDEN);
    assert!(refused.body.contains("opened under another account"));
    assert!(!eve.get("/users/eve").await.has(".entry"));
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(ada.get("/users/ada").await.titles(), ["Heat"]);
}

#[tokio::test]
async fn the_worker_caches_existing_assets() {
    let app = App::start().await;
    let visitor = app.visitor();
    let worker = visitor.get("/sw.js").await.expect(StatusCode::OK);
    assert_eq!(
        worker.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(worker.header("cache-control"), "no-cache");
    let assets: Vec<_> = worker
        .body
        .split('"')
        .filter(|part| part.starts_with("/assets/") && part.contains('.'))
        .collect();
    assert_eq!(assets.len(), 5);
    for asset in assets {
        visitor.get(asset).await.expect(StatusCode::OK);
    }
    // The offline page belongs to no account.
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let offline = ada.get("/offline").await.expect(StatusCode::OK);
    assert!(!offline.has("header.site .own, nav.bar, html[data-mark]"));
    assert!(offline.headers.get("set-cookie").is_none());
}
