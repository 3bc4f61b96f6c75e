//! Keyboard only: everything can be reached, focus is visible, and focus is never lost.

use crate::support::browser::{Browser, BrowserOptions};
use crate::support::databases::TestDatabase;
use crate::support::process::ServerProcess;
use crate::support::{App, ReviewBuilder};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const CONTROL_ENTER: &str = "\u{e009}\u{e007}";
const RIGHT: &str = "\u{e014}";

/// A browser with a signed-in member.
struct KeyboardFixture {
    browser: Browser,
    server: ServerProcess,
    _database: TestDatabase,
}

impl KeyboardFixture {
    /// Opens a browser signed in to a diary of this many movies; `None` where no browser is
    /// installed.
    async fn open(setup: BrowserOptions, movies: i32) -> Option<Self> {
        let browser = Browser::open(setup).await?;
        let app = App::start().await;
        let ada = app.member("ada").await;
        for number in 1..=movies {
            let review = ReviewBuilder::of(&format!("Film {number:02}"), 1960 + number);
            review.log(&ada).await;
        }
        let server = ServerProcess::serve(&app.database);
        browser.sign_in(&server.base_url(), "ada").await;
        // An undo line under the pointer would stay, so this moves the pointer away.
        browser.click_and_navigate("a.brand").await;
        Some(Self {
            browser,
            server,
            _database: app.database,
        })
    }

    async fn goto(&self, path: &str) {
        let address = format!("{}{path}", self.server.base_url());
        self.browser.goto(&address).await;
    }

    /// Opens the menu of an entry by its key.
    async fn open_menu(&self, entry: &str) {
        self.tab_to(&format!("{entry} .menu summary")).await;
        self.browser.press_keys(ENTER).await;
    }

    /// Presses Tab until the element has focus.
    #[track_caller]
    fn tab_to<'a>(&'a self, css: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let is_there = format!("document.activeElement.matches(`{css}`)");
            for _ in 0..120 {
                if self.browser.evaluate(&is_there).await == true {
                    return;
                }
                self.browser.press_keys(TAB).await;
            }
            panic!("{caller}: no way to {css}");
        }
    }
}

#[tokio::test]
async fn a_movie_is_logged_by_keyboard_alone() {
    let Some(fixture) = KeyboardFixture::open(BrowserOptions::default(), 0).await else {
        return;
    };
    let browser = &fixture.browser;
    fixture.goto("/users").await;
    browser.press_keys("n").await;
    browser.wait_for_focus("dialog #q").await;
    assert_eq!(browser.path().await, "/users");
    browser.press_keys("Heat").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus("#year").await;
    browser.press_keys("1995").await;
    fixture.tab_to("form.review [name=rating]").await;
    // From "no rating" to half a star, and to one star.
    browser.press_keys(RIGHT).await;
    browser.press_keys(RIGHT).await;
    fixture.tab_to("form.review [name=liked]").await;
    browser.press_keys(" ").await;
    fixture.tab_to("form.review textarea").await;
    browser.press_keys("By hand.").await;
    fixture.tab_to("form.review button.primary").await;
    browser.press_keys(ENTER).await;
    browser.find(".entry .comment").await;
    assert_eq!(browser.path().await, "/");
    assert_eq!(browser.text(".entry .title").await, "Heat 1995");
    assert_eq!(browser.text(".entry .comment").await, "By hand.");
    browser
        .find(".entry .stars[aria-label='1 of 5 stars']")
        .await;
    browser.find(".entry .heart").await;
    browser.assert_no_console_errors().await;
    fixture.browser.close().await;
}

