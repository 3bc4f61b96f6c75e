//! Accessibility of every page: what axe-core finds in both themes at phone and desktop width, no
//! sideways scrolling in narrow windows or with large text, and the size of touch targets.
//!
//! These tests run [axe-core](https://github.com/dequelabs/axe-core) from the file that `TEST_AXE`
//! names. Without it they print a notice and pass, unless `REQUIRE_AXE=1`.

use std::io::Write;

use axum::http::StatusCode;
use chrono::Datelike;
use serde_json::Value;

use crate::support::browser::{Browser, BrowserOptions};
use crate::support::catalog_payloads::tmdb;
use crate::support::catalog_stub::{CatalogStub, SEARCH, as_str_pairs, ok, status};
use crate::support::databases::TestDatabase;
use crate::support::imports::fixture;
use crate::support::pictures::png;
use crate::support::process::ServerProcess;
use crate::support::{App, ReviewBuilder, seed_facts};

const MEMBER_PAGES: &[&str] = &[
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
    "/lists/1",
    "/lists/new",
    "/users/ada/lists",
    "/users/ada",
    "/users/ada?view=films",
    "/users/ada?view=films&genre=crime&sort=title",
    "/users/ada?view=ratings",
    "/users/ada?view=history",
    "/users/ada?view=history&rating_from=3&liked=yes",
    "/users/ada?view=history&as=calendar",
    "/users/ada?view=history&q=nothing",
    "/users/ada?view=trends",
    "/users/ada?view=trends&period=12months",
    "/users/zoe",
    "/settings",
    "/settings?saved=device",
    "/settings/feeds",
    "/settings/tokens",
    "/settings/export",
    "/settings/import",
    "/settings/import/1",
    "/settings/import/1/films",
    "/settings/import/1/films/1?q=twins",
    "/settings/import/1/rows",
    "/settings/import/2",
    "/admin",
    "/admin/catalog",
    "/api/docs",
    "/offline",
    "/nowhere",
    "/?older=x",
    "/embed/ada",
];

const VISITOR_PAGES: &[&str] = &[
    "/",
    "/login",
    "/register",
    "/movies",
    "/movies/1",
    "/reviews/1",
    "/users",
    "/users/ada",
    "/users/ada?view=trends",
    "/lists/1",
    "/nowhere",
];

/// Returns axe-core's violations, and its incomplete results for `aria-required-children`.
///
/// Scalar, which renders the API reference, breaks the rules in `scalarRules` with markup that we
/// cannot change. They count everywhere else, and all other rules count for Scalar too.
const AXE_CHECK: &str = r"axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations', 'incomplete'],
}).then(({ violations, incomplete }) => {
    const untold = incomplete.filter(({ id }) => id === 'aria-required-children');
    const scalarRules = ['aria-allowed-attr', 'aria-allowed-role', 'aria-required-children', 'button-name', 'label-content-name-mismatch',
        'scrollable-region-focusable'];
    const isInScalar = ({ target }) => document.querySelector(target[0])?.closest('#scalar');
    const counts = (id) => (node) => !(scalarRules.includes(id) && isInScalar(node));
    return [...violations, ...untold].flatMap(({ id, nodes }) => nodes.filter(counts(id)).map((node) => {
        const why = [...node.any, ...node.all, ...node.none].map(({ message }) => message);
        return `${id}: ${node.html.slice(0, 160)} (${why.join('; ')})`;
    }));
})";

/// Returns the targets that are too small: under 24 CSS pixels in either direction for links in
/// bars and for form controls (WCAG 2.5.8), under 44 for the ones used most. Scalar's do not count.
const SMALL_TARGETS: &str = r"[
    [24, 'nav a, header.site button, footer.site button, .actions a, .actions button, form button, summary, .tick, .rating label, form input:not([type=hidden], [type=checkbox], [type=radio]), form select, form textarea'],
    [44, '.primary, nav.bar a, .ask input, header.site nav > a, .menu .actions :is(a, button), .tabs a, [role=option]'],
].flatMap(([least, which]) => [...document.querySelectorAll(which)].filter((target) => {
    const { width, height } = target.getBoundingClientRect();
    const isSeen = target.checkVisibility({ visibilityProperty: true }) && !target.closest('.hidden, #scalar');
    return isSeen && Math.min(width, height) < least - 0.5;
}).map((target) => `${target.outerHTML.slice(0, 120)} ${target.getBoundingClientRect().width} x ${target.getBoundingClientRect().height}`))";

