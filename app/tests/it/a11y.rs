//! Everyone: what a checker of accessibility says of every page, in both themes, on a phone and
//! on a desk; and whether pages still fit when they are narrow or their letters large.
//!
//! The checker is [axe-core](https://github.com/dequelabs/axe-core). Its script is where
//! `TEST_AXE` says; without it these tests say so and pass, unless `REQUIRE_AXE=1`.

use std::io::Write;

use axum::http::StatusCode;
use serde_json::Value;

use crate::support::browser::{Browser, Setup};
use crate::support::databases::TestDatabase;
use crate::support::outside::{SEARCH, Upstream, ok, pairs, status};
use crate::support::pictures::png;
use crate::support::process::Process;
use crate::support::shapes::tmdb;
use crate::support::{App, PASSWORD, Review, said};

/// What a member can look at.
const PAGES: &[&str] = &[
    "/",
    "/movies",
    "/movies?q=heat",
    "/movies?q=nothing",
    "/movies/1",
    "/movies/1/correction",
    "/reviews/1",
    "/reviews/2",
    "/reviews/1/edit",
    "/reviews/1/movie",
    "/reviews/1/movie?q=mat",
    "/reviews/new",
    "/reviews/new?q=hea",
    "/reviews/new?q=nothing",
    "/reviews/new?q=x&by_hand=1",
    "/reviews/new?movie=1",
    "/reviews/deleted",
    "/people/1",
    "/genres/crime",
    "/users",
    "/users/ada",
    "/users/ada?view=ratings",
    "/users/ada?view=history",
    "/users/ada?view=history&as=calendar",
    "/users/ada?view=history&q=nothing",
    "/users/ada?view=trends",
    "/users/ada?view=trends&period=12months",
    "/users/zoe",
    "/settings",
    "/settings?saved=device",
    "/settings/feeds",
    "/settings/tokens",
    "/admin",
    "/api/docs",
    "/offline",
    "/nowhere",
    "/?older=x",
    "/embed/ada",
];

/// What everybody else can.
const OPEN_PAGES: &[&str] = &[
    "/",
    "/login",
    "/register",
    "/movies",
    "/movies/1",
    "/reviews/1",
    "/users",
    "/users/ada",
    "/users/ada?view=trends",
    "/nowhere",
];

/// Says what is wrong with a page, and what the checker cannot tell of what it is to tell.
const CHECK: &str = r"axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations', 'incomplete'],
}).then(({ violations, incomplete }) => {
    const untold = incomplete.filter(({ id }) => id === 'aria-required-children');
    return [...violations, ...untold].flatMap(({ id, nodes }) => nodes.map((node) => {
        const why = [...node.any, ...node.all, ...node.none].map(({ message }) => message);
        return `${id}: ${node.html.slice(0, 160)} (${why.join('; ')})`;
    }));
})";

/// Which of these are too small to be hit: in bars and forms no target is less than 24 pixels
/// wide and high, and none of those that are pressed most less than 44.
const SMALL: &str = r"[
    [24, 'nav a, header.site button, footer.site button, .actions a, .actions button, form button, summary, .tick, .rating label, form input:not([type=hidden], [type=checkbox], [type=radio]), form select, form textarea'],
    [44, '.primary, nav.bar a, .ask input, header.site nav > a, .entry .actions :is(a, button), .tabs a, [role=option]'],
].flatMap(([least, which]) => [...document.querySelectorAll(which)].filter((target) => {
    const { width, height } = target.getBoundingClientRect();
    const isSeen = target.checkVisibility({ visibilityProperty: true }) && !target.closest('.hidden');
    return isSeen && Math.min(width, height) < least - 0.5;
}).map((target) => `${target.outerHTML.slice(0, 120)} ${target.getBoundingClientRect().width} x ${target.getBoundingClientRect().height}`))";

const ADA: &str = "ada";

/// A diary with some of everything in it, a server that shows it, and a catalog.
struct Scene {
    upstream: Upstream,
    database: TestDatabase,
    browser: Browser,
    wrong: Vec<String>,
}