#[tokio::test]
async fn shortcuts_work() {
    let Some(fixture) = KeyboardFixture::open(BrowserOptions::default(), 3).await else {
        return;
    };
    let browser = &fixture.browser;
    fixture.goto("/").await;
    browser.press_keys("n").await;
    browser.wait_for_focus("#q").await;
    // In a field the keys are text.
    browser.press_keys("n/?jk").await;
    let typed = "document.getElementById('q').value";
    assert_eq!(browser.evaluate(typed).await, "n/?jk");
    assert!(!browser.has("dialog").await);

    fixture.tab_to(".entry:first-child .title a").await;
    browser.press_keys("j").await;
    browser.wait_for_focus(".entry:nth-child(2) .title a").await;
    browser.press_keys("j").await;
    browser.wait_for_focus(".entry:nth-child(3) .title a").await;
    // From inside an entry; the last entry is the end.
    browser.press_keys(TAB).await;
    browser.press_keys("k").await;
    browser.wait_for_focus(".entry:nth-child(2) .title a").await;
    browser.press_keys("j").await;
    browser.press_keys("j").await;
    browser.wait_for_focus(".entry:nth-child(3) .title a").await;
    browser.press_keys("n").await;
    browser.wait_for_focus("#q").await;

    // The entry in focus is edited, and digits set its stars.
    fixture.tab_to(".entry:nth-child(2) .byline .writer").await;
    browser.press_keys("e").await;
    browser.wait_for_focus(".editing [name=rating]").await;
    let stars = "document.querySelector('.editing [name=rating]:checked').value";
    for (key, value) in [("4", "4"), ("0", "0"), ("2", "2")] {
        browser.press_keys(key).await;
        assert_eq!(browser.evaluate(stars).await, value);
    }
    // In a field they are text.
    fixture.tab_to(".editing textarea").await;
    browser.press_keys("e3").await;
    assert_eq!(browser.evaluate(stars).await, "2");
    let comment = "document.querySelector('.editing textarea').value";
    assert_eq!(browser.evaluate(comment).await, "e3");
    browser.press_keys(CONTROL_ENTER).await;
    browser.wait_for_focus(".entry:nth-child(2) .title a").await;
    browser
        .find(".entry:nth-child(2) .stars[aria-label='2 of 5 stars']")
        .await;

    // The list of shortcuts takes focus and gives it back.
    fixture.tab_to(".entry:first-child .title a").await;
    browser.press_keys("?").await;
    browser.find("dialog[open]").await;
    browser.wait_for_focus("dialog *").await;
    browser.press_keys("n").await;
    browser.wait_for_focus("dialog *").await;
    browser.press_keys(ESCAPE).await;
    browser
        .wait_until("document.querySelector('dialog') === null")
        .await;
    browser.wait_for_focus(".entry:first-child .title a").await;

    // The box on the feed logs a movie, so `/` opens the search instead.
    for path in ["/users", "/"] {
        fixture.goto(path).await;
        browser.press_keys("/").await;
        browser.wait_for_focus("#find").await;
        assert_eq!(browser.path().await, "/movies", "{path}");
    }
    fixture.goto("/movies").await;
    browser.press_keys("/").await;
    browser.wait_for_focus("#find").await;
    browser.assert_no_console_errors().await;
    fixture.browser.close().await;
}

/// WCAG 2.1.4: single-key shortcuts can be turned off.
#[tokio::test]
async fn shortcuts_can_be_turned_off() {
    let Some(fixture) = KeyboardFixture::open(BrowserOptions::default(), 1).await else {
        return;
    };
    let browser = &fixture.browser;
    fixture.goto("/settings").await;
    fixture.tab_to("#device [name=shortcuts]").await;
    browser.press_keys(" ").await;
    fixture.tab_to("#device button.primary").await;
    browser.press_keys(ENTER).await;
    browser.find("#device .saved").await;
    assert!(!browser.has("#device [name=shortcuts]:checked").await);
    for path in ["/settings", "/"] {
        fixture.goto(path).await;
        browser
            .run("document.querySelector('a.brand').focus()")
            .await;
        for key in ["?", "j", "k", "/", "n"] {
            browser.press_keys(key).await;
            browser.wait_for_focus("a.brand").await;
        }
        assert!(!browser.has("dialog").await);
        assert_eq!(browser.path().await, path);
    }
    fixture.tab_to(".entry .title a").await;
    browser.press_keys("e").await;
    fixture.tab_to(".entry .menu summary").await;
    assert!(!browser.has(".editing").await);
    browser.press_keys(ENTER).await;
    fixture.tab_to(".entry [data-edit]").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus(".editing [name=rating]").await;
    browser.press_keys("4").await;
    browser.press_keys(CONTROL_ENTER).await;
    browser.wait_for_focus(".entry .title a").await;
    assert!(!browser.has(".entry .stars").await);
    fixture.browser.close().await;
}

