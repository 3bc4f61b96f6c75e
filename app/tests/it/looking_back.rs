//! Looking back in a real browser: views, filters, paging, the year of days by keyboard.

use chrono::{Datelike, Days};

use crate::support::browser::{Browser, Setup};
use crate::support::databases::TestDatabase;
use crate::support::process::Process;
use crate::support::{App, Review};

const RIGHT: &str = "\u{e014}";
const DOWN: &str = "\u{e015}";
const HOME: &str = "\u{e011}";
const ENTER: &str = "\u{e007}";

/// A diary of 45 films, one every third day, and a server that shows it.
async fn open(setup: Setup) -> Option<(TestDatabase, Process, Browser)> {
    let browser = Browser::open(setup).await?;
    let app = App::start().await;
    let ada = app.member("ada").await;
    let today = app.state.clock.today(chrono_tz::UTC);
    for number in 0..45 {
        let review = Review::of(&format!("Film {number:02}"), 1960 + number)
            .with(
                "watched_on",
                &(today - Days::new(3 * number as u64)).to_string(),
            )
            .with("rating", if number % 2 == 0 { "4" } else { "2.5" });
        review.log(&ada).await;
    }
    let database = app.database;
    let server = Process::serve(&database);
    Some((database, server, browser))
}

#[tokio::test]
async fn views_and_filters_change_in_place_and_can_be_gone_back() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    browser.goto(&format!("{}/users/ada", server.base())).await;
    browser.evaluate("window.stayed = true").await;

    browser.click(".tabs a[href*='history']").await;
    browser
        .find(".tabs a[href*='history'][aria-current=page]")
        .await;
    browser.find("#filter-rating").await;
    browser.until("location.search === '?view=history'").await;
    // The cursor stays on what was pressed.
    browser
        .until("document.activeElement?.textContent === 'History'")
        .await;

    // A filter is in the address, with nothing that was not chosen.
    browser
        .evaluate("(() => { const chosen = document.getElementById('filter-rating'); chosen.value = '4'; chosen.dispatchEvent(new Event('change', { bubbles: true })); })()")
        .await;
    browser
        .until("location.search === '?view=history&rating=4'")
        .await;
    browser
        .until("document.querySelectorAll('.entry').length === 20")
        .await;
    let stars = "[...document.querySelectorAll('.entry .stars')].every(it => it.ariaLabel === '4 of 5 stars')";
    browser.until(stars).await;

    // The list goes on by itself.
    browser
        .evaluate("document.querySelector('.older').scrollIntoView()")
        .await;
    browser
        .until("document.querySelectorAll('.entry').length === 23")
        .await;
    browser.until(stars).await;

    browser.fill("#filter-q", "film 44").await;
    browser
        .until("document.querySelectorAll('.entry').length === 1")
        .await;
    browser
        .until("document.activeElement.id === 'filter-q'")
        .await;
    assert_eq!(browser.evaluate("window.stayed").await, true, "no reload");

    browser.evaluate("history.back()").await;
    browser.until("location.search === '?view=history&rating=4' && document.querySelectorAll('.entry').length >= 20").await;
    browser.assert_no_complaints().await;
    browser.close().await;
}

#[tokio::test]
async fn a_year_of_days_is_one_stop_and_arrows_go_through_it() {
    let Some((_database, server, browser)) = open(Setup::default()).await else {
        return;
    };
    browser
        .goto(&format!(
            "{}/users/ada?view=trends&period=12months",
            server.base()
        ))
        .await;
    browser
        .until("document.querySelectorAll('[data-days] td a[tabindex=\"0\"]').length === 1")
        .await;
    browser
        .evaluate("document.querySelector('[data-days] td a[tabindex=\"0\"]').focus()")
        .await;
    let day = || browser.evaluate("new URL(document.activeElement.href).searchParams.get('day')");
    let today = chrono::Utc::now().date_naive();
    assert_eq!(day().await, today.to_string(), "it begins at the last day");
    browser.keys(HOME).await;
    let first = today.with_day(1).expect("a day") - chrono::Months::new(11);
    assert_eq!(day().await, first.to_string());
    browser.keys(DOWN).await;
    assert_eq!(day().await, (first + Days::new(1)).to_string());
    browser.keys(RIGHT).await;
    assert_eq!(day().await, (first + Days::new(8)).to_string());
    browser
        .until("document.querySelectorAll('[data-days] td a[tabindex=\"0\"]').length === 1")
        .await;
    browser.keys(ENTER).await;
    let there = format!("/users/ada?view=history&day={}", first + Days::new(8));
    browser
        .until(&format!(
            "location.pathname + location.search === '{there}'"
        ))
        .await;
    browser.assert_no_complaints().await;
    browser.close().await;
}
