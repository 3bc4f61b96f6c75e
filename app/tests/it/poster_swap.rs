//! Posters in a real browser: they appear by themselves, and then the polling stops.

use std::path::PathBuf;
use std::time::Duration;

use wiremock::ResponseTemplate;

use crate::posters::{MATRIX_POSTER_PATH, image_response, stub_tmdb_matrix};
use crate::support::PASSWORD;
use crate::support::browser::{Browser, BrowserOptions};
use crate::support::catalog_stub::{CatalogStub, as_str_pairs, status};
use crate::support::databases::TestDatabase;
use crate::support::pictures::{distinct_png, jpeg, png};
use crate::support::process::{ServerProcess, command, put_small_catalog};

/// A server with a TMDB stub, and a browser signed in to it.
struct PosterSwapFixture {
    upstream: CatalogStub,
    server: ServerProcess,
    browser: Browser,
    database: TestDatabase,
}

impl PosterSwapFixture {
    async fn open(setup: BrowserOptions) -> Option<Self> {
        let browser = Browser::open(setup).await?;
        let upstream = CatalogStub::start().await;
        stub_tmdb_matrix(&upstream).await;
        let database = TestDatabase::migrated().await;
        let url = database.url();
        let settings = upstream.settings(&[
            ("CATALOG", "tmdb"),
            ("DATABASE_URL", &url),
            ("PORT", "0"),
            ("RUST_LOG", "movies_diary=debug"),
        ]);
        let settings = as_str_pairs(&settings);
        let log = std::fs::File::create(database.folder().join("log")).expect("a file");
        put_small_catalog(&database.folder().join("data"));
        let server = ServerProcess::start_with_log(command(database.folder(), &settings), log);
        let fixture = Self {
            upstream,
            server,
            browser,
            database,
        };
        fixture.complete_setup().await;
        Some(fixture)
    }

    async fn complete_setup(&self) {
        let Self {
            browser, server, ..
        } = self;
        browser.goto(&server.setup_link()).await;
        browser.fill("#username", "ada").await;
        browser.fill("#password", PASSWORD).await;
        browser.click_and_navigate("main button.primary").await;
        browser.goto(&server.base_url()).await;
    }

    /// How often the server was polled for pending posters, by its log.
    fn poll_count(&self) -> usize {
        let log = std::fs::read_to_string(self.database.folder().join("log"));
        let log = log.expect("the log");
        let answered = log.lines().filter(|line| line.contains("answered"));
        answered
            .filter(|line| line.contains("/movies/posters"))
            .count()
    }

    /// Three letters, arrow, Enter, a star, submit.
    async fn log_the_matrix(&self) {
        let browser = &self.browser;
        browser.click("#q").await;
        browser.press_keys("mat").await;
        browser.find("#found-0").await;
        browser.press_keys("\u{e015}").await;
        browser.press_keys("\u{e007}").await;
        browser
            .wait_until("document.activeElement?.name === 'rating'")
            .await;
        browser.press_keys("\u{e014}").await;
        browser.click("form.review button.primary").await;
        browser.find(".entry .title").await;
    }

    /// Waits three seconds for polls that should not come.
    async fn assert_polling_stopped(&self) {
        let before = self.poll_count();
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(self.poll_count(), before, "it goes on asking");
    }

    fn write_file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.database.folder().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }
}

const POSTER_IS_SHOWN: &str = "document.querySelector('.entry .poster img')?.naturalWidth > 0";

