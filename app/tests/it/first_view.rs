//! What is seen when a page opens, in a real browser: whole films, each with its poster, between the
//! top of the window and the bar at its bottom. And how many taps it takes to log a film.

use chrono::TimeDelta;
use movies_diary::AppState;
use movies_diary::demo::fill_demo;

use crate::support::browser::{Browser, BrowserOptions};
use crate::support::builders::PASSWORD_HASH;
use crate::support::process::ServerProcess;
use crate::support::{App, ReviewBuilder};

/// A member of the demo.
const MEMBER: &str = "matinee";

/// Width and height of a phone and of a desk.
const WINDOWS: [(u32, u32); 2] = [(360, 740), (1400, 900)];

/// A page, and how many films are seen at least on a phone and on a desk.
const PAGES: [(&str, [u64; 2]); 4] = [
    ("/", [4, 5]),
    ("/users/matinee", [5, 9]),
    ("/users/matinee?view=ratings", [8, 30]),
    ("/users/matinee?view=history", [6, 10]),
];

/// The lowest place at which the calendar may begin, in pixels.
const CALENDAR: (&str, [u64; 2]) = ("/users/matinee?view=history&as=calendar", [260, 220]);

const WHOLE_FILMS: &str = r"(() => {
    const bar = document.querySelector('nav.bar');
    const isBar = bar && getComputedStyle(bar).display !== 'none';
    const end = isBar ? bar.getBoundingClientRect().top : innerHeight;
    const isWhole = (element) => {
        const { top, bottom, left, right, height } = element.getBoundingClientRect();
        return height > 0 && top >= 0 && bottom <= end + 0.5 && left >= 0 && right <= innerWidth;
    };
    const films = [...document.querySelectorAll('.entry, .viewing, .film')];
    return films.filter((film) => isWhole(film) && isWhole(film.querySelector('.poster'))).length;
})()";

#[tokio::test]
async fn pages_lead_with_films() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    // The diaries of the demo depend on the day.
    for days in [0, 45] {
        let app = App::start().await;
        app.state.clock.advance(TimeDelta::days(days));
        let AppState { db, clock, .. } = &app.state;
        fill_demo(db, clock, PASSWORD_HASH.clone())
            .await
            .expect("a demo");
        let server = ServerProcess::serve(&app.database);
        let base = server.base_url();
        browser.resize_to(1400, 900).await;
        browser.sign_in(&base, MEMBER).await;
        for (window, (width, height)) in WINDOWS.into_iter().enumerate() {
            browser.resize_to(width, height).await;
            for (page, least) in PAGES {
                browser.goto(&format!("{base}{page}")).await;
                let seen = browser
                    .evaluate(WHOLE_FILMS)
                    .await
                    .as_u64()
                    .expect("a number");
                assert!(
                    seen >= least[window],
                    "{page}, {width}, {days} days: {seen}"
                );
            }
            let (page, most) = CALENDAR;
            browser.goto(&format!("{base}{page}")).await;
            let top =
                "Math.ceil(document.querySelector('table.calendar').getBoundingClientRect().top)";
            let top = browser.evaluate(top).await.as_u64().expect("a number");
            assert!(top <= most[window], "{page}, {width}, {days} days: {top}");
        }
        browser
            .client
            .delete_all_cookies()
            .await
            .expect("signed out");
    }
    browser.close().await;
}

/// A phone on which every tap is counted.
struct CountingPhone {
    browser: Browser,
    taps: u32,
}

impl CountingPhone {
    async fn tap(&mut self, css: &str) {
        self.taps += 1;
        // Nothing is under the bar at the bottom.
        let center =
            format!("document.querySelector(`{css}`).scrollIntoView({{ block: 'center' }})");
        self.browser.find(css).await;
        self.browser.run(&center).await;
        self.browser.click(css).await;
    }

