//! Passing an address on: by the system’s sheet, or by a copy of it.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::browser::{Browser, BrowserOptions, HTTP_HOST};
use crate::support::databases::TestDatabase;
use crate::support::process::ServerProcess;
use crate::support::{App, ReviewBuilder};

#[tokio::test]
async fn what_visitors_may_see_can_be_shared() {
    let app = App::start().await;
    let (ada, eve) = (app.member("ada").await, app.member("eve").await);
    eve.post("/settings/visibility", &[("visibility", "private")])
        .await;
    let review = ReviewBuilder::of("Heat", 1995)
        .with("rating", "3.5")
        .log(&ada)
        .await;
    let list = ada
        .post("/lists", &[("title", "Noir"), ("visibility", "public")])
        .await;
    let list = list.header("location").to_owned();
    for page in [&format!("/reviews/{review}"), "/users/ada", &list] {
        let shown = ada.get(page).await.expect(StatusCode::OK);
        assert_eq!(shown.attributes("[data-share]", "data-share"), [page]);
    }
    let titles = ada.get(format!("/reviews/{review}")).await;
    assert_eq!(
        titles.attributes("[data-share]", "data-title"),
        ["Heat (1995) ★★★½ by ADA"]
    );
    // Nobody could open it.
    assert!(!eve.get("/users/eve").await.has("[data-share]"));
}

/// A server, a public review of it, and their database.
async fn serve_review() -> (ServerProcess, i64, TestDatabase) {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    (ServerProcess::serve(&app.database), review, app.database)
}

/// Shares the page that is open.
async fn share(browser: &Browser) {
    browser.click("[data-share]").await;
    browser
        .wait_until("document.querySelector('[data-share]').textContent === 'Copied'")
        .await;
    assert_eq!(browser.text("#live").await, "Copied");
}

/// Pastes into the search field of the page, which is empty.
async fn pasted(browser: &Browser) -> String {
    let field = "document.querySelector('main [name=q]')";
    browser.run(&format!("{field}.focus()")).await;
    browser.press_keys("\u{e009}v\u{e000}").await;
    let text = browser.evaluate(&format!("{field}.value")).await;
    text.as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn an_address_is_copied_or_given_to_the_sheet() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let (server, review, _database) = serve_review().await;
    let site = server.base_url();
    let page = format!("{site}/reviews/{review}");
    browser.goto(&page).await;
    share(&browser).await;
    browser.goto(&format!("{site}/movies")).await;
    assert_eq!(pasted(&browser).await, page);

    browser.goto(&page).await;
    browser
        .run("navigator.share = async (what) => { window.shared = what; }")
        .await;
    browser.click("[data-share]").await;
    browser.wait_until("Boolean(window.shared)").await;
    assert_eq!(
        browser.evaluate("window.shared").await,
        json!({ "title": "Heat (1995) by ADA", "url": page })
    );

    // A secret is copied whole.
    browser.sign_in(&site, "ada").await;
    browser.goto(&format!("{site}/settings/tokens")).await;
    browser.fill("[name=name]", "Phone").await;
    browser.click_and_navigate("main form button").await;
    browser.click("[data-copy]").await;
    browser
        .wait_until("document.querySelector('[data-copy]').textContent === 'Copied'")
        .await;
    let token = browser.text("output#token").await;
    browser.goto(&format!("{site}/")).await;
    assert_eq!(pasted(&browser).await, token);
    browser.assert_no_console_errors().await;
    browser.close().await;
}

/// As at home, where a page on http has neither a clipboard nor a sheet.
#[tokio::test]
async fn an_address_is_copied_on_http() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let (server, review, _database) = serve_review().await;
    let site = server.base_url().replace("localhost", HTTP_HOST);
    let page = format!("{site}/reviews/{review}");
    browser.goto(&page).await;
    assert_eq!(
        browser.evaluate("Boolean(navigator.clipboard)").await,
        false
    );
    share(&browser).await;
    browser.goto(&format!("{site}/movies")).await;
    assert_eq!(pasted(&browser).await, page);
    browser.close().await;
}