/// Returns the elements that the Tab key reaches, but whose focus cannot be seen (WCAG 2.4.7) or is
/// covered by a bar (WCAG 2.4.11).
const UNSEEN_FOCUS: &str = r"(() => {
    const isReached = (at) => at.tabIndex >= 0 && !at.disabled && at.checkVisibility({ visibilityProperty: true });
    const isOtherRadio = (at) => at.type === 'radio' && !at.checked && at.form?.querySelector(`[name='${at.name}']:checked`);
    const hasRing = (at) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    };
    const isClipped = (at) => at && (getComputedStyle(at).clipPath !== 'none' || isClipped(at.parentElement));
    const isCovered = (at, { left, top, bottom }) => [top + 2, bottom - 2].some((y) => {
        const bar = document.elementFromPoint(left + 2, y)?.closest('nav.bar, .actions, #toasts');
        return bar && !bar.contains(at) && ['fixed', 'sticky'].includes(getComputedStyle(bar).position);
    });
    const faultOf = (at) => {
        at.focus();
        const shown = at.closest('.rating label') ?? at;
        const box = shown.getClientRects()[0];
        const faults = {
            'no focus': document.activeElement !== at,
            'no ring': ![shown, shown.closest('.choices')].some((it) => it && hasRing(it)),
            clipped: !box || Math.min(box.width, box.height) < 4 || isClipped(shown),
            'out of sight': box && (box.bottom < 2 || box.top > innerHeight - 2),
            covered: box && box.height < innerHeight / 2 && isCovered(at, box),
        };
        return Object.keys(faults).filter((name) => faults[name]).join(', ');
    };
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')];
    const reached = all.filter((at) => isReached(at) && !isOtherRadio(at) && !at.closest('#scalar'));
    return reached.map((at) => [faultOf(at), at]).filter(([fault]) => fault).map(([fault, at]) => `${fault}: ${at.outerHTML.slice(0, 120)}`);
})()";

/// Returns the halves of stars that are smaller than 24 pixels, or touch the next one.
const TIGHT_STARS: &str = r"(() => {
    const boxes = [...document.querySelectorAll('.rating :is(.half, .whole)')].map((label) => label.getBoundingClientRect());
    const isTight = ({ width, height, right, top }, index) => {
        const next = boxes[index + 1];
        return width < 24 || height < 24 || (next && (next.left - right < 1 || next.top !== top));
    };
    return boxes.length === 10 ? boxes.filter(isTight).map((box) => JSON.stringify(box)) : ['not ten halves'];
})()";

const ADA: &str = "ada";

/// A browser in front of a diary with a bit of everything in it, and a stubbed catalog.
struct AccessibilityFixture {
    upstream: CatalogStub,
    database: TestDatabase,
    browser: Browser,
    findings: Vec<String>,
}

impl AccessibilityFixture {
    /// `None` where no browser is installed.
    async fn open() -> Option<(Self, ServerProcess)> {
        let options = BrowserOptions {
            reduced_motion: true,
            ..BrowserOptions::default()
        };
        let browser = Browser::open(options).await?;
        let upstream = CatalogStub::start().await;
        let matrix = tmdb::result(603, "Matrix", "1999-03-31");
        let hits = ok(tmdb::results([matrix]));
        upstream.respond(SEARCH, &[("query", "mat")], hits).await;
        upstream
            .respond(SEARCH, &[("query", "brok")], status(500))
            .await;
        upstream.respond(SEARCH, &[], ok(tmdb::results([]))).await;
        let fixture = Self {
            upstream,
            database: varied_diary().await,
            browser,
            findings: Vec::new(),
        };
        let server = fixture.serve(&[]);
        Some((fixture, server))
    }