    /// Types a title into the box of the feed, and takes the first film.
    async fn choose_film(&mut self, title: &str) {
        self.tap("#q").await;
        self.browser.press_keys(title).await;
        self.browser.find("#suggestion-0").await;
        self.tap("#suggestion-0").await;
        self.browser.find("form.review").await;
    }
}

#[tokio::test]
async fn a_film_is_logged_with_few_taps() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (title, year) in [("Heat", 1995), ("Ran", 1985)] {
        ReviewBuilder::of(title, year).log(&ada).await;
    }
    let server = ServerProcess::serve(&app.database);
    browser.sign_in(&server.base_url(), "ada").await;
    browser.resize(360).await;
    let mut phone = CountingPhone { browser, taps: 0 };

    phone.browser.goto(&server.base_url()).await;
    phone.choose_film("heat").await;
    phone.tap("form.review button.primary").await;
    let logged = "document.querySelectorAll('.entry').length === 3";
    phone.browser.wait_until(logged).await;
    assert!(phone.taps <= 5, "{}", phone.taps);

    phone.taps = 0;
    phone.browser.goto(&server.base_url()).await;
    phone.choose_film("ran").await;
    phone.tap("form.review [name=rating][value='4.5']").await;
    let stars = "getComputedStyle(document.querySelector('.rating .number'), '::before').content";
    assert_eq!(phone.browser.evaluate(stars).await, "\"4½\"");
    phone.tap("form.review [name=day][value=yesterday]").await;
    phone.tap("form.review [name=liked]").await;
    phone.tap("form.review details.more > summary").await;
    phone.tap("form.review .tag-suggestions button").await;
    phone.tap("form.review button.primary").await;
    let logged = "document.querySelectorAll('.entry').length === 4";
    phone.browser.wait_until(logged).await;
    assert!(phone.taps <= 9, "{}", phone.taps);
    let entry = ".entry:first-child";
    assert_eq!(
        phone.browser.text(&format!("{entry} .tags")).await,
        "cinema"
    );
    assert!(phone.browser.has(&format!("{entry} .heart")).await);
    let yesterday = app.state.clock.today(chrono_tz::UTC) - TimeDelta::days(1);
    let day = format!("{entry} time[datetime='{yesterday}']");
    assert!(phone.browser.has(&day).await, "{day}");

    // "More" stays open on this device.
    phone.browser.goto(&server.base_url()).await;
    phone.choose_film("ran").await;
    phone.browser.find("form.review details.more[open]").await;
    phone.browser.assert_no_console_errors().await;
    phone.browser.close().await;
}

#[tokio::test]
async fn three_taps_find_all_horror_of_a_decade_with_four_stars() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let app = App::start().await;
    let AppState { db, clock, .. } = &app.state;
    fill_demo(db, clock, PASSWORD_HASH.clone())
        .await
        .expect("a demo");
    let server = ServerProcess::serve(&app.database);
    browser.sign_in(&server.base_url(), MEMBER).await;
    browser.resize(360).await;
    let history = format!("{}/users/{MEMBER}?view=history", server.base_url());
    browser.goto(&history).await;
    for chip in ["genre=horror", "decade=1970", "rating_from=4"] {
        browser
            .click(&format!(".strip-of-chips a[href*='{chip}']"))
            .await;
        browser
            .wait_until(&format!("location.search.includes('{chip}')"))
            .await;
        browser
            .wait_until("document.querySelectorAll('.htmx-request').length === 0")
            .await;
    }
    let stars = "[...document.querySelectorAll('.viewing .stars')].every(({ ariaLabel }) => parseFloat(ariaLabel) >= 4)";
    browser.wait_until(stars).await;
    // Each of them goes with one tap, too.
    for left in [2, 1, 0] {
        browser.click(".chips.used li:first-child a").await;
        browser
            .wait_until(&format!(
                "document.querySelectorAll('.chips.used a:not(.quiet)').length === {left}"
            ))
            .await;
    }
    browser.assert_no_console_errors().await;
    browser.close().await;
}
