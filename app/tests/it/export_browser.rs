//! Having a large archive written, in a real browser: with scripts, and with JavaScript off.

use serde_json::json;

use crate::exports::background::member_with_large_diary;
use crate::support::App;
use crate::support::browser::{Browser, BrowserOptions};
use crate::support::process::ServerProcess;

const BEGIN: &str = "form[action$=archives] button";
const DOWNLOAD: &str = "#archive a[download]";

async fn start_server() -> (ServerProcess, App) {
    let app = App::start().await;
    member_with_large_diary(&app, "ada").await;
    (ServerProcess::serve(&app.database), app)
}

#[tokio::test]
async fn an_archive_appears_on_its_page_when_it_is_written() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let (server, _app) = start_server().await;
    let base = server.base_url();
    browser.sign_in(&base, "ada").await;
    browser.goto(&format!("{base}/settings/export")).await;
    browser.click(BEGIN).await;
    let is_ready = format!("document.querySelector('{DOWNLOAD}') !== null");
    browser.wait_until(&is_ready).await;
    assert!(!browser.has("#archive progress").await);
    assert!(!browser.has("#archive-poll").await, "it asks no longer");
    let first_letters = format!(
        "fetch(document.querySelector('{DOWNLOAD}').href)
            .then((file) => file.text())
            .then((text) => text.slice(0, 2))"
    );
    let begins = browser.evaluate_promise(&first_letters).await;
    assert_eq!(begins, json!("PK"));
    browser.assert_no_console_errors().await;

    browser
        .click("#archive form[action$=deletion] button")
        .await;
    browser.find(BEGIN).await;
    assert!(!browser.has(DOWNLOAD).await);
    browser.close().await;
}

#[tokio::test]
async fn an_archive_is_written_without_javascript() {
    let options = BrowserOptions {
        javascript: false,
        ..BrowserOptions::default()
    };
    let Some(browser) = Browser::open(options).await else {
        return;
    };
    let (server, _app) = start_server().await;
    let base = server.base_url();
    browser.sign_in(&base, "ada").await;
    browser.goto(&format!("{base}/settings/export")).await;
    browser.click_and_navigate(BEGIN).await;
    browser.reload_until(DOWNLOAD).await;
    browser
        .click_and_navigate("#archive form[action$=deletion] button")
        .await;
    assert!(browser.has(BEGIN).await);
    browser.close().await;
}