    fn serve(&self, more: &[(&str, &str)]) -> ServerProcess {
        let folder = self.database.folder().display().to_string();
        let ours = [
            ("CATALOG", "tmdb"),
            ("DATA_DIR", &folder),
            ("ALLOW_REGISTRATION", "true"),
        ];
        let settings: Vec<_> = ours.iter().chain(more).copied().collect();
        let settings = self.upstream.settings(&settings);
        ServerProcess::serve_with(&self.database, &as_str_pairs(&settings))
    }

    async fn sign_in(&self, server: &ServerProcess) {
        let browser = &self.browser;
        browser.sign_in(&server.base_url(), ADA).await;
    }

    /// Collects what axe-core finds on the current page, at two widths and in both themes.
    async fn collect_findings(&mut self, axe: &str, what: &str) {
        let browser = &self.browser;
        browser.run(axe).await;
        for (width, colours) in [
            (360, "light"),
            (360, "dark"),
            (1280, "dark"),
            (1280, "light"),
        ] {
            browser.resize(width).await;
            browser.emulate_color_scheme(colours).await;
            let found = browser.evaluate_promise(AXE_CHECK).await;
            let found = finding_lines(&found);
            let found = found.map(|line| format!("{what}, {width}, {colours}: {line}"));
            self.findings.extend(found);
        }
    }

    #[track_caller]
    fn assert_no_findings(self) {
        assert!(self.findings.is_empty(), "{:#?}", self.findings);
    }
}

fn finding_lines(found: &Value) -> impl Iterator<Item = String> {
    let lines = found
        .as_array()
        .unwrap_or_else(|| panic!("no answer: {found}"));
    lines
        .iter()
        .map(|line| line.as_str().unwrap_or_default().to_owned())
}

async fn varied_diary() -> TestDatabase {
    let app = App::start().await;
    let ada = app.admin(ADA).await;
    let eve = app.member("eve").await;
    app.member("zoe").await;
    ReviewBuilder::of("Heat", 1995)
        .with("director", "Michael Mann")
        .with("rating", "4.5")
        .with("liked", "on")
        .with("tags", "crime, LA")
        .with("comment", "Two men and a cup of coffee.")
        .log(&ada)
        .await;
    ReviewBuilder::of("Ran", 1985)
        .with("day_unknown", "on")
        .with("rewatch", "on")
        .with("spoiler", "on")
        .with("visibility", "private")
        .with("comment", "He falls.")
        .log(&ada)
        .await;
    seed_facts(&app, "Heat", &["Crime"], Some(170)).await;
    let sent = ada.upload("/movies/1/poster", &png(120, 180)).await;
    sent.expect(StatusCode::SEE_OTHER);
    let today = app.state.clock.today(chrono_tz::UTC);
    for number in 0..22 {
        let day = today - chrono::Days::new(17 * number);
        let stars = ["", "1.5", "3", "5"][number as usize % 4];
        ReviewBuilder::of(&format!("Film {number}"), 1960 + number as i32)
            .with("watched_on", &day.to_string())
            .with("rating", stars)
            .log(&ada)
            .await;
    }
    for director in ["Ivan Reitman", "Another"] {
        ReviewBuilder::of("Twins", 1988)
            .with("director", director)
            .log(&ada)
            .await;
    }
    ReviewBuilder::of("Heat", 1995)
        .with("rating", "2")
        .log(&eve)
        .await;
    let gone = ReviewBuilder::of("Ida", 2013).log(&ada).await;
    ada.post(format!("/reviews/{gone}/deletion"), &[]).await;
    let goals = [(today.year(), "52"), (today.year() - 1, "3")];
    for (year, films) in goals {
        let path = format!("/users/{ADA}/goals/{year}");
        let set = ada.post(path, &[("films", films)]).await;
        set.expect(StatusCode::SEE_OTHER);
    }
    let list = [
        ("title", "Noir"),
        ("visibility", "public"),
        ("ranked", "on"),
    ];
    ada.post("/lists", &list)
        .await
        .expect(StatusCode::SEE_OTHER);
    let films = [("lines", "Sunset Boulevard (1950)\nLaura (1944)")];
    ada.post("/lists/1/entries", &films)
        .await
        .expect(StatusCode::SEE_OTHER);
    let rows =
        "title,year,watched_on\nTwins,1988,2024-01-05\nHeat,1995,2024-01-06\nDune,2021,once\n";
    for file in [rows.as_bytes(), &fixture("generic/unknown-headers.csv")] {
        let sent = ada.upload_as("/settings/import", "file", file).await;
        sent.expect(StatusCode::SEE_OTHER);
        app.work_on_imports().await;
    }
    ada.post("/admin/invites", &[]).await;
    ada.post(
        "/settings/tokens",
        &[("name", "Phone"), ("scope", "read"), ("days", "30")],
    )
    .await;
    app.database
}

