//! Settings of a device: theme and keyboard shortcuts. Also installing the site as an app, and
//! reduced motion.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::browser::{Browser, BrowserOptions};
use crate::support::catalog_payloads::tmdb;
use crate::support::catalog_stub::{CatalogStub, SEARCH, as_str_pairs, ok};
use crate::support::databases::TestDatabase;
use crate::support::process::ServerProcess;
use crate::support::{App, ReviewBuilder, TestResponse};

#[tokio::test]
async fn every_page_is_sent_with_the_chosen_theme() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for client in [app.visitor(), ada] {
        for page in ["/", "/users/ada", "/nowhere"] {
            let plain = client.get(page).await;
            assert!(!plain.has("html[data-theme]"), "as the system has it");
            let colours = plain.attributes("meta[name=theme-color]", "media");
            let of_system = [
                "(prefers-color-scheme: light)",
                "(prefers-color-scheme: dark)",
            ];
            assert_eq!(colours, of_system);
        }
        let system = client.get("/").await;
        let [light, dark] = &system.attributes("meta[name=theme-color]", "content")[..] else {
            panic!("two colours");
        };
        for (theme, colour) in [("dark", dark), ("light", light)] {
            let form = client.get("/users/ada").await.form("form.theme");
            let answer = client.submit(&form.set("theme", theme)).await;
            assert_eq!(answer.header("location"), "/users/ada");
            for path in ["/users/ada", "/", "/movies", "/nowhere"] {
                let page = client.get(path).await;
                assert_eq!(page.attributes("html", "data-theme"), [theme], "{path}");
                assert_eq!(
                    page.attributes("meta[name=color-scheme]", "content"),
                    [theme]
                );
                assert_eq!(
                    &page.attributes("meta[name=theme-color]", "content"),
                    std::slice::from_ref(colour)
                );
                let pressed = page.attributes("form.theme [aria-pressed=true]", "value");
                assert_eq!(pressed, [theme]);
                // JSON-LD is data, not an inline script.
                assert!(
                    !page.has("script:not([src], [type='application/ld+json']), style, [style]")
                );
            }
        }
        client.post("/settings/theme", &[("theme", "system")]).await;
        assert!(!client.get("/").await.has("html[data-theme]"));
    }
}

#[tokio::test]
async fn device_settings_are_one_protected_cookie() {
    for (base, is_secure) in [("http://diary.test", false), ("https://diary.test", true)] {
        let app = App::start_with(&[("BASE_URL", base)]).await;
        let client = app.visitor();
        for fields in [
            ("/settings/theme", [("theme", "dark")].as_slice()),
            (
                "/settings/device",
                &[("theme", "dark"), ("shortcuts", "on")],
            ),
        ] {
            let answer = client.post(fields.0, fields.1).await;
            let answer = answer.expect(StatusCode::SEE_OTHER);
            let cookies = answer.headers.get_all("set-cookie").iter();
            let cookies: Vec<_> = cookies
                .map(|cookie| cookie.to_str().expect("text"))
                .collect();
            let [cookie] = cookies[..] else {
                panic!("{cookies:?}")
            };
            let parts: Vec<_> = cookie.split("; ").collect();
            for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
                assert!(parts.contains(&part), "{cookie}");
            }
            assert_eq!(parts.contains(&"Secure"), is_secure, "{cookie}");
            assert_eq!(cookie.starts_with("__Host-device="), is_secure, "{cookie}");
        }
    }
}

