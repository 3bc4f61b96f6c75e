//! Posters in a real browser: they swap in by themselves, and the asking ends.

use std::path::PathBuf;
use std::time::Duration;

use wiremock::ResponseTemplate;

use crate::posters::{PICTURE, image, knows_the_matrix};
use crate::support::PASSWORD;
use crate::support::browser::{Browser, Setup};
use crate::support::databases::TestDatabase;
use crate::support::outside::{Upstream, pairs, status};
use crate::support::pictures::{jpeg, numbered, png};
use crate::support::process::{Process, command};

/// A server that asks a stand-in for TMDB, and somebody in front of it.
struct Stage {
    upstream: Upstream,
    server: Process,
    browser: Browser,
    database: TestDatabase,
}

impl Stage {
    async fn open(setup: Setup) -> Option<Self> {
        let browser = Browser::open(setup).await?;
        let upstream = Upstream::start().await;
        knows_the_matrix(&upstream).await;
        let database = TestDatabase::migrated().await;
        let url = database.url();
        let settings = upstream.settings(&[
            ("CATALOG", "tmdb"),
            ("DATABASE_URL", &url),
            ("PORT", "0"),
            ("RUST_LOG", "movies_diary=debug"),
        ]);
        let settings = pairs(&settings);
        let log = std::fs::File::create(database.folder().join("log")).expect("a file");
        let server = Process::start_logging(command(database.folder(), &settings), log);
        let stage = Self {
            upstream,
            server,
            browser,
            database,
        };
        stage.set_up().await;
        Some(stage)
    }

    async fn set_up(&self) {
        let Self {
            browser, server, ..
        } = self;
        browser.goto(&server.setup_link()).await;
        browser.fill("#username", "ada").await;
        browser.fill("#password", PASSWORD).await;
        browser.click_away("main button.primary").await;
        browser.goto(&server.base()).await;
    }

    /// How often the server was asked for posters that were on their way.
    fn asked(&self) -> usize {
        let log = std::fs::read_to_string(self.database.folder().join("log"));
        let log = log.expect("the log");
        let answered = log.lines().filter(|line| line.contains("answered"));
        answered
            .filter(|line| line.contains("/movies/posters"))
            .count()
    }

    /// Three letters, the arrow, Enter, a star, and off it goes.
    async fn log_the_matrix(&self) {
        let browser = &self.browser;
        browser.click("#q").await;
        browser.keys("mat").await;
        browser.find("#found-0").await;
        browser.keys("\u{e015}").await;
        browser.keys("\u{e007}").await;
        browser
            .until("document.activeElement?.name === 'rating'")
            .await;
        browser.keys("\u{e014}").await;
        browser.click("form.review button.primary").await;
        browser.find(".entry .title").await;
    }

    /// Nobody asks any more. To see that nothing happens takes a while.
    async fn assert_silence(&self) {
        let before = self.asked();
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(self.asked(), before, "it goes on asking");
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.database.folder().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }
}

const SHOWN: &str = "document.querySelector('.entry .poster img')?.naturalWidth > 0";

#[tokio::test]
async fn a_poster_swaps_in_without_a_reload_and_the_asking_ends() {
    let Some(stage) = Stage::open(Setup::default()).await else {
        return;
    };
    let browser = &stage.browser;
    let late = image(jpeg(400, 600)).set_delay(Duration::from_millis(1500));
    stage.upstream.answers(PICTURE, &[], late).await;
    browser
        .evaluate("(() => { window.sameDocument = true; return true; })()")
        .await;
    stage.log_the_matrix().await;
    // The entry stands there at once, with a card in the place of its poster.
    browser.find(".entry .poster.waiting .drawn").await;
    browser.until(SHOWN).await;
    assert_eq!(browser.evaluate("window.sameDocument").await, true);
    assert_eq!(browser.path().await, "/");
    assert!(stage.asked() >= 1);
    assert_eq!(stage.upstream.count(PICTURE).await, 1);
    stage.assert_silence().await;
    browser.assert_no_complaints().await;
}

#[tokio::test]
async fn a_poster_swaps_in_after_its_server_was_down_for_a_while() {
    let Some(stage) = Stage::open(Setup::default()).await else {
        return;
    };
    stage.upstream.answers(PICTURE, &[], status(503)).await;
    stage.log_the_matrix().await;
    stage.browser.find(".entry .poster.waiting").await;
    // Down for two tries, and well for the next.
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while stage.upstream.count(PICTURE).await < 2 {
        assert!(
            std::time::Instant::now() < deadline,
            "it is not tried again"
        );
        stage.browser.evaluate("true").await;
    }
    let well = image(jpeg(400, 600));
    stage.upstream.answers_first(PICTURE, well).await;
    stage.browser.until(SHOWN).await;
    stage.assert_silence().await;
    stage.browser.assert_no_complaints().await;
}

#[tokio::test]
async fn a_poster_that_is_given_up_ends_the_asking_as_well() {
    let Some(stage) = Stage::open(Setup::default()).await else {
        return;
    };
    let page = ResponseTemplate::new(200).set_body_string("<h1>no picture</h1>");
    stage.upstream.answers(PICTURE, &[], page).await;
    stage.log_the_matrix().await;
    stage
        .browser
        .until("document.querySelector('.entry .poster:not(.waiting) .drawn') !== null")
        .await;
    stage.assert_silence().await;
    stage.browser.assert_no_complaints().await;
}