/// The source of axe-core; `None` where it is not installed.
fn axe_source() -> Option<String> {
    let script = std::env::var_os("TEST_AXE").and_then(|file| std::fs::read_to_string(file).ok());
    if script.is_none() {
        let is_required = std::env::var("REQUIRE_AXE").is_ok_and(|value| value == "1");
        assert!(
            !is_required,
            "REQUIRE_AXE=1, but TEST_AXE does not name axe-core"
        );
        let notice = "SKIPPED: an accessibility test, because TEST_AXE does not name axe-core";
        writeln!(std::io::stderr(), "{notice}").expect("stderr is open");
    }
    script
}

#[tokio::test]
async fn pages_of_members_are_accessible() {
    let Some(axe) = axe_source() else { return };
    let Some((mut fixture, server)) = AccessibilityFixture::open().await else {
        return;
    };
    fixture.sign_in(&server).await;
    for path in MEMBER_PAGES {
        fixture
            .browser
            .goto(&format!("{}{path}", server.base_url()))
            .await;
        if path == &"/api/docs" {
            fixture.browser.find("#scalar h1").await;
        }
        fixture.collect_findings(&axe, path).await;
    }
    fixture
        .browser
        .goto(&format!("{}/users/ada", server.base_url()))
        .await;
    fixture.browser.click("details.member > summary").await;
    fixture.browser.click(".goal summary").await;
    fixture.browser.fill(".goal [name=films]", "0").await;
    fixture.browser.click(".goal button.primary").await;
    fixture.browser.find(".goal .error").await;
    fixture.collect_findings(&axe, "a goal with an error").await;
    fixture.assert_no_findings();
}

#[tokio::test]
async fn pages_of_visitors_are_accessible() {
    let Some(axe) = axe_source() else { return };
    let Some((mut fixture, server)) = AccessibilityFixture::open().await else {
        return;
    };
    for path in VISITOR_PAGES {
        fixture
            .browser
            .goto(&format!("{}{path}", server.base_url()))
            .await;
        fixture
            .collect_findings(&axe, &format!("visitor at {path}"))
            .await;
    }
    // Forms that come back with errors beside their fields.
    for path in ["/login", "/register"] {
        fixture
            .browser
            .goto(&format!("{}{path}", server.base_url()))
            .await;
        fixture.browser.fill("#username", "a b").await;
        fixture.browser.fill("#password", "short").await;
        fixture
            .browser
            .click_and_navigate("main button.primary")
            .await;
        fixture.browser.find(".error").await;
        fixture
            .collect_findings(&axe, &format!("refused at {path}"))
            .await;
    }
    let empty = TestDatabase::migrated().await;
    let new = ServerProcess::serve(&empty);
    fixture.browser.goto(&new.setup_link()).await;
    fixture.collect_findings(&axe, "setup").await;
    fixture.browser.goto(&new.base_url()).await;
    fixture.collect_findings(&axe, "nothing yet").await;
    fixture.assert_no_findings();
}