impl Scene {
    /// The scene and its server, or nothing where there is no browser.
    async fn open() -> Option<(Self, Process)> {
        let calm = Setup {
            calm: true,
            ..Setup::default()
        };
        let browser = Browser::open(calm).await?;
        let upstream = Upstream::start().await;
        let matrix = tmdb::result(603, "Matrix", "1999-03-31");
        let hits = ok(tmdb::results([matrix]));
        upstream.answers(SEARCH, &[("query", "mat")], hits).await;
        upstream
            .answers(SEARCH, &[("query", "brok")], status(500))
            .await;
        upstream.answers(SEARCH, &[], ok(tmdb::results([]))).await;
        let scene = Self {
            upstream,
            database: diary().await,
            browser,
            wrong: Vec::new(),
        };
        let server = scene.serve(&[]);
        Some((scene, server))
    }

    fn serve(&self, more: &[(&str, &str)]) -> Process {
        let folder = self.database.folder().display().to_string();
        let ours = [
            ("CATALOG", "tmdb"),
            ("DATA_DIR", &folder),
            ("ALLOW_REGISTRATION", "true"),
        ];
        let settings: Vec<_> = ours.iter().chain(more).copied().collect();
        let settings = self.upstream.settings(&settings);
        Process::serve_with(&self.database, &pairs(&settings))
    }

    async fn sign_in(&self, server: &Process) {
        let browser = &self.browser;
        browser.goto(&format!("{}/login", server.base())).await;
        browser.fill("#username", ADA).await;
        browser.fill("#password", PASSWORD).await;
        browser.click_away("main button.primary").await;
    }

    /// Looks at what the browser shows.
    async fn check(&mut self, axe: &str, what: &str) {
        let browser = &self.browser;
        browser.run(axe).await;
        for (width, colours) in [
            (360, "light"),
            (360, "dark"),
            (1280, "dark"),
            (1280, "light"),
        ] {
            browser.resize(width).await;
            browser.prefer(colours).await;
            let found = browser.resolved(CHECK).await;
            let found = lines(&found);
            let found = found.map(|line| format!("{what}, {width}, {colours}: {line}"));
            self.wrong.extend(found);
        }
    }

    #[track_caller]
    fn assert_nothing_is_wrong(self) {
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
    }
}

fn lines(found: &Value) -> impl Iterator<Item = String> {
    let lines = found
        .as_array()
        .unwrap_or_else(|| panic!("no answer: {found}"));
    lines
        .iter()
        .map(|line| line.as_str().unwrap_or_default().to_owned())
}

async fn diary() -> TestDatabase {
    let app = App::start().await;
    let ada = app.admin(ADA).await;
    let eve = app.member("eve").await;
    app.member("zoe").await;
    Review::of("Heat", 1995)
        .with("director", "Michael Mann")
        .with("rating", "4.5")
        .with("liked", "on")
        .with("tags", "crime, LA")
        .with("comment", "Two men and a cup of coffee.")
        .log(&ada)
        .await;
    Review::of("Ran", 1985)
        .with("day_unknown", "on")
        .with("rewatch", "on")
        .with("spoiler", "on")
        .with("visibility", "private")
        .with("comment", "He falls.")
        .log(&ada)
        .await;
    said(&app, "Heat", &["Crime"], Some(170)).await;
    let sent = ada.upload("/movies/1/poster", &png(120, 180)).await;
    sent.expect(StatusCode::SEE_OTHER);
    let today = app.state.clock.today(chrono_tz::UTC);
    for number in 0..22 {
        let day = today - chrono::Days::new(17 * number);
        let stars = ["", "1.5", "3", "5"][number as usize % 4];
        Review::of(&format!("Film {number}"), 1960 + number as i32)
            .with("watched_on", &day.to_string())
            .with("rating", stars)
            .log(&ada)
            .await;
    }
    for director in ["Ivan Reitman", "Another"] {
        Review::of("Twins", 1988)
            .with("director", director)
            .log(&ada)
            .await;
    }
    Review::of("Heat", 1995).with("rating", "2").log(&eve).await;
    let gone = Review::of("Ida", 2013).log(&ada).await;
    ada.post(format!("/reviews/{gone}/deletion"), &[]).await;
    ada.post("/admin/invites", &[]).await;
    ada.post(
        "/settings/tokens",
        &[("name", "Phone"), ("scope", "read"), ("days", "30")],
    )
    .await;
    app.database
}