#[tokio::test]
async fn an_old_device_cookie_is_renamed_once_on_https() {
    let app = App::start_with(&[("BASE_URL", "https://diary.test")]).await;
    let ada = app.member("ada").await;
    // Another host of the same domain can set this one, too: whose pages are saved is not taken over.
    let page = ada.get("/settings").await;
    let mark = page.attributes("#device [name=keep]", "value").remove(0);
    ada.set_cookie("device", &format!("dark.no-shortcuts.keeps-{mark}"));
    let theme = async || ada.get("/").await.attributes("html", "data-theme");
    ada.get("/feed.atom").await.expect(StatusCode::OK);
    assert!(
        ada.cookie("__Host-device").is_none(),
        "only pages rename it"
    );
    assert_eq!(theme().await, ["dark"]);
    assert!(
        !ada.get("/settings")
            .await
            .has("#device [name=keep][checked]")
    );
    let renamed = ada.cookie("__Host-device");
    assert_eq!(renamed.as_deref(), Some("dark.no-shortcuts"));
    assert_eq!(ada.cookie("device"), None);
    // Planted by another host of the same domain.
    ada.set_cookie("device", "light");
    assert_eq!(theme().await, ["dark"]);
    assert_eq!(ada.cookie("__Host-device"), renamed);

    let app = App::start_with(&[("BASE_URL", "http://diary.test")]).await;
    let visitor = app.visitor();
    visitor.set_cookie("device", "dark");
    let page = visitor.get("/").await;
    assert!(page.has("html[data-theme=dark]"));
    assert!(!page.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn changing_one_device_setting_keeps_the_others() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let form = ada.get("/settings").await.form("#device form");
    assert_eq!(form.value("theme"), Some("system"));
    assert_eq!(form.value("shortcuts"), Some("on"));
    assert_eq!(form.value("keep"), None);
    let mark = ada.get("/settings").await;
    let mark = mark.attributes("#device [name=keep]", "value").remove(0);
    let fields = [("theme", "light"), ("keep", mark.as_str())];
    let answer = ada.post("/settings/device", &fields).await;
    let page = ada.follow(&answer).await;
    assert!(page.has("#device .saved[role=status]"));
    let answer = ada.post("/settings/theme", &[("theme", "dark")]).await;
    assert_eq!(answer.header("location"), "/");
    let page = ada.get("/settings").await;
    let form = page.form("#device form");
    assert_eq!(form.value("theme"), Some("dark"));
    assert_eq!(form.value("shortcuts"), None);
    assert_eq!(form.value("keep"), Some(mark.as_str()));
    assert!(page.has("html[data-shortcuts=off]"));
}

/// The theme switch leads back to its page. On the response to a form it leads to the start page.
#[tokio::test]
async fn the_theme_switch_leads_back_to_its_page() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let page = ada.get("/movies?q=heat").await;
    let next = |page: &TestResponse| {
        page.form("[data-theme-switch]")
            .value("next")
            .map(str::to_owned)
    };
    assert_eq!(next(&page).as_deref(), Some("/movies?q=heat"));
    let refused = ada.post("/reviews", &[("title", "Heat")]).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(next(&refused).as_deref(), Some("/"));
}

#[tokio::test]
async fn invalid_themes_and_foreign_next_paths_are_refused() {
    let app = App::start().await;
    let visitor = app.visitor();
    for theme in ["", "purple", "dark.keeps-0a", "dark; Domain=evil.example"] {
        for path in ["/settings/theme", "/settings/device"] {
            let answer = visitor.post(path, &[("theme", theme)]).await;
            assert_eq!(answer.status, 400, "{theme}");
            assert!(!answer.headers.contains_key("set-cookie"));
        }
    }
    for next in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let fields = [("theme", "dark"), ("next", next)];
        let answer = visitor.post("/settings/theme", &fields).await;
        assert_eq!(answer.header("location"), "/", "{next}");
    }
    let fields = [("theme", "dark"), ("keep", "x; Domain=evil.example")];
    let answer = visitor.post("/settings/device", &fields).await;
    assert!(!answer.header("set-cookie").contains("evil"));
}

async fn open(setup: BrowserOptions) -> Option<(TestDatabase, ServerProcess, Browser)> {
    let browser = Browser::open(setup).await?;
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let server = ServerProcess::serve(&app.database);
    Some((app.database, server, browser))
}

/// The lightness of the page's background, from 0 to 255.
async fn background_lightness(browser: &Browser) -> f64 {
    let colour = "(() => { const canvas = document.createElement('canvas').getContext('2d'); \
         canvas.fillStyle = getComputedStyle(document.body).backgroundColor; canvas.fillRect(0, 0, 1, 1); \
         const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data; return (red + green + blue) / 3; })()";
    browser.evaluate(colour).await.as_f64().expect("a number")
}