#[tokio::test]
async fn logging_and_editing_are_accessible() {
    let Some(axe) = axe_source() else { return };
    let Some((mut fixture, server)) = AccessibilityFixture::open().await else {
        return;
    };
    fixture.sign_in(&server).await;

    fixture.browser.fill("#q", "mat").await;
    fixture.browser.find("#found-0").await;
    fixture.browser.press_keys("\u{e015}").await;
    fixture.collect_findings(&axe, "suggestions").await;
    fixture.browser.fill("#q", "heat").await;
    fixture
        .browser
        .find("#suggestion-by-hand[data-typed=heat]")
        .await;
    fixture.collect_findings(&axe, "a film that is known").await;
    fixture
        .browser
        .wait_until(
            "document.querySelector('.asking')?.textContent === 'The catalog has no more matches.'",
        )
        .await;
    fixture.browser.fill("#q", "brok").await;
    fixture
        .browser
        .wait_until("document.querySelector('.asking')?.textContent.includes('not available')")
        .await;
    fixture.collect_findings(&axe, "the catalog is away").await;

    fixture.browser.fill("#q", "Twins").await;
    fixture
        .browser
        .click("#suggestion-by-hand[data-typed=Twins]")
        .await;
    fixture.browser.find("#year").await;
    fixture.collect_findings(&axe, "a form in place").await;
    fixture.browser.fill("#year", "88").await;
    fixture.browser.open_more_fields().await;
    fixture
        .browser
        .fill("form.review [name=tags]", &"x".repeat(40))
        .await;
    fixture.browser.click("form.review button.primary").await;
    fixture.browser.find("#year-error").await;
    fixture
        .collect_findings(&axe, "a form that was refused")
        .await;
    fixture.browser.fill("#year", "1988").await;
    fixture.browser.open_more_fields().await;
    fixture.browser.fill("form.review [name=tags]", "").await;
    fixture.browser.click("form.review button.primary").await;
    fixture.browser.find(".error button").await;
    fixture
        .collect_findings(&axe, "a question which film")
        .await;

    fixture.browser.goto(&server.base_url()).await;
    fixture.browser.open_menu(".entry:nth-child(3)").await;
    fixture.collect_findings(&axe, "an open menu").await;
    fixture
        .browser
        .click(".entry:nth-child(3) [data-edit]")
        .await;
    fixture.browser.find(".editing").await;
    fixture.collect_findings(&axe, "an edit in place").await;
    fixture.browser.open_menu(".entry:nth-child(4)").await;
    fixture
        .browser
        .click(".entry:nth-child(4) .menu button")
        .await;
    fixture.browser.find(".gone button").await;
    fixture.collect_findings(&axe, "what was deleted").await;
    // Simulate an edit from another device.
    fixture
        .browser
        .evaluate("document.querySelector('.editing [name=version]').value = '0'")
        .await;
    fixture.browser.click(".editing button.primary").await;
    fixture.browser.find(".editing .error").await;
    fixture
        .collect_findings(&axe, "an edit of what was changed")
        .await;

    fixture.browser.goto(&server.base_url()).await;
    fixture.browser.run("document.activeElement.blur()").await;
    fixture.browser.press_keys("?").await;
    fixture.browser.find("dialog[open]").await;
    fixture.collect_findings(&axe, "the keys").await;
    fixture.browser.click("dialog button").await;
    server.kill();
    fixture.browser.open_menu(".entry").await;
    fixture.browser.click(".entry [data-edit]").await;
    fixture.browser.find(".toast button").await;
    fixture
        .collect_findings(&axe, "a server that is away")
        .await;
    fixture.assert_no_findings();
}