#[tokio::test]
async fn a_poster_swaps_in_without_a_reload() {
    let Some(fixture) = PosterSwapFixture::open(BrowserOptions::default()).await else {
        return;
    };
    let browser = &fixture.browser;
    let late = image_response(jpeg(400, 600)).set_delay(Duration::from_millis(1500));
    fixture
        .upstream
        .respond(MATRIX_POSTER_PATH, &[], late)
        .await;
    browser
        .evaluate("(() => { window.sameDocument = true; return true; })()")
        .await;
    fixture.log_the_matrix().await;
    // The entry appears at once, with a drawn card in place of its poster.
    browser.find(".entry .poster.waiting .drawn").await;
    browser.wait_until(POSTER_IS_SHOWN).await;
    assert_eq!(browser.evaluate("window.sameDocument").await, true);
    assert_eq!(browser.path().await, "/");
    assert!(fixture.poll_count() >= 1);
    assert_eq!(fixture.upstream.request_count(MATRIX_POSTER_PATH).await, 1);
    fixture.assert_polling_stopped().await;
    browser.assert_no_console_errors().await;
}

#[tokio::test]
async fn a_poster_swaps_in_after_failed_downloads() {
    let Some(fixture) = PosterSwapFixture::open(BrowserOptions::default()).await else {
        return;
    };
    fixture
        .upstream
        .respond(MATRIX_POSTER_PATH, &[], status(503))
        .await;
    fixture.log_the_matrix().await;
    fixture.browser.find(".entry .poster.waiting").await;
    // The first two attempts fail.
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while fixture.upstream.request_count(MATRIX_POSTER_PATH).await < 2 {
        assert!(
            std::time::Instant::now() < deadline,
            "it is not tried again"
        );
        fixture.browser.evaluate("true").await;
    }
    let well = image_response(jpeg(400, 600));
    fixture
        .upstream
        .override_response(MATRIX_POSTER_PATH, well)
        .await;
    fixture.browser.wait_until(POSTER_IS_SHOWN).await;
    fixture.assert_polling_stopped().await;
    fixture.browser.assert_no_console_errors().await;
}

#[tokio::test]
async fn a_given_up_poster_ends_the_polling() {
    let Some(fixture) = PosterSwapFixture::open(BrowserOptions::default()).await else {
        return;
    };
    let gone = ResponseTemplate::new(404);
    fixture
        .upstream
        .respond(MATRIX_POSTER_PATH, &[], gone)
        .await;
    fixture.log_the_matrix().await;
    fixture
        .browser
        .wait_until("document.querySelector('.entry .poster:not(.waiting) .drawn') !== null")
        .await;
    fixture.assert_polling_stopped().await;
    fixture.browser.assert_no_console_errors().await;
}

/// Twenty pending posters share one request a tick, and none is sent for posters out of sight.
#[tokio::test]
async fn pending_posters_in_sight_share_one_poll() {
    let Some(fixture) = PosterSwapFixture::open(BrowserOptions::default()).await else {
        return;
    };
    let browser = &fixture.browser;
    // The catalog does not respond, so all of them stay pending.
    let hang = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    fixture.upstream.reset().await;
    fixture
        .upstream
        .respond("/tmdb/3/search/movie", &[], hang)
        .await;
    for number in 0..20 {
        let by_hand = format!(
            "{}/reviews/new?q=Film+{number}&by_hand=1",
            fixture.server.base_url()
        );
        browser.goto(&by_hand).await;
        browser.fill("#year", "2000").await;
        browser
            .click_and_navigate("form.review button.primary")
            .await;
    }
    browser.goto(&fixture.server.base_url()).await;
    let waiting = "document.querySelectorAll('.entry .poster.waiting').length === 20";
    browser.wait_until(waiting).await;
    let urls = "performance.getEntriesByType('resource').map(entry => entry.name)\
         .filter(name => name.includes('/movies/posters'))";
    browser.wait_until(&format!("{urls}.length >= 2")).await;
    let polls = browser.evaluate(urls).await;
    let asked = polls.as_array().expect("addresses");
    assert!(asked.len() <= 3, "{asked:?}");
    for url in asked {
        let url = url.as_str().expect("an address");
        let entries = url.matches("entry=").count();
        assert!((2..20).contains(&entries), "those in sight: {url}");
    }
    // Out of sight, the polling stops.
    browser
        .evaluate("(() => { document.querySelector('.entries').hidden = true; return true; })()")
        .await;
    browser
        .wait_until("document.querySelector('.poster[data-in-sight]') === null")
        .await;
    fixture.assert_polling_stopped().await;
    browser.assert_no_console_errors().await;
}

