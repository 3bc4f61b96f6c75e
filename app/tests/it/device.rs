//! What is chosen for a device: colours without a flash, and keys. And what makes the site
//! one of its apps; how it moves, or does not.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::browser::{Browser, Setup};
use crate::support::databases::TestDatabase;
use crate::support::outside::{SEARCH, Upstream, ok, pairs};
use crate::support::process::Process;
use crate::support::shapes::tmdb;
use crate::support::{Answer, App, PASSWORD, Review};

#[tokio::test]
async fn the_colours_chosen_are_in_the_first_byte_of_every_page() {
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
                // Data that search engines read is none.
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
async fn a_device_is_told_once_and_nobody_else_reads_it() {
    for (base, is_secure) in [("http://diary.test", false), ("https://diary.test", true)] {
        let app = App::with(&[("BASE_URL", base)]).await;
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
        }
    }
}

#[tokio::test]
async fn what_is_chosen_in_one_place_leaves_the_rest_as_it_was() {
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

/// The switch under a page leads back to it; under a form that was refused, to where there is one.
#[tokio::test]
async fn the_switch_leads_back_to_what_can_be_had_again() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let page = ada.get("/movies?q=heat").await;
    let next = |page: &Answer| {
        page.form("[data-theme-switch]")
            .value("next")
            .map(str::to_owned)
    };
    assert_eq!(next(&page).as_deref(), Some("/movies?q=heat"));
    let refused = ada.post("/reviews", &[("title", "Heat")]).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(next(&refused).as_deref(), Some("/"));
}

/// C5
#[tokio::test]
async fn nonsense_is_refused_and_nobody_is_led_away() {
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

async fn open(setup: Setup) -> Option<(TestDatabase, Process, Browser)> {
    let browser = Browser::open(setup).await?;
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    let server = Process::serve(&app.database);
    Some((app.database, server, browser))
}

async fn sign_in(browser: &Browser, server: &Process) {
    browser.goto(&format!("{}/login", server.base())).await;
    browser.fill("#username", "ada").await;
    browser.fill("#password", PASSWORD).await;
    browser.click_away("main button.primary").await;
}

/// The lightness of the page, 0 to 255.
async fn lightness(browser: &Browser) -> f64 {
    let colour = "(() => { const canvas = document.createElement('canvas').getContext('2d'); \
         canvas.fillStyle = getComputedStyle(document.body).backgroundColor; canvas.fillRect(0, 0, 1, 1); \
         const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data; return (red + green + blue) / 3; })()";
    browser.evaluate(colour).await.as_f64().expect("a number")
}

const DARK: &str = "footer.site [value=dark]";
const SYSTEM: &str = "footer.site [value=system]";

#[tokio::test]
async fn colours_change_at_once_and_stay() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    browser.goto(&server.base()).await;
    assert!(lightness(&browser).await > 200.0);
    browser.run("window.stayed = true").await;
    browser.click(DARK).await;
    assert!(lightness(&browser).await < 60.0, "at once");
    assert_eq!(
        browser
            .evaluate("document.querySelector('meta[name=theme-color]').content === document.querySelector('meta[name=theme-color]').dataset.dark")
            .await,
        true
    );
    browser.find(&format!("{DARK}[aria-pressed=true]")).await;
    assert_eq!(browser.evaluate("window.stayed").await, true, "no reload");
    // It is remembered, beside the page that shows it.
    let remembered = "fetch('/').then((answer) => answer.text()).then((page) => page.includes('data-theme=\"dark\"'))";
    browser.until(remembered).await;
    browser.goto(&format!("{}/users", server.base())).await;
    assert!(lightness(&browser).await < 60.0);
    browser.click(SYSTEM).await;
    assert!(lightness(&browser).await > 200.0);
    browser.assert_no_complaints().await;
    browser.close().await;
}

#[tokio::test]
async fn colours_are_chosen_without_javascript() {
    let setup = Setup {
        javascript: false,
        ..Setup::default()
    };
    let Some((_database, server, browser)) = open(setup).await else {
        return;
    };
    browser
        .goto(&format!("{}/users?sort=name", server.base()))
        .await;
    browser.click_away(DARK).await;
    assert_eq!(browser.path().await, "/users");
    browser.find("html[data-theme=dark]").await;
    browser.goto(&server.base()).await;
    browser.find("html[data-theme=dark]").await;
    browser.click_away(SYSTEM).await;
    assert!(!browser.has("html[data-theme]").await);
    browser.close().await;
}

