//! Moving in, in a real browser: on a phone with scripts, and with JavaScript off.

use movies_diary::catalog::local::CATALOG_FILE;
use movies_diary::db::create_private_folder;

use crate::support::App;
use crate::support::browser::{Browser, BrowserOptions};
use crate::support::catalogs::build;
use crate::support::imports::{LETTERBOXD, fixture_films, fixture_path};
use crate::support::process::ServerProcess;

/// A server whose catalog knows the films, with the member `ada`.
async fn start_server() -> (ServerProcess, App) {
    let app = App::start().await;
    app.member("ada").await;
    let data = app.database.folder().join("data");
    create_private_folder(&data).expect("a folder");
    let built = build(&data, fixture_films()).await;
    std::fs::copy(built.path(), data.join(CATALOG_FILE)).expect("copied");
    (ServerProcess::serve(&app.database), app)
}

#[tokio::test]
async fn a_diary_moves_in_on_a_phone_and_out_again() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let (server, _app) = start_server().await;
    let base = server.base_url();
    browser.resize(360).await;
    browser.sign_in(&base, "ada").await;
    browser.goto(&format!("{base}/settings/import")).await;
    browser
        .choose_file("#import-file", &fixture_path(LETTERBOXD))
        .await;
    browser.click("#import-files button.primary").await;
    browser.find("form[action$=confirmation]").await;
    let heading = browser.text("#import-state").await;
    assert!(heading.starts_with("22 reviews"), "{heading}");
    assert_eq!(browser.text(".tile .figure").await, "20");

    scroll_to(&browser, ".undecided-films a").await;
    browser.click_and_navigate(".undecided-films a").await;
    browser.click("#film-states + * .candidate").await;
    wait_for_undecided(&browser, 2).await;
    browser
        .wait_for_focus("#film-states + * .open button")
        .await;
    browser.press_keys("\u{e007}").await;
    wait_for_undecided(&browser, 1).await;
    browser.wait_for_focus(".import-film.open button").await;
    scroll_to(&browser, ".import-film.open button[value='leave-out']").await;
    browser
        .click(".import-film.open button[value='leave-out']")
        .await;
    wait_for_undecided(&browser, 0).await;
    browser.wait_for_focus(".back a").await;
    browser.click_and_navigate(".back a").await;

    scroll_to(&browser, "form[action$=confirmation] button").await;
    browser.click("form[action$=confirmation] button").await;
    browser.find("form[action$=undoing]").await;
    browser
        .wait_until("document.querySelector('#import-state').textContent === 'Welcome home'")
        .await;
    browser.click_and_navigate("a[href$='view=trends']").await;
    let figures = browser.text("main").await;
    assert!(figures.contains("24"), "{figures}");
    browser.client.back().await.expect("back");
    scroll_to(&browser, "form[action$=undoing] button").await;
    browser.click("form[action$=undoing] button").await;
    browser
        .wait_until(
            "document.querySelector('#import-state')?.textContent === 'The import is taken back'",
        )
        .await;
    browser.assert_no_console_errors().await;
    browser.goto(&format!("{base}/users/ada")).await;
    browser.find(".empty").await;
    browser.close().await;
}

#[tokio::test]
async fn a_diary_moves_in_without_javascript() {
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
    browser.goto(&format!("{base}/settings/import")).await;
    browser
        .choose_file("#import-file", &fixture_path(LETTERBOXD))
        .await;
    browser
        .click_and_navigate("#import-files button.primary")
        .await;
    browser.reload_until("form[action$=confirmation]").await;
    browser.click_and_navigate(".undecided-films a").await;
    browser.click_and_navigate(".import-film .candidate").await;
    assert_eq!(browser.text("#films-undecided").await, "2");
    browser.click_and_navigate(".back a").await;
    browser
        .click_and_navigate("form[action$=confirmation] button")
        .await;
    browser
        .reload_until("form[action$=undoing] button.danger")
        .await;
    assert_eq!(browser.text("#import-state").await, "Welcome home");
    browser.close().await;
}

async fn wait_for_undecided(browser: &Browser, count: u32) {
    let script = format!("document.querySelector('#films-undecided').textContent === '{count}'");
    browser.wait_until(&script).await;
}

/// Moves the element away from the bar at the bottom.
async fn scroll_to(browser: &Browser, css: &str) {
    browser.find(css).await;
    let script = format!("document.querySelector(`{css}`).scrollIntoView({{ block: 'center' }})");
    browser.run(&script).await;
}