#[tokio::test]
async fn without_javascript_the_next_page_shows_the_poster() {
    let setup = BrowserOptions {
        javascript: false,
        ..BrowserOptions::default()
    };
    let Some(fixture) = PosterSwapFixture::open(setup).await else {
        return;
    };
    let browser = &fixture.browser;
    fixture
        .upstream
        .respond(MATRIX_POSTER_PATH, &[], image_response(jpeg(400, 600)))
        .await;
    browser.fill("#q", "mat").await;
    browser.click_and_navigate(".ask button").await;
    browser.click_and_navigate(".found a").await;
    browser
        .click_and_navigate("form.review button.primary")
        .await;
    browser.find(".entry .poster").await;
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    loop {
        browser.goto(&fixture.server.base_url()).await;
        if browser.text("main").await.is_empty() || browser.has(".entry .poster img").await {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "no poster");
    }
    assert_eq!(fixture.poll_count(), 0);

    // Uploading a poster works as well.
    browser
        .goto(&format!(
            "{}/movies/1/correction",
            fixture.server.base_url()
        ))
        .await;
    let before = fixture.write_file("notes.png", b"no picture");
    browser.choose_file("#poster-file", &before).await;
    browser.click_and_navigate("#poster form button").await;
    assert!(
        browser
            .text("#poster-file-error")
            .await
            .contains("read as a picture")
    );
    let picture = fixture.write_file("poster.png", &png(200, 300));
    browser.choose_file("#poster-file", &picture).await;
    browser.click_and_navigate("#poster form button").await;
    assert_eq!(browser.path().await, "/movies/1");
    assert!(
        browser
            .text(".credit")
            .await
            .contains("uploaded by a member")
    );
    browser.assert_no_console_errors().await;
}

#[tokio::test]
async fn an_upload_shows_progress_and_errors() {
    let Some(fixture) = PosterSwapFixture::open(BrowserOptions::default()).await else {
        return;
    };
    let browser = &fixture.browser;
    fixture
        .upstream
        .respond(MATRIX_POSTER_PATH, &[], status(404))
        .await;
    fixture.log_the_matrix().await;
    browser
        .goto(&format!(
            "{}/movies/1/correction",
            fixture.server.base_url()
        ))
        .await;
    let large = fixture.write_file("large.png", &vec![0; 11 * 1024 * 1024]);
    browser.choose_file("#poster-file", &large).await;
    browser.click("#poster form button").await;
    assert!(
        browser
            .text("#poster-file-error")
            .await
            .contains("too large")
    );
    let wrong = fixture.write_file("wrong.png", b"no picture");
    browser.choose_file("#poster-file", &wrong).await;
    browser.click("#poster form button").await;
    browser
        .wait_until("document.getElementById('poster-file-error')?.textContent.includes('read as a picture')")
        .await;
    browser
        .wait_until("document.activeElement?.id === 'poster-file'")
        .await;
    // The progress bar is shown during the upload.
    let watch = "(() => { const bar = document.querySelector('#poster progress'); window.seen = false; \
         new MutationObserver(() => { window.top.name ||= bar.hidden ? '' : 'seen'; })\
         .observe(bar, { attributes: true }); return true; })()";
    browser.evaluate(watch).await;
    let picture = fixture.write_file("poster.png", &distinct_png(9));
    browser.choose_file("#poster-file", &picture).await;
    browser.click("#poster form button").await;
    browser
        .wait_until("location.pathname === '/movies/1' && document.querySelector('.poster.at-head img')?.naturalWidth > 0")
        .await;
    assert_eq!(browser.evaluate("window.name").await, "seen");
    browser.assert_no_console_errors().await;
}
