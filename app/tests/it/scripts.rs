//! The scripts as browsers get them.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use sha2::{Digest, Sha256};

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
async fn scripts_and_styles_are_what_the_page_says() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let form = ada.get("/settings").await.form("#device form");
    let mark = ada
        .get("/settings")
        .await
        .attributes("#device [name=keep]", "value");
    ada.submit(&form.set("keep", &mark[0])).await;
    let visitor = app.visitor();
    let eve = app.member("eve").await;
    let mut urls = std::collections::BTreeSet::new();
    for (client, path) in [
        (&visitor, "/"),
        (&visitor, "/login"),
        (&visitor, "/nowhere"),
        (&visitor, "/api/docs"),
        (&visitor, "/embed/ada"),
        (&eve, "/"),
        (&ada, "/"),
    ] {
        let page = client.get(path).await;
        for (tag, name) in [("script[src]", "src"), ("link[rel=stylesheet]", "href")] {
            let hashes = page.attributes(tag, "integrity");
            for (url, integrity) in page.attributes(tag, name).into_iter().zip(hashes) {
                let file = visitor.get(&url).await.expect(StatusCode::OK);
                let hash =
                    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(&file.bytes));
                assert_eq!(integrity, format!("sha256-{hash}"), "{url} on {path}");
                urls.insert(url);
            }
        }
    }
    assert_eq!(urls.len(), 10, "{urls:?}");
}

/// A proxy that changes a script, such as a broken cache.
fn with_other_htmx(router: Router) -> Router {
    router.layer(from_fn(async |request: Request, next: Next| -> Response {
        if request.uri().path().starts_with("/assets/htmx-") {
            "globalThis.changed = true;".into_response()
        } else {
            next.run(request).await
        }
    }))
}

#[tokio::test]
async fn a_changed_script_does_not_run() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let app = App::start().await;
    let port = serve_router(with_other_htmx(app.router.clone()))
        .await
        .port();
    browser.goto(&format!("http://localhost:{port}/")).await;
    browser
        .wait_until("document.readyState === 'complete'")
        .await;
    assert_eq!(browser.evaluate("typeof changed").await, "undefined");
    assert_eq!(browser.evaluate("typeof htmx").await, "undefined");
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