#[tokio::test]
async fn focus_is_never_lost() {
    let Some(fixture) = KeyboardFixture::open(BrowserOptions::default(), 22).await else {
        return;
    };
    let browser = &fixture.browser;
    fixture.goto("/").await;
    fixture.tab_to("#q").await;

    // The form replaces the box, and back.
    browser.press_keys("Ran").await;
    browser.find("#suggestion-by-hand[data-typed='Ran']").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus("#year").await;
    fixture.tab_to("#log .actions a").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus("#q").await;

    // To an edit form, and back.
    fixture.open_menu(".entry:first-child").await;
    fixture.tab_to(".entry:first-child [data-edit]").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus(".editing input").await;
    fixture.tab_to(".editing .actions a").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus(".entry:first-child .title a").await;

    // Deleted, and restored.
    fixture.open_menu(".entry:first-child").await;
    fixture.tab_to(".entry:first-child .menu button").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus(".entry.gone button").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus(".entry:first-child .title a").await;

    // Deleted for good: the line to undo it stays while it has focus, and the next entry is next.
    fixture.open_menu(".entry:first-child").await;
    fixture.tab_to(".entry:first-child .menu button").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus(".entry.gone button").await;
    browser
        .run("globalThis.deletedAt = performance.now()")
        .await;
    browser
        .wait_until("performance.now() > globalThis.deletedAt + 10_500")
        .await;
    browser.wait_for_focus(".entry.gone button").await;
    browser.press_keys(TAB).await;
    browser.wait_for_focus(".entry:nth-child(2) .title a").await;
    browser
        .wait_until("document.querySelector('.entry.gone') === null")
        .await;
    browser.wait_for_focus(".entry:first-child .title a").await;
    // Escape removes the line at once.
    fixture.open_menu(".entry:first-child").await;
    fixture.tab_to(".entry:first-child .menu button").await;
    browser.press_keys(ENTER).await;
    browser.wait_for_focus(".entry.gone button").await;
    browser.press_keys(ESCAPE).await;
    browser
        .wait_for_focus(".entry:nth-child(2) .title a, .entry:first-child .title a")
        .await;
    browser
        .wait_until("document.querySelector('.entry.gone') === null")
        .await;
    browser.assert_no_console_errors().await;

    // Older entries load when their link gets focus; the first of them takes it over.
    browser
        .run("document.querySelector('.older a').focus()")
        .await;
    browser
        .wait_for_focus(".entry:nth-child(19) .title a")
        .await;
    let entries = "document.querySelectorAll('.entry').length";
    assert_eq!(browser.evaluate(entries).await, 20);

    // A toast does not take focus, and gives it back when it is closed.
    fixture.open_menu(".entry:nth-child(19)").await;
    fixture.tab_to(".entry:nth-child(19) .menu button").await;
    let KeyboardFixture {
        browser, server, ..
    } = fixture;
    server.kill();
    browser.press_keys(ENTER).await;
    browser.find(".toast button").await;
    let is_at = |css: &str| format!("document.activeElement.matches('{css}')");
    assert_eq!(
        browser
            .evaluate(&is_at(".entry:nth-child(19) .menu button"))
            .await,
        true
    );
    for _ in 0..60 {
        if browser.evaluate(&is_at(".toast button:last-child")).await == true {
            break;
        }
        browser.press_keys(TAB).await;
    }
    browser.press_keys(ENTER).await;
    assert!(!browser.has(".toast").await);
    assert_eq!(
        browser
            .evaluate(&is_at(".entry:nth-child(19) .menu summary"))
            .await,
        true
    );
    browser.close().await;
}

/// WCAG 2.4.7 and 2.4.11: the element with focus is visible, and nothing covers it.
#[tokio::test]
async fn focus_is_visible() {
    let seen = "(() => {
        const at = document.activeElement;
        const shown = at.closest('.rating label') ?? at;
        const { outlineStyle, outlineWidth } = getComputedStyle(shown);
        const { top, bottom } = shown.getBoundingClientRect();
        const bar = document.querySelector('nav.bar');
        const isFree = bar.contains(at) || !bar.checkVisibility() || top < bar.getBoundingClientRect().top;
        const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && bottom > 0 && isFree;
        // The button in a date field draws its own outline, which no script can read.
        const isWithin = at.type === 'date' && !at.matches(':focus-visible') && isFree;
        return at === document.body || isSeen || isWithin || at.outerHTML.slice(0, 200);
    })()";
    for width in [360, 1000] {
        let setup = BrowserOptions {
            width,
            ..BrowserOptions::default()
        };
        let Some(fixture) = KeyboardFixture::open(setup, 3).await else {
            return;
        };
        let browser = &fixture.browser;
        for path in [
            "/",
            "/reviews/1/edit",
            "/users/ada?view=trends",
            "/movies/1",
        ] {
            fixture.goto(path).await;
            for _ in 0..40 {
                browser.press_keys(TAB).await;
                assert_eq!(browser.evaluate(seen).await, true, "{path} at {width}");
            }
        }
        fixture.browser.close().await;
    }
}
