//! The scripts as browsers get them.

use crate::support::browser::{Browser, BrowserOptions};
use crate::support::raw_connection::serve_router;
use crate::support::{App, PASSWORD};

const GLOBALS: &str = "JSON.stringify(Object.keys(window))";

async fn globals(browser: &Browser, address: &str) -> Vec<String> {
    browser.goto(address).await;
    let keys = browser.evaluate(GLOBALS).await;
    serde_json::from_str(keys.as_str().expect("a list")).expect("names")
}

#[tokio::test]
async fn htmx_is_the_only_global() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let app = App::start().await;
    app.member("ada").await;
    let base = format!(
        "http://localhost:{}",
        serve_router(app.router.clone()).await.port()
    );
    let own = globals(&browser, &format!("{base}/robots.txt")).await;
    let assert_none = async || {
        let mut all = globals(&browser, &format!("{base}/")).await;
        all.retain(|name| !own.contains(name));
        assert_eq!(all, ["htmx"]);
        // Constants and functions of the modules. A constant is no key of the window.
        for name in [
            "UNREACHABLE",
            "showToast",
            "initHeatMaps",
            "outbox",
            "namePoster",
        ] {
            let kind = browser.evaluate(&format!("typeof {name}")).await;
            assert_eq!(kind, "undefined", "{name}");
        }
        browser.assert_no_console_errors().await;
    };
    assert_none().await;

    browser.goto(&format!("{base}/login")).await;
    browser.fill("#username", "ada").await;
    browser.fill("#password", PASSWORD).await;
    browser.click_and_navigate("main button.primary").await;
    browser.goto(&format!("{base}/settings")).await;
    browser.click("#device [name=keep]").await;
    browser.click_and_navigate("#device button.primary").await;
    assert_none().await;
    assert!(browser.has("script[src*=app-offline]").await);
}
