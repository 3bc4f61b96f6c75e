//! The API reference for people.

use std::io::Read;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::App;
use crate::support::api_client::create_token;
use crate::support::browser::{Browser, BrowserOptions};
use crate::support::databases::TestDatabase;
use crate::support::process::ServerProcess;

/// No other page has this policy.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/// Records violations of the policy from the start of the page.
const LISTEN: &str = "globalThis.violations = [];
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        violations.push(`${violatedDirective}: ${blockedURI}`));";

/// Everything that the page loaded from other servers.
const FOREIGN: &str = "performance.getEntriesByType('resource').map(({ name }) => name)
    .filter((name) => !name.startsWith(location.origin) && !name.startsWith('data:'))";

#[tokio::test]
async fn the_page_has_its_own_policy() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let page = ada.get("/api/docs").await.expect(StatusCode::OK);
    assert_eq!(page.header("content-security-policy"), POLICY);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(!page.headers.contains_key("ratelimit"));
    assert!(
        ada.get("/settings/tokens")
            .await
            .has("main a[href='/api/docs']")
    );
    let refused = ada.send(Method::PUT, "/api/docs", None).await;
    assert_eq!(refused.status, 405);
    assert!(refused.header("content-type").starts_with("text/html"));
    let beside = ada.get("/api/docs/").await;
    assert_eq!(beside.header("location"), "/api/docs");
}

#[tokio::test]
async fn without_javascript_it_links_the_document() {
    let setup = BrowserOptions {
        javascript: false,
        ..BrowserOptions::default()
    };
    let Some(browser) = Browser::open(setup).await else {
        return;
    };
    let database = TestDatabase::migrated().await;
    let server = ServerProcess::serve(&database);
    browser
        .goto(&format!("{}/api/docs", server.base_url()))
        .await;
    let words = browser.text("main").await;
    assert!(words.contains("docs/API.md"), "{words}");
    assert!(browser.has(".site-bar a[href='/']").await);
    browser.click_and_navigate("main a").await;
    assert_eq!(browser.path().await, "/api/openapi.json");
    browser.close().await;
}

#[tokio::test]
async fn the_page_follows_the_theme_of_the_device() {
    let app = App::start().await;
    let visitor = app.visitor();
    let page = visitor.get("/api/docs").await;
    assert!(!page.has("html[data-theme]"));
    visitor.post("/settings/theme", &[("theme", "dark")]).await;
    let page = visitor.get("/api/docs").await;
    assert_eq!(page.attributes("html", "data-theme"), ["dark"]);
}

pub fn decompress(gzip: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    let mut reader = flate2::read::GzDecoder::new(gzip);
    reader.read_to_end(&mut content).expect("gzip");
    content
}

#[tokio::test]
async fn the_library_is_served_with_and_without_gzip() {
    let app = App::start().await;
    let page = app.visitor().get("/api/docs").await;
    let library = page.attributes("script[src*=scalar]", "src").remove(0);
    let get = async |accepted: &str| {
        let client = app.visitor().header("accept-encoding", accepted);
        client.get(&library).await.expect(StatusCode::OK)
    };
    let plain = get("identity").await;
    assert!(!plain.headers.contains_key("content-encoding"));
    let packed = get("gzip, br, zstd").await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(
        packed.header("content-length"),
        packed.bytes.len().to_string()
    );
    assert!(packed.header("cache-control").contains("immutable"));
    assert_eq!(decompress(&packed.bytes), plain.bytes);
}

/// Clicks the first visible button with this text, as soon as there is one.
async fn press(browser: &Browser, words: &str) {
    let press = format!(
        "(() => {{
            const buttons = [...document.querySelectorAll('button, [role=option]')];
            const button = buttons.find((one) => one.checkVisibility() && one.textContent.includes({words:?}));
            button?.click();
            return button !== undefined;
        }})()"
    );
    browser.wait_until(&press).await;
}

async fn wait_for_text(browser: &Browser, words: &str) {
    let says = format!("document.body.innerText.includes({words:?})");
    browser.wait_until(&says).await;
}

#[tokio::test]
async fn an_operation_can_be_found_and_tried() {
    let setup = BrowserOptions {
        width: 1280,
        ..BrowserOptions::default()
    };
    let Some(browser) = Browser::open(setup).await else {
        return;
    };
    let app = App::start().await;
    let token = create_token(&app.member("ada").await, "read").await.token;
    let server = ServerProcess::serve(&app.database);
    let listen = json!({ "source": LISTEN });
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", listen)
        .await;
    browser
        .goto(&format!("{}/api/docs", server.base_url()))
        .await;

    browser
        .fill("#scalar input[placeholder=Token]", &token)
        .await;
    press(&browser, "Search").await;
    browser.fill("input[role=combobox]", "account").await;
    press(&browser, "Show your own account").await;
    press(&browser, "(get /api/me)").await;
    press(&browser, "Send").await;
    wait_for_text(&browser, "200 OK").await;
    wait_for_text(&browser, "\"username\": \"ada\"").await;

    let none = Value::Array(Vec::new());
    assert_eq!(browser.evaluate("violations").await, none);
    assert_eq!(browser.evaluate(FOREIGN).await, none);
    assert_eq!(browser.evaluate("Object.keys(localStorage)").await, none);
    browser.assert_no_console_errors().await;
    browser.close().await;
}