const DARK_BUTTON: &str = "footer.site [value=dark]";
const SYSTEM_BUTTON: &str = "footer.site [value=system]";

#[tokio::test]
async fn colours_change_at_once_and_stay() {
    let Some((_database, server, browser)) = open(BrowserOptions::default()).await else {
        return;
    };
    browser.goto(&server.base_url()).await;
    assert!(background_lightness(&browser).await > 200.0);
    browser.run("window.stayed = true").await;
    browser.click(DARK_BUTTON).await;
    assert!(background_lightness(&browser).await < 60.0, "at once");
    assert_eq!(
        browser
            .evaluate("document.querySelector('meta[name=theme-color]').content === document.querySelector('meta[name=theme-color]').dataset.dark")
            .await,
        true
    );
    browser
        .find(&format!("{DARK_BUTTON}[aria-pressed=true]"))
        .await;
    assert_eq!(browser.evaluate("window.stayed").await, true, "no reload");
    // The choice is saved in the background, while the page already shows it.
    let remembered = "fetch('/').then((answer) => answer.text()).then((page) => page.includes('data-theme=\"dark\"'))";
    browser.wait_until(remembered).await;
    browser.goto(&format!("{}/users", server.base_url())).await;
    assert!(background_lightness(&browser).await < 60.0);
    browser.click(SYSTEM_BUTTON).await;
    assert!(background_lightness(&browser).await > 200.0);
    browser.assert_no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn colours_are_chosen_without_javascript() {
    let setup = BrowserOptions {
        javascript: false,
        ..BrowserOptions::default()
    };
    let Some((_database, server, browser)) = open(setup).await else {
        return;
    };
    browser
        .goto(&format!("{}/users?sort=name", server.base_url()))
        .await;
    browser.click_and_navigate(DARK_BUTTON).await;
    assert_eq!(browser.path().await, "/users");
    browser.find("html[data-theme=dark]").await;
    browser.goto(&server.base_url()).await;
    browser.find("html[data-theme=dark]").await;
    browser.click_and_navigate(SYSTEM_BUTTON).await;
    assert!(!browser.has("html[data-theme]").await);
    browser.close().await;
}

/// Elements that are animated, or would be if they changed.
const MOVING: &str = "[...document.querySelectorAll('*')].flatMap((element) => \
     ['', '::before', '::after', '::backdrop'].map((part) => [element, getComputedStyle(element, part || null)])) \
     .filter(([, { transitionDuration, animationName }]) => \
     animationName !== 'none' || transitionDuration.split(',').some((time) => parseFloat(time) > 0)) \
     .map(([element]) => element.outerHTML.slice(0, 80))";

#[tokio::test]
async fn reduced_motion_is_respected() {
    for reduced_motion in [true, false] {
        let setup = BrowserOptions {
            reduced_motion,
            ..BrowserOptions::default()
        };
        let Some(browser) = Browser::open(setup).await else {
            return;
        };
        // The catalog never responds, so a poster stays pending.
        let upstream = CatalogStub::start().await;
        let late = ok(tmdb::results([])).set_delay(std::time::Duration::from_secs(60));
        upstream.respond(SEARCH, &[], late).await;
        let settings = upstream.settings(&[("CATALOG", "tmdb")]);
        let settings = as_str_pairs(&settings);
        let app = App::start_with(&settings).await;
        let ada = app.member("ada").await;
        ReviewBuilder::of("Heat", 1995).log(&ada).await;
        let server = ServerProcess::serve_with(&app.database, &settings);
        browser.sign_in(&server.base_url(), "ada").await;
        // Records for each page whether it was revealed in a view transition.
        let listen = "addEventListener('pagereveal', (event) => { window.flows = Boolean(event.viewTransition); })";
        let listen = json!({ "source": listen });
        browser
            .devtools("Page.addScriptToEvaluateOnNewDocument", listen)
            .await;
        let assert_calm = async |what: &str| {
            let moving = browser.evaluate(MOVING).await;
            let count = moving.as_array().map_or(0, Vec::len);
            assert_eq!(count == 0, reduced_motion, "{what}: {moving}");
            if reduced_motion {
                let running = "document.getAnimations().length";
                assert_eq!(browser.evaluate(running).await, 0, "{what}");
            }
        };
        browser.goto(&server.base_url()).await;
        assert_calm("the feed").await;
        browser
            .run("document.getElementById('progress').hidden = false")
            .await;
        assert_calm("what takes long").await;
        browser.run("document.activeElement.blur()").await;
        browser.press_keys("?").await;
        browser.find("dialog[open]").await;
        assert_calm("a dialog").await;
        browser.click("dialog button").await;
        browser.click_and_navigate(".entry .title a").await;
        browser.find("header.movie .poster.waiting").await;
        assert_calm("a movie").await;
        if reduced_motion {
            browser.wait_until("window.flows === false").await;
        }
        browser.close().await;
    }
}

/// By the browser's own criteria.
#[tokio::test]
async fn the_site_can_be_installed() {
    let Some((_database, server, browser)) = open(BrowserOptions::default()).await else {
        return;
    };
    browser.sign_in(&server.base_url(), "ada").await;
    browser
        .wait_until("navigator.serviceWorker.ready.then(() => true)")
        .await;
    let found = browser.devtools("Page.getAppManifest", json!({})).await;
    assert_eq!(found["errors"], json!([]), "{found}");
    let address = found["url"].as_str().unwrap_or_default();
    assert!(address.ends_with("/manifest.webmanifest"), "{found}");
    let found = browser
        .devtools("Page.getInstallabilityErrors", json!({}))
        .await;
    assert_eq!(found["installabilityErrors"], json!([]), "{found}");
    browser.assert_no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn the_manifest_says_what_is_there() {
    let app = App::start_with(&[("SITE_NAME", "Our films")]).await;
    let ada = app.member("ada").await;
    let page = ada.get("/").await;
    let address = page.attributes("link[rel=manifest]", "href").remove(0);
    let manifest = ada.get(address).await.expect(StatusCode::OK);
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let manifest = manifest.json();
    assert_eq!(manifest["name"], "Our films");
    assert_eq!(manifest["display"], "standalone");
    for (part, path) in [
        (&manifest["start_url"], "/"),
        (&manifest["scope"], "/"),
        (&manifest["shortcuts"][0]["url"], "/reviews/new"),
        (&manifest["share_target"]["action"], "/reviews/new"),
    ] {
        assert_eq!(part, path);
        ada.get(path).await.expect(StatusCode::OK);
    }
    assert_eq!(manifest["shortcuts"][0]["name"], "Log a film");
    assert_eq!(manifest["share_target"]["method"], "GET");

    let icons = manifest["icons"].as_array().expect("icons");
    let of_shortcut = manifest["shortcuts"][0]["icons"].as_array();
    let all = icons.iter().chain(of_shortcut.expect("icons"));
    for icon in all {
        let text = |name: &str| icon[name].as_str().unwrap_or_default();
        let file = ada.get(text("src")).await.expect(StatusCode::OK);
        assert_eq!(file.header("content-type"), text("type"));
        if text("type") == "image/png" {
            assert_eq!(png_dimensions(&file.bytes), text("sizes"), "{icon}");
        }
    }
    let has = |purpose: &str, sizes: &str| {
        let fits = |icon: &Value| icon["purpose"] == purpose && icon["sizes"] == sizes;
        icons.iter().any(fits)
    };
    assert!(has("any", "192x192") && has("any", "512x512") && has("maskable", "512x512"));
    let touch = page.attributes("link[rel=apple-touch-icon]", "href");
    let touch = ada.get(&touch[0]).await.expect(StatusCode::OK);
    assert_eq!(png_dimensions(&touch.bytes), "180x180");
}

/// The dimensions in the file's header.
fn png_dimensions(file: &[u8]) -> String {
    assert_eq!(file.get(..8), Some(b"\x89PNG\r\n\x1a\n".as_slice()));
    let number = |at: usize| {
        let bytes = file[at..at + 4].try_into().expect("four bytes");
        u32::from_be_bytes(bytes)
    };
    format!("{}x{}", number(16), number(20))
}
