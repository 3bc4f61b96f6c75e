//! Drafts: what is typed into a review form stays on the device until it is saved.

use crate::support::browser::{Browser, BrowserOptions};
use crate::support::databases::TestDatabase;
use crate::support::process::ServerProcess;
use crate::support::{App, PASSWORD, ReviewBuilder};

const CONTROL_ENTER: &str = "\u{e009}\u{e007}";

const OFFERS: &str = "document.querySelectorAll('#drafts > div').length";

const STORED: &str = "Object.keys(localStorage).filter((key) => key.startsWith('draft ')).length";

struct DraftsFixture {
    browser: Browser,
    server: ServerProcess,
    _database: TestDatabase,
}

impl DraftsFixture {
    /// Signed in as Ada, who has logged one film; `None` where no browser is installed.
    async fn open() -> Option<Self> {
        let browser = Browser::open(BrowserOptions::default()).await?;
        let app = App::start().await;
        let ada = app.member("ada").await;
        app.member("eve").await;
        let saved = ReviewBuilder::of("Ran", 1985).with("comment", "As saved.");
        saved.log(&ada).await;
        let fixture = Self {
            server: ServerProcess::serve(&app.database),
            browser,
            _database: app.database,
        };
        fixture.goto("/login").await;
        fixture.sign_in("ada").await;
        Some(fixture)
    }

    async fn goto(&self, path: &str) {
        let address = format!("{}{path}", self.server.base_url());
        self.browser.goto(&address).await;
    }

    /// Fills in the sign-in form of the open page.
    async fn sign_in(&self, username: &str) {
        self.browser.fill("#username", username).await;
        self.browser.fill("#password", PASSWORD).await;
        self.browser.click_and_navigate("main button.primary").await;
    }

    /// Opens the form for a movie typed by hand in place, and types into it.
    async fn type_review(&self, title: &str) {
        let browser = &self.browser;
        self.goto("/").await;
        browser.fill("#q", title).await;
        let by_hand = format!("#suggestion-by-hand[data-typed='{title}']");
        browser.click(&by_hand).await;
        browser.fill("#year", "1995").await;
        browser.open_more_fields().await;
        browser.fill("form.review [name=tags]", "crime, LA").await;
        let comment = "form.review [name=comment]";
        browser.fill(comment, "Two men and a cup of coffee.").await;
    }

    async fn assert_filled(&self) {
        for (name, value) in [
            ("title", "Heat"),
            ("year", "1995"),
            ("tags", "crime, LA"),
            ("comment", "Two men and a cup of coffee."),
        ] {
            let field = format!("document.querySelector('form.review').elements.{name}.value");
            assert_eq!(self.browser.evaluate(&field).await, value, "{name}");
        }
    }

    async fn assert_offers(&self, count: usize) {
        assert_eq!(self.browser.evaluate(OFFERS).await, count);
    }

    async fn comment(&self) -> String {
        let comment = "document.querySelector('form.review').elements.comment.value";
        let comment = self.browser.evaluate(comment).await;
        comment.as_str().expect("a text").to_owned()
    }

    async fn close(self) {
        self.browser.assert_no_console_errors().await;
        self.browser.close().await;
    }
}

#[tokio::test]
async fn a_review_that_was_left_is_offered_until_it_is_logged() {
    let Some(fixture) = DraftsFixture::open().await else {
        return;
    };
    let browser = &fixture.browser;
    fixture.type_review("Heat").await;
    fixture.assert_offers(0).await;
    browser.click("#log .actions a").await;
    browser.find("#drafts").await;
    assert!(
        browser
            .text("#drafts p")
            .await
            .starts_with("Heat has a draft")
    );
    // After another page, after Back, and in a new window.
    browser
        .click_and_navigate("header.site a[href='/movies']")
        .await;
    fixture.assert_offers(0).await;
    browser.client.back().await.expect("Back");
    browser.find("#drafts").await;
    let window = browser.client.new_window(true).await.expect("a window");
    browser
        .client
        .switch_to_window(window.handle)
        .await
        .expect("it is open");
    fixture.goto("/").await;
    browser.click_and_navigate("#drafts a").await;
    fixture.assert_filled().await;
    assert!(
        browser
            .text("form.review .kept")
            .await
            .contains("your draft")
    );
    // Logged with Ctrl+Enter, on the page of the form alone.
    browser.click("form.review [name=comment]").await;
    browser.press_keys(CONTROL_ENTER).await;
    browser.find(".entry .comment").await;
    assert_eq!(browser.path().await, "/");
    browser
        .wait_until("document.readyState === 'complete'")
        .await;
    fixture.assert_offers(0).await;
    assert_eq!(browser.evaluate(STORED).await, 0);
    // In place, too.
    fixture.type_review("Thief").await;
    assert_eq!(browser.evaluate(STORED).await, 1);
    browser.press_keys(CONTROL_ENTER).await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 3")
        .await;
    assert_eq!(browser.evaluate(STORED).await, 0);
    fixture.close().await;
}

