//! Without a mouse: everything can be reached, what has the cursor is seen, and the cursor is
//! never lost.

use crate::support::browser::{Browser, Setup};
use crate::support::databases::TestDatabase;
use crate::support::process::Process;
use crate::support::{App, PASSWORD, Review};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const RIGHT: &str = "\u{e014}";

/// A member in front of a diary.
struct Scene {
    browser: Browser,
    server: Process,
    _database: TestDatabase,
}

impl Scene {
    /// With so many films in it; or nothing where there is no browser.
    async fn open(setup: Setup, films: i32) -> Option<Self> {
        let browser = Browser::open(setup).await?;
        let app = App::start().await;
        let ada = app.member("ada").await;
        for number in 1..=films {
            let review = Review::of(&format!("Film {number:02}"), 1960 + number);
            review.log(&ada).await;
        }
        let server = Process::serve(&app.database);
        browser.goto(&format!("{}/login", server.base())).await;
        browser.fill("#username", "ada").await;
        browser.fill("#password", PASSWORD).await;
        browser.click_away("main button.primary").await;
        // What lies under the pointer does not lapse.
        browser.click_away("a.brand").await;
        Some(Self {
            browser,
            server,
            _database: app.database,
        })
    }

    async fn goto(&self, path: &str) {
        let address = format!("{}{path}", self.server.base());
        self.browser.goto(&address).await;
    }

    /// Goes on by the Tab key until the cursor is there.
    #[track_caller]
    fn tab_to<'a>(&'a self, css: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let is_there = format!("document.activeElement.matches(`{css}`)");
            for _ in 0..120 {
                if self.browser.evaluate(&is_there).await == true {
                    return;
                }
                self.browser.keys(TAB).await;
            }
            panic!("{caller}: no way to {css}");
        }
    }
}

#[tokio::test]
async fn a_film_is_logged_from_any_page_by_the_keyboard_alone() {
    let Some(scene) = Scene::open(Setup::default(), 0).await else {
        return;
    };
    let browser = &scene.browser;
    scene.goto("/users").await;
    browser.keys("n").await;
    browser.cursor_at("main #q").await;
    assert_eq!(browser.path().await, "/reviews/new");
    browser.keys("Heat").await;
    browser.keys(ENTER).await;
    browser.find("main a.button[href*=by_hand]").await;
    scene.tab_to("main a.button[href*=by_hand]").await;
    browser.keys(ENTER).await;
    browser.cursor_at("#year").await;
    browser.keys("1995").await;
    scene.tab_to("form.review [name=rating]").await;
    // From "no rating" round to half a star, and a whole one.
    browser.keys(RIGHT).await;
    browser.keys(RIGHT).await;
    scene.tab_to("form.review [name=liked]").await;
    browser.keys(" ").await;
    scene.tab_to("form.review textarea").await;
    browser.keys("By hand.").await;
    scene.tab_to("form.review button.primary").await;
    browser.keys(ENTER).await;
    browser.find(".entry .comment").await;
    assert_eq!(browser.path().await, "/");
    assert_eq!(browser.text(".entry .title").await, "Heat 1995");
    assert_eq!(browser.text(".entry .comment").await, "By hand.");
    browser
        .find(".entry .stars[aria-label='1 of 5 stars']")
        .await;
    browser.find(".entry .heart").await;
    browser.assert_no_complaints().await;
    scene.browser.close().await;
}

#[tokio::test]
async fn keys_are_shortcuts() {
    let Some(scene) = Scene::open(Setup::default(), 3).await else {
        return;
    };
    let browser = &scene.browser;
    scene.goto("/").await;
    browser.keys("n").await;
    browser.cursor_at("#q").await;
    // What is typed there is text.
    browser.keys("n/?jk").await;
    let typed = "document.getElementById('q').value";
    assert_eq!(browser.evaluate(typed).await, "n/?jk");
    assert!(!browser.has("dialog").await);

    scene.tab_to(".entry:first-child .title a").await;
    browser.keys("j").await;
    browser.cursor_at(".entry:nth-child(2) .title a").await;
    browser.keys("j").await;
    browser.cursor_at(".entry:nth-child(3) .title a").await;
    // Out of the middle of one, and not past the last.
    browser.keys(TAB).await;
    browser.keys("k").await;
    browser.cursor_at(".entry:nth-child(2) .title a").await;
    browser.keys("j").await;
    browser.keys("j").await;
    browser.cursor_at(".entry:nth-child(3) .title a").await;
    browser.keys("n").await;
    browser.cursor_at("#q").await;

    // The list of them takes the cursor and gives it back.
    scene.tab_to(".entry:first-child .title a").await;
    browser.keys("?").await;
    browser.find("dialog[open]").await;
    browser.cursor_at("dialog *").await;
    browser.keys("n").await;
    browser.cursor_at("dialog *").await;
    browser.keys(ESCAPE).await;
    browser
        .until("document.querySelector('dialog') === null")
        .await;
    browser.cursor_at(".entry:first-child .title a").await;

    // The box of the feed is no search.
    for path in ["/users", "/"] {
        scene.goto(path).await;
        browser.keys("/").await;
        browser.cursor_at("#find").await;
        assert_eq!(browser.path().await, "/movies", "{path}");
    }
    scene.goto("/movies").await;
    browser.keys("/").await;
    browser.cursor_at("#find").await;
    browser.assert_no_complaints().await;
    scene.browser.close().await;
}