/// Twenty that wait cost one request a tick, and none where nobody sees them.
#[tokio::test]
async fn many_that_wait_ask_with_one_voice_and_only_in_sight() {
    let Some(stage) = Stage::open(Setup::default()).await else {
        return;
    };
    let browser = &stage.browser;
    // Nobody knows them, and nobody says so yet.
    let hang = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    stage.upstream.reset().await;
    stage
        .upstream
        .answers("/tmdb/3/search/movie", &[], hang)
        .await;
    for number in 0..20 {
        let by_hand = format!(
            "{}/reviews/new?q=Film+{number}&by_hand=1",
            stage.server.base()
        );
        browser.goto(&by_hand).await;
        browser.fill("#year", "2000").await;
        browser.click_away("form.review button.primary").await;
    }
    browser.goto(&stage.server.base()).await;
    let waiting = "document.querySelectorAll('.entry .poster.waiting').length === 20";
    browser.until(waiting).await;
    let urls = "performance.getEntriesByType('resource').map(entry => entry.name)\
         .filter(name => name.includes('/movies/posters'))";
    browser.until(&format!("{urls}.length >= 2")).await;
    let asked = browser.evaluate(urls).await;
    let asked = asked.as_array().expect("addresses");
    assert!(asked.len() <= 3, "{asked:?}");
    for url in asked {
        let url = url.as_str().expect("an address");
        let voices = url.matches("entry=").count();
        assert!((2..20).contains(&voices), "those in sight: {url}");
    }
    // Out of sight it is still.
    browser
        .evaluate("(() => { document.querySelector('.entries').hidden = true; return true; })()")
        .await;
    browser
        .until("document.querySelector('.poster[data-in-sight]') === null")
        .await;
    stage.assert_silence().await;
    browser.assert_no_complaints().await;
}

#[tokio::test]
async fn without_javascript_the_next_page_shows_it() {
    let setup = Setup {
        javascript: false,
        ..Setup::default()
    };
    let Some(stage) = Stage::open(setup).await else {
        return;
    };
    let browser = &stage.browser;
    stage
        .upstream
        .answers(PICTURE, &[], image(jpeg(400, 600)))
        .await;
    browser.fill("#q", "mat").await;
    browser.click_away(".ask button").await;
    browser.click_away(".found a").await;
    browser.click_away("form.review button.primary").await;
    browser.find(".entry .poster").await;
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    loop {
        browser.goto(&stage.server.base()).await;
        if browser.text("main").await.is_empty() || browser.has(".entry .poster img").await {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "no poster");
    }
    assert_eq!(stage.asked(), 0);

    // Sending one works as well.
    browser
        .goto(&format!("{}/movies/1/correction", stage.server.base()))
        .await;
    let before = stage.file("notes.png", b"no picture");
    browser.choose_file("#poster-file", &before).await;
    browser.click_away("#poster form button").await;
    assert!(
        browser
            .text("#poster-file-error")
            .await
            .contains("no picture")
    );
    let picture = stage.file("poster.png", &png(200, 300));
    browser.choose_file("#poster-file", &picture).await;
    browser.click_away("#poster form button").await;
    assert_eq!(browser.path().await, "/movies/1");
    assert!(browser.text(".credit").await.contains("sent by a member"));
    browser.assert_no_complaints().await;
}

#[tokio::test]
async fn a_picture_is_sent_with_a_bar_and_refused_beside_its_field() {
    let Some(stage) = Stage::open(Setup::default()).await else {
        return;
    };
    let browser = &stage.browser;
    stage.upstream.answers(PICTURE, &[], status(404)).await;
    stage.log_the_matrix().await;
    browser
        .goto(&format!("{}/movies/1/correction", stage.server.base()))
        .await;
    let large = stage.file("large.png", &vec![0; 11 * 1024 * 1024]);
    browser.choose_file("#poster-file", &large).await;
    browser.click("#poster form button").await;
    assert!(
        browser
            .text("#poster-file-error")
            .await
            .contains("too large")
    );
    let wrong = stage.file("wrong.png", b"no picture");
    browser.choose_file("#poster-file", &wrong).await;
    browser.click("#poster form button").await;
    browser
        .until("document.getElementById('poster-file-error')?.textContent.includes('no picture')")
        .await;
    browser
        .until("document.activeElement?.id === 'poster-file'")
        .await;
    // The bar is seen while it goes.
    let watch = "(() => { const bar = document.querySelector('#poster progress'); window.seen = false; \
         new MutationObserver(() => { window.top.name ||= bar.hidden ? '' : 'seen'; })\
         .observe(bar, { attributes: true }); return true; })()";
    browser.evaluate(watch).await;
    let picture = stage.file("poster.png", &numbered(9));
    browser.choose_file("#poster-file", &picture).await;
    browser.click("#poster form button").await;
    browser
        .until("location.pathname === '/movies/1' && document.querySelector('.poster.at-head img')?.naturalWidth > 0")
        .await;
    assert_eq!(browser.evaluate("window.name").await, "seen");
    browser.assert_no_complaints().await;
}