#[tokio::test]
async fn an_edit_that_was_left_comes_back_and_another_film_keeps_it() {
    let Some(fixture) = DraftsFixture::open().await else {
        return;
    };
    let browser = &fixture.browser;
    let edit = ".entry [data-edit]";
    let type_comment = async || {
        browser.open_menu(".entry").await;
        browser.click(edit).await;
        browser.fill(".editing [name=comment]", "Typed.").await;
    };
    fixture.goto("/").await;
    type_comment().await;
    browser.click(".editing .actions a").await;
    browser.find("#drafts").await;
    browser.open_menu(".entry").await;
    browser.click(edit).await;
    browser.find(".editing .kept").await;
    assert_eq!(fixture.comment().await, "Typed.");
    browser.click(".editing .kept button").await;
    assert_eq!(fixture.comment().await, "As saved.");
    assert_eq!(browser.evaluate(STORED).await, 0);

    fixture.goto("/").await;
    type_comment().await;
    browser.click_and_navigate("[data-changes-movie]").await;
    browser.click("main summary").await;
    browser.fill("#title", "Kagemusha").await;
    browser.fill("#year", "1980").await;
    browser.click_and_navigate("details button.primary").await;
    assert_eq!(browser.path().await, "/reviews/1");
    browser.click_and_navigate("#drafts a").await;
    assert_eq!(fixture.comment().await, "Typed.");
    browser
        .click_and_navigate("form.review button.primary")
        .await;
    assert_eq!(browser.text(".title").await, "Kagemusha 1980");
    assert_eq!(browser.text(".words").await, "Typed.");
    assert_eq!(browser.evaluate(STORED).await, 0);
    fixture.close().await;
}

#[tokio::test]
async fn drafts_are_shown_to_their_member_alone() {
    let Some(fixture) = DraftsFixture::open().await else {
        return;
    };
    let browser = &fixture.browser;
    fixture.type_review("Heat").await;
    browser
        .client
        .delete_all_cookies()
        .await
        .expect("no session");
    fixture.goto("/").await;
    fixture.assert_offers(0).await;
    fixture.goto("/login").await;
    fixture.sign_in("eve").await;
    fixture.assert_offers(0).await;
    fixture.goto("/reviews/new?q=Heat&by_hand=1").await;
    assert_eq!(fixture.comment().await, "");
    browser.click_and_navigate("header.site form button").await;
    fixture.goto("/login").await;
    fixture.sign_in("ada").await;
    fixture.assert_offers(1).await;

    // The session ends while the form is open: signing in brings it back.
    browser.click_and_navigate("#drafts a").await;
    browser
        .client
        .delete_all_cookies()
        .await
        .expect("no session");
    browser
        .click_and_navigate("form.review button.primary")
        .await;
    fixture.sign_in("ada").await;
    fixture.assert_filled().await;
    // Also a form in place, where a toast says so.
    fixture.type_review("Heat").await;
    browser
        .client
        .delete_all_cookies()
        .await
        .expect("no session");
    browser.click("form.review button.primary").await;
    browser.click_and_navigate(".toast form button").await;
    fixture.sign_in("ada").await;
    fixture.assert_filled().await;

    // Signing out removes what is kept for the member.
    assert_eq!(browser.evaluate(STORED).await, 1);
    browser.click_and_navigate("header.site form button").await;
    assert_eq!(browser.evaluate(STORED).await, 0);
    fixture.close().await;
}