/// The checker, or nothing where it is not installed.
fn axe() -> Option<String> {
    let script = std::env::var_os("TEST_AXE").and_then(|file| std::fs::read_to_string(file).ok());
    if script.is_none() {
        let is_required = std::env::var("REQUIRE_AXE").is_ok_and(|value| value == "1");
        assert!(
            !is_required,
            "REQUIRE_AXE=1, but TEST_AXE names no axe-core"
        );
        let told = "SKIPPED: a test of accessibility, because TEST_AXE names no axe-core";
        writeln!(std::io::stderr(), "{told}").expect("said");
    }
    script
}

#[tokio::test]
async fn nothing_is_wrong_with_any_page_of_a_member() {
    let Some(axe) = axe() else { return };
    let Some((mut scene, server)) = Scene::open().await else {
        return;
    };
    scene.sign_in(&server).await;
    for path in PAGES {
        scene
            .browser
            .goto(&format!("{}{path}", server.base()))
            .await;
        scene.check(&axe, path).await;
    }
    scene.assert_nothing_is_wrong();
}

#[tokio::test]
async fn nothing_is_wrong_with_any_page_of_a_visitor() {
    let Some(axe) = axe() else { return };
    let Some((mut scene, server)) = Scene::open().await else {
        return;
    };
    for path in OPEN_PAGES {
        scene
            .browser
            .goto(&format!("{}{path}", server.base()))
            .await;
        scene.check(&axe, &format!("visitor at {path}")).await;
    }
    // Forms that come back with what is wrong beside the fields.
    for path in ["/login", "/register"] {
        scene
            .browser
            .goto(&format!("{}{path}", server.base()))
            .await;
        scene.browser.fill("#username", "a b").await;
        scene.browser.fill("#password", "short").await;
        scene.browser.click_away("main button.primary").await;
        scene.browser.find(".error").await;
        scene.check(&axe, &format!("refused at {path}")).await;
    }
    let empty = TestDatabase::migrated().await;
    let new = Process::serve(&empty);
    scene.browser.goto(&new.setup_link()).await;
    scene.check(&axe, "setup").await;
    scene.browser.goto(&new.base()).await;
    scene.check(&axe, "nothing yet").await;
    scene.assert_nothing_is_wrong();
}

#[tokio::test]
async fn nothing_is_wrong_while_somebody_logs_and_edits() {
    let Some(axe) = axe() else { return };
    let Some((mut scene, server)) = Scene::open().await else {
        return;
    };
    scene.sign_in(&server).await;

    scene.browser.fill("#q", "mat").await;
    scene.browser.find("#found-0").await;
    scene.browser.keys("\u{e015}").await;
    scene.check(&axe, "suggestions").await;
    scene.browser.fill("#q", "heat").await;
    scene
        .browser
        .find("#suggestion-by-hand[data-typed=heat]")
        .await;
    scene.check(&axe, "a film that is known").await;
    scene
        .browser
        .until("document.querySelector('.asking')?.textContent === 'The catalog knows no more.'")
        .await;
    scene.browser.fill("#q", "brok").await;
    scene
        .browser
        .until("document.querySelector('.asking')?.textContent.includes('cannot be asked')")
        .await;
    scene.check(&axe, "the catalog is away").await;

    scene.browser.fill("#q", "Twins").await;
    scene
        .browser
        .click("#suggestion-by-hand[data-typed=Twins]")
        .await;
    scene.browser.find("#year").await;
    scene.check(&axe, "a form in place").await;
    scene.browser.fill("#year", "88").await;
    scene
        .browser
        .fill("form.review [name=tags]", &"x".repeat(40))
        .await;
    scene.browser.click("form.review button.primary").await;
    scene.browser.find("#year-error").await;
    scene.check(&axe, "a form that was refused").await;
    scene.browser.fill("#year", "1988").await;
    scene.browser.fill("form.review [name=tags]", "").await;
    scene.browser.click("form.review button.primary").await;
    scene.browser.find(".error button").await;
    scene.check(&axe, "a question which film").await;

    scene.browser.goto(&server.base()).await;
    scene.browser.click(".entry:nth-child(3) .actions a").await;
    scene.browser.find(".editing").await;
    scene.check(&axe, "an edit in place").await;
    scene
        .browser
        .click(".entry:nth-child(4) .actions button")
        .await;
    scene.browser.find(".gone button").await;
    scene.check(&axe, "what was deleted").await;
    // Somebody else was faster.
    scene
        .browser
        .evaluate("document.querySelector('.editing [name=version]').value = '0'")
        .await;
    scene.browser.click(".editing button.primary").await;
    scene.browser.find(".editing .error").await;
    scene.check(&axe, "an edit of what was changed").await;

    scene.browser.goto(&server.base()).await;
    scene.browser.run("document.activeElement.blur()").await;
    scene.browser.keys("?").await;
    scene.browser.find("dialog[open]").await;
    scene.check(&axe, "the keys").await;
    scene.browser.click("dialog button").await;
    server.kill();
    scene.browser.click(".entry .actions a").await;
    scene.browser.find(".toast button").await;
    scene.check(&axe, "a server that is away").await;
    scene.assert_nothing_is_wrong();
}

