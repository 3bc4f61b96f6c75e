//! A diary's tabs, filters, paging and heat map in a real browser.

use chrono::{Datelike, Days};

use crate::support::browser::{Browser, BrowserOptions};
use crate::support::databases::TestDatabase;
use crate::support::process::ServerProcess;
use crate::support::{App, ReviewBuilder};

const RIGHT: &str = "\u{e014}";
const DOWN: &str = "\u{e015}";
const HOME: &str = "\u{e011}";
const ENTER: &str = "\u{e007}";

/// A diary of 105 movies, one every third day; `None` where no browser is installed.
async fn open_dated_diary(setup: BrowserOptions) -> Option<(TestDatabase, ServerProcess, Browser)> {
    let browser = Browser::open(setup).await?;
    let app = App::start().await;
    let ada = app.member("ada").await;
    let today = app.state.clock.today(chrono_tz::UTC);
    for number in 0..105 {
        let review = ReviewBuilder::of(&format!("Film {number:02}"), 1900 + number)
            .with(
                "watched_on",
                &(today - Days::new(3 * number as u64)).to_string(),
            )
            .with("rating", if number % 2 == 0 { "4" } else { "2.5" });
        review.log(&ada).await;
    }
    let database = app.database;
    let server = ServerProcess::serve(&database);
    Some((database, server, browser))
}

#[tokio::test]
async fn tabs_and_filters_change_in_place_and_support_back() {
    let Some((_database, server, browser)) = open_dated_diary(BrowserOptions::default()).await
    else {
        return;
    };
    browser
        .goto(&format!("{}/users/ada", server.base_url()))
        .await;
    browser.evaluate("window.stayed = true").await;

    browser.click(".tabs a[href*='history']").await;
    browser
        .find(".tabs a[href*='history'][aria-current=page]")
        .await;
    browser.find("#filter-q").await;
    browser
        .wait_until("location.search === '?view=history'")
        .await;
    // Focus stays on the tab.
    browser
        .wait_until("document.activeElement?.textContent === 'History'")
        .await;

    // The address has the filter, and nothing that was not chosen.
    browser
        .evaluate("(() => { const chosen = document.getElementById('filter-rating_from'); chosen.value = '4'; chosen.dispatchEvent(new Event('change', { bubbles: true })); })()")
        .await;
    browser
        .wait_until("location.search === '?view=history&rating_from=4'")
        .await;
    browser
        .wait_until("document.querySelectorAll('.viewing').length === 50")
        .await;
    let stars = "[...document.querySelectorAll('.viewing .stars')].every(it => it.ariaLabel === '4 of 5 stars')";
    browser.wait_until(stars).await;

    // The list loads more by itself.
    browser
        .evaluate("document.querySelector('.older').scrollIntoView()")
        .await;
    browser
        .wait_until("document.querySelectorAll('.viewing').length === 53")
        .await;
    browser.wait_until(stars).await;

    browser.fill("#filter-q", "film 104").await;
    browser
        .wait_until("document.querySelectorAll('.viewing').length === 1")
        .await;
    browser
        .wait_until("document.activeElement.id === 'filter-q'")
        .await;
    assert_eq!(browser.evaluate("window.stayed").await, true, "no reload");

    browser.evaluate("history.back()").await;
    browser.wait_until("location.search === '?view=history&rating_from=4' && document.querySelectorAll('.viewing').length >= 50").await;
    browser.assert_no_console_errors().await;
    browser.close().await;
}

#[tokio::test]
async fn the_heat_map_is_one_tab_stop_with_arrow_keys() {
    let Some((_database, server, browser)) = open_dated_diary(BrowserOptions::default()).await
    else {
        return;
    };
    browser
        .goto(&format!(
            "{}/users/ada?view=trends&period=12months",
            server.base_url()
        ))
        .await;
    browser
        .wait_until("document.querySelectorAll('[data-days] td a[tabindex=\"0\"]').length === 1")
        .await;
    browser
        .evaluate("document.querySelector('[data-days] td a[tabindex=\"0\"]').focus()")
        .await;
    let day = || browser.evaluate("new URL(document.activeElement.href).searchParams.get('day')");
    let today = chrono::Utc::now().date_naive();
    assert_eq!(day().await, today.to_string(), "it begins at the last day");
    browser.press_keys(HOME).await;
    let first = today.with_day(1).expect("a day") - chrono::Months::new(11);
    assert_eq!(day().await, first.to_string());
    browser.press_keys(DOWN).await;
    assert_eq!(day().await, (first + Days::new(1)).to_string());
    browser.press_keys(RIGHT).await;
    assert_eq!(day().await, (first + Days::new(8)).to_string());
    browser
        .wait_until("document.querySelectorAll('[data-days] td a[tabindex=\"0\"]').length === 1")
        .await;
    browser.press_keys(ENTER).await;
    let there = format!("/users/ada?view=history&day={}", first + Days::new(8));
    browser
        .wait_until(&format!(
            "location.pathname + location.search === '{there}'"
        ))
        .await;
    browser.assert_no_console_errors().await;
    browser.close().await;
}