/// How many things move, or would if they changed.
const MOVING: &str = "[...document.querySelectorAll('*')].flatMap((element) => \
     ['', '::before', '::after', '::backdrop'].map((part) => [element, getComputedStyle(element, part || null)])) \
     .filter(([, { transitionDuration, animationName }]) => \
     animationName !== 'none' || transitionDuration.split(',').some((time) => parseFloat(time) > 0)) \
     .map(([element]) => element.outerHTML.slice(0, 80))";

#[tokio::test]
async fn nothing_moves_for_those_who_do_not_want_it() {
    for calm in [true, false] {
        let setup = Setup {
            calm,
            ..Setup::default()
        };
        let Some(browser) = Browser::open(setup).await else {
            return;
        };
        // A catalog that never answers: a poster waits for it.
        let upstream = Upstream::start().await;
        let late = ok(tmdb::results([])).set_delay(std::time::Duration::from_secs(60));
        upstream.answers(SEARCH, &[], late).await;
        let settings = upstream.settings(&[("CATALOG", "tmdb")]);
        let settings = pairs(&settings);
        let app = App::with(&settings).await;
        let ada = app.member("ada").await;
        Review::of("Heat", 1995).log(&ada).await;
        let server = Process::serve_with(&app.database, &settings);
        sign_in(&browser, &server).await;
        // Says of each page whether one flowed into the other.
        let listen = "addEventListener('pagereveal', (event) => { window.flows = Boolean(event.viewTransition); })";
        let listen = json!({ "source": listen });
        browser
            .tools("Page.addScriptToEvaluateOnNewDocument", listen)
            .await;
        let assert_calm = async |what: &str| {
            let moving = browser.evaluate(MOVING).await;
            let count = moving.as_array().map_or(0, Vec::len);
            assert_eq!(count == 0, calm, "{what}: {moving}");
            if calm {
                let running = "document.getAnimations().length";
                assert_eq!(browser.evaluate(running).await, 0, "{what}");
            }
        };
        browser.goto(&server.base()).await;
        assert_calm("the feed").await;
        browser
            .run("document.getElementById('progress').hidden = false")
            .await;
        assert_calm("what takes long").await;
        browser.run("document.activeElement.blur()").await;
        browser.keys("?").await;
        browser.find("dialog[open]").await;
        assert_calm("a dialog").await;
        browser.click("dialog button").await;
        browser.click_away(".entry .title a").await;
        browser.find("header.movie .poster.waiting").await;
        assert_calm("a movie").await;
        if calm {
            browser.until("window.flows === false").await;
        }
        browser.close().await;
    }
}

/// As the browser itself sees it.
#[tokio::test]
async fn it_can_be_installed() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    sign_in(&browser, &server).await;
    browser
        .until("navigator.serviceWorker.ready.then(() => true)")
        .await;
    let found = browser.tools("Page.getAppManifest", json!({})).await;
    assert_eq!(found["errors"], json!([]), "{found}");
    let address = found["url"].as_str().unwrap_or_default();
    assert!(address.ends_with("/manifest.webmanifest"), "{found}");
    let found = browser
        .tools("Page.getInstallabilityErrors", json!({}))
        .await;
    assert_eq!(found["installabilityErrors"], json!([]), "{found}");
    browser.assert_no_complaints().await;
    browser.close().await;
}

#[tokio::test]
async fn the_manifest_says_what_is_there() {
    let app = App::with(&[("SITE_NAME", "Our films")]).await;
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
            assert_eq!(size_of_png(&file.bytes), text("sizes"), "{icon}");
        }
    }
    let has = |purpose: &str, sizes: &str| {
        let fits = |icon: &Value| icon["purpose"] == purpose && icon["sizes"] == sizes;
        icons.iter().any(fits)
    };
    assert!(has("any", "192x192") && has("any", "512x512") && has("maskable", "512x512"));
    let touch = page.attributes("link[rel=apple-touch-icon]", "href");
    let touch = ada.get(&touch[0]).await.expect(StatusCode::OK);
    assert_eq!(size_of_png(&touch.bytes), "180x180");
}

/// As its head says.
fn size_of_png(file: &[u8]) -> String {
    assert_eq!(file.get(..8), Some(b"\x89PNG\r\n\x1a\n".as_slice()));
    let number = |at: usize| {
        let bytes = file[at..at + 4].try_into().expect("four bytes");
        u32::from_be_bytes(bytes)
    };
    format!("{}x{}", number(16), number(20))
}