#[tokio::test]
async fn offline_pages_are_accessible() {
    let Some(axe) = axe_source() else { return };
    let Some((mut fixture, server)) = AccessibilityFixture::open().await else {
        return;
    };
    fixture.sign_in(&server).await;
    let base = server.base_url();
    fixture.browser.goto(&format!("{base}/settings")).await;
    fixture.browser.click("#device [name=keep]").await;
    fixture
        .browser
        .click_and_navigate("#device button.primary")
        .await;
    fixture.browser.goto(&base).await;
    let forms = "caches.match('/reviews/new?by_hand=1').then((form) => form !== undefined)";
    fixture.browser.wait_until(forms).await;
    server.stop("TERM");
    fixture
        .browser
        .goto(&format!("{base}/reviews/new?q=Ran"))
        .await;
    fixture.browser.find(".kept").await;
    fixture.collect_findings(&axe, "a kept form").await;
    fixture.browser.fill("#year", "985").await;
    fixture
        .browser
        .click_and_navigate("form.review button.primary")
        .await;
    fixture.browser.find(".waiting-review").await;
    fixture.collect_findings(&axe, "a review that waits").await;
    let port = base.rsplit(':').next().expect("a port");
    let server = fixture.serve(&[("PORT", port)]);
    fixture.browser.goto(&base).await;
    fixture.browser.find(".waiting-review.refused").await;
    fixture
        .collect_findings(&axe, "a review that was refused")
        .await;
    drop(server);
    fixture.assert_no_findings();
}

/// WCAG 1.4.4 and 1.4.10: at a width of 320 pixels, and with text at 200%.
#[tokio::test]
async fn no_page_scrolls_sideways() {
    let Some((fixture, server)) = AccessibilityFixture::open().await else {
        return;
    };
    fixture.sign_in(&server).await;
    let browser = &fixture.browser;
    let mut wide = Vec::new();
    for path in MEMBER_PAGES {
        browser.resize(320).await;
        browser.goto(&format!("{}{path}", server.base_url())).await;
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

/// On desktops and phones, at a zoom of 400 %, and with text at 200 %.
#[tokio::test]
async fn every_focus_is_visible_and_uncovered() {
    let Some((fixture, server)) = AccessibilityFixture::open().await else {
        return;
    };
    fixture.sign_in(&server).await;
    let browser = &fixture.browser;
    let mut unseen = Vec::new();
    for path in MEMBER_PAGES {
        browser.goto(&format!("{}{path}", server.base_url())).await;
        // The ring is for those who use the keyboard.
        browser.press_keys("\u{e004}").await;
        for (width, height, letters) in [
            (1280, 900, "100%"),
            (360, 740, "100%"),
            (320, 256, "100%"),
            (360, 740, "200%"),
        ] {
            browser.resize_to(width, height).await;
            let larger =
                format!("document.documentElement.style.setProperty('font-size', '{letters}')");
            browser.evaluate(&larger).await;
            let found = browser.evaluate(UNSEEN_FOCUS).await;
            let found = finding_lines(&found);
            unseen.extend(found.map(|line| format!("{path}, {width}, {letters}: {line}")));
        }
    }
    assert!(unseen.is_empty(), "{unseen:#?}");
}

/// WCAG 2.5.8, and stricter for the targets used most.
#[tokio::test]
async fn touch_targets_are_large_enough() {
    let Some((fixture, server)) = AccessibilityFixture::open().await else {
        return;
    };
    fixture.sign_in(&server).await;
    let browser = &fixture.browser;
    browser.resize(360).await;
    let mut small = Vec::new();
    for path in MEMBER_PAGES {
        browser.goto(&format!("{}{path}", server.base_url())).await;
        let found = browser.evaluate(SMALL_TARGETS).await;
        small.extend(finding_lines(&found).map(|line| format!("{path}: {line}")));
    }
    for path in ["/reviews/new?movie=1", "/reviews/1/edit"] {
        for width in [320, 360, 1000] {
            browser.resize(width).await;
            browser.goto(&format!("{}{path}", server.base_url())).await;
            let found = browser.evaluate(TIGHT_STARS).await;
            small.extend(finding_lines(&found).map(|line| format!("{path}, {width}: {line}")));
        }
    }
    browser.resize(360).await;
    browser.goto(&server.base_url()).await;
    browser.fill("#q", "heat").await;
    browser.find("#suggestion-by-hand[data-typed=heat]").await;
    let found = browser.evaluate(SMALL_TARGETS).await;
    small.extend(finding_lines(&found).map(|line| format!("suggestions: {line}")));
    assert!(small.is_empty(), "{small:#?}");
}