/// WCAG 2.1.4
#[tokio::test]
async fn whoever_switched_shortcuts_off_has_none() {
    let Some(scene) = Scene::open(Setup::default(), 1).await else {
        return;
    };
    let browser = &scene.browser;
    scene.goto("/settings").await;
    scene.tab_to("#device [name=shortcuts]").await;
    browser.keys(" ").await;
    scene.tab_to("#device button.primary").await;
    browser.keys(ENTER).await;
    browser.find("#device .saved").await;
    assert!(!browser.has("#device [name=shortcuts]:checked").await);
    for path in ["/settings", "/"] {
        scene.goto(path).await;
        browser
            .run("document.querySelector('a.brand').focus()")
            .await;
        for key in ["?", "j", "k", "/", "n"] {
            browser.keys(key).await;
            browser.cursor_at("a.brand").await;
        }
        assert!(!browser.has("dialog").await);
        assert_eq!(browser.path().await, path);
    }
    scene.browser.close().await;
}

#[tokio::test]
async fn the_cursor_is_never_lost() {
    let Some(scene) = Scene::open(Setup::default(), 22).await else {
        return;
    };
    let browser = &scene.browser;
    scene.goto("/").await;
    scene.tab_to("#q").await;

    // A form in the place of the box, and back.
    browser.keys("Ran").await;
    browser.find("#suggestion-by-hand[data-typed='Ran']").await;
    browser.keys(ENTER).await;
    browser.cursor_at("#year").await;
    scene.tab_to("#log .actions a").await;
    browser.keys(ENTER).await;
    browser.cursor_at("#q").await;

    // An edit, and back.
    scene.tab_to(".entry:first-child .actions a").await;
    browser.keys(ENTER).await;
    browser.cursor_at(".editing input").await;
    scene.tab_to(".editing .actions a").await;
    browser.keys(ENTER).await;
    browser.cursor_at(".entry:first-child .title a").await;

    // Deleted, and back.
    scene.tab_to(".entry:first-child .actions button").await;
    browser.keys(ENTER).await;
    browser.cursor_at(".entry.gone button").await;
    browser.keys(ENTER).await;
    browser.cursor_at(".entry:first-child .title a").await;

    // Deleted for good: the next one has it.
    scene.tab_to(".entry:first-child .actions button").await;
    browser.keys(ENTER).await;
    browser.cursor_at(".entry.gone button").await;
    browser.cursor_at(".entry:first-child .title a").await;
    assert!(!browser.has(".entry.gone").await);
    browser.assert_no_complaints().await;

    // What is older comes when the cursor comes near it, and takes its place.
    browser
        .run("document.querySelector('.older a').focus()")
        .await;
    browser.cursor_at(".entry:nth-child(20) .title a").await;
    let entries = "document.querySelectorAll('.entry').length";
    assert_eq!(browser.evaluate(entries).await, 21);

    // What is told takes no cursor, and gives it back.
    scene.tab_to(".entry:nth-child(20) .actions button").await;
    let Scene {
        browser, server, ..
    } = scene;
    server.kill();
    browser.keys(ENTER).await;
    browser.find(".toast button").await;
    let is_at = |css: &str| format!("document.activeElement.matches('{css}')");
    assert_eq!(
        browser
            .evaluate(&is_at(".entry:nth-child(20) .actions button"))
            .await,
        true
    );
    for _ in 0..60 {
        if browser.evaluate(&is_at(".toast button:last-child")).await == true {
            break;
        }
        browser.keys(TAB).await;
    }
    browser.keys(ENTER).await;
    assert!(!browser.has(".toast").await);
    assert_eq!(
        browser
            .evaluate(&is_at(".entry:nth-child(20) .actions button"))
            .await,
        true
    );
    browser.close().await;
}

/// WCAG 2.4.7 and 2.4.11: it is seen where the cursor is, and nothing lies over it.
#[tokio::test]
async fn one_sees_where_the_cursor_is() {
    let seen = "(() => {
        const at = document.activeElement;
        const shown = at.closest('.rating label') ?? at;
        const { outlineStyle, outlineWidth } = getComputedStyle(shown);
        const { top, bottom } = shown.getBoundingClientRect();
        const bar = document.querySelector('nav.bar');
        const isFree = bar.contains(at) || !bar.checkVisibility() || top < bar.getBoundingClientRect().top;
        const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && bottom > 0 && isFree;
        // The button in a date shows it itself, and nobody can ask it.
        const isWithin = at.type === 'date' && !at.matches(':focus-visible') && isFree;
        return at === document.body || isSeen || isWithin || at.outerHTML.slice(0, 200);
    })()";
    for width in [360, 1000] {
        let setup = Setup {
            width,
            ..Setup::default()
        };
        let Some(scene) = Scene::open(setup, 3).await else {
            return;
        };
        let browser = &scene.browser;
        for path in [
            "/",
            "/reviews/1/edit",
            "/users/ada?view=trends",
            "/movies/1",
        ] {
            scene.goto(path).await;
            for _ in 0..40 {
                browser.keys(TAB).await;
                assert_eq!(browser.evaluate(seen).await, true, "{path} at {width}");
            }
        }
        scene.browser.close().await;
    }
}