#[tokio::test]
async fn nothing_is_wrong_without_the_network() {
    let Some(axe) = axe() else { return };
    let Some((mut scene, server)) = Scene::open().await else {
        return;
    };
    scene.sign_in(&server).await;
    let base = server.base();
    scene.browser.goto(&format!("{base}/settings")).await;
    scene.browser.click("#device [name=keep]").await;
    scene.browser.click_away("#device button.primary").await;
    scene.browser.goto(&base).await;
    let forms = "caches.match('/reviews/new?by_hand=1').then((form) => form !== undefined)";
    scene.browser.until(forms).await;
    server.stop("TERM");
    scene
        .browser
        .goto(&format!("{base}/reviews/new?q=Ran"))
        .await;
    scene.browser.find(".kept").await;
    scene.check(&axe, "a kept form").await;
    scene.browser.fill("#year", "985").await;
    scene.browser.click_away("form.review button.primary").await;
    scene.browser.find(".waiting-review").await;
    scene.check(&axe, "a review that waits").await;
    let port = base.rsplit(':').next().expect("a port");
    let server = scene.serve(&[("PORT", port)]);
    scene.browser.goto(&base).await;
    scene.browser.find(".waiting-review.refused").await;
    scene.check(&axe, "a review that was refused").await;
    drop(server);
    scene.assert_nothing_is_wrong();
}

/// WCAG 1.4.4 and 1.4.10: at a width of 320, and with letters twice as large.
#[tokio::test]
async fn no_page_is_wider_than_the_narrowest_window() {
    let Some((scene, server)) = Scene::open().await else {
        return;
    };
    scene.sign_in(&server).await;
    let browser = &scene.browser;
    let mut wide = Vec::new();
    for path in PAGES {
        browser.resize(320).await;
        browser.goto(&format!("{}{path}", server.base())).await;
        for (width, letters) in [(320, "100%"), (640, "200%")] {
            browser.resize(width).await;
            let larger =
                format!("document.documentElement.style.setProperty('font-size', '{letters}')");
            browser.evaluate(&larger).await;
            let sizes = "document.scrollingElement.scrollWidth <= innerWidth && innerWidth";
            let seen = browser.evaluate(sizes).await;
            if seen != width {
                let wider = format!(
                    "[...document.querySelectorAll('body *')].filter((it) => it.getBoundingClientRect().right > {width}).slice(0, 6).map((it) => it.outerHTML.slice(0, 80))"
                );
                let wider = browser.evaluate(&wider).await;
                wide.push(format!("{path} at {width} with {letters}: {wider}"));
            }
        }
    }
    assert!(wide.is_empty(), "{wide:#?}");
}

/// WCAG 2.5.8, and more where it matters.
#[tokio::test]
async fn what_is_pressed_is_large_enough_for_a_thumb() {
    let Some((scene, server)) = Scene::open().await else {
        return;
    };
    scene.sign_in(&server).await;
    let browser = &scene.browser;
    browser.resize(360).await;
    let mut small = Vec::new();
    for path in PAGES {
        browser.goto(&format!("{}{path}", server.base())).await;
        let found = browser.evaluate(SMALL).await;
        small.extend(lines(&found).map(|line| format!("{path}: {line}")));
    }
    browser.goto(&server.base()).await;
    browser.fill("#q", "heat").await;
    browser.find("#suggestion-by-hand[data-typed=heat]").await;
    let found = browser.evaluate(SMALL).await;
    small.extend(lines(&found).map(|line| format!("suggestions: {line}")));
    assert!(small.is_empty(), "{small:#?}");
}
