//! For whom a device may keep pages, and in whose name something is logged.

use axum::http::StatusCode;

use crate::support::{App, Client, Review};

/// Switches the keeping of pages on, as the settings page would. Returns the mark.
async fn keep_pages(client: &Client) -> String {
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
async fn pages_are_kept_for_whoever_switched_it_on_and_for_nobody_else() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    assert_eq!(ada.get("/").await.header("x-kept-for"), "none");
    let mark = keep_pages(&ada).await;
    for path in ["/", "/users/ada", "/movies", "/reviews/new?by_hand=1"] {
        let page = ada.get(path).await.expect(StatusCode::OK);
        assert_eq!(page.header("x-kept-for"), mark, "{path}");
        assert_eq!(
            page.attributes("html", "data-mark"),
            [mark.as_str()],
            "{path}"
        );
    }
    // A page that is not there says nothing of whom it is for.
    let nothing = ada.get("/movies/99").await.expect(StatusCode::NOT_FOUND);
    assert!(!nothing.headers.contains_key("x-kept-for"));

    // Somebody else in the same browser has switched nothing on.
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

/// Two members have the same browser, and one of them an old tab or a review that waits.
#[tokio::test]
async fn nothing_is_logged_in_the_name_of_somebody_else() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let eve = app.member("eve").await;
    let form = ada.get("/reviews/new?by_hand=1").await.form("form.review");
    let form = form.set("title", "Heat").set("year", "1995");
    let refused = eve.submit(&form).await.expect(StatusCode::FORBIDDEN);
    assert!(refused.body.contains("Somebody else was signed in"));
    assert!(!eve.get("/users/eve").await.has(".entry"));
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(ada.get("/users/ada").await.titles(), ["Heat"]);
}

#[tokio::test]
async fn the_worker_keeps_files_that_are_there() {
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
    // The page for when there is no other is nobody's.
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    let offline = ada.get("/offline").await.expect(StatusCode::OK);
    assert!(!offline.has("header.site .own, nav.bar, html[data-mark]"));
    assert!(offline.headers.get("set-cookie").is_none());
}
