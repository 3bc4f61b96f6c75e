//! Goals for a year: setting them, the pace, and who sees which number.

use axum::http::{Method, StatusCode};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::support::api_client::api_client_of;
use crate::support::browser::{Browser, BrowserOptions};
use crate::support::process::ServerProcess;
use crate::support::{App, PASSWORD, ReviewBuilder, TestClient, TestResponse};

/// A year without 29 February, after the current one.
fn coming_year(app: &App) -> i32 {
    let this_year = app.state.clock.now().year();
    let is_common = |year: &i32| NaiveDate::from_ymd_opt(*year, 2, 29).is_none();
    (this_year + 1..).find(is_common).expect("a year")
}

/// Moves the clock on to this time of a day.
fn advance_to(app: &App, year: i32, month: u32, day: u32, hour: u32) {
    let day = NaiveDate::from_ymd_opt(year, month, day).expect("a day");
    let time = NaiveTime::from_hms_opt(hour, 0, 0).expect("a time");
    let there: DateTime<Utc> = day.and_time(time).and_utc();
    let ahead = there - app.state.clock.now();
    assert!(ahead > TimeDelta::zero(), "{there} has passed");
    app.state.clock.advance(ahead);
}

/// Starts on 1 July of a year with 365 days.
async fn app_in_july() -> (App, i32) {
    let app = App::start().await;
    let year = coming_year(&app);
    advance_to(&app, year, 7, 1, 12);
    (app, year)
}

async fn log_on(member: &TestClient, title: &str, day: &str, visibility: &str) -> i64 {
    let review = ReviewBuilder::of(title, 1995)
        .with("watched_on", day)
        .with("visibility", visibility);
    review.log(member).await
}

async fn set_goal(member: &TestClient, year: i32, films: &str) {
    let path = format!("/users/ada/goals/{year}");
    let set = member.post(path, &[("films", films)]).await;
    set.expect(StatusCode::SEE_OTHER);
}

/// The sentence about one year's goal on a diary page.
fn goal_line(page: &TestResponse, year: i32) -> Option<String> {
    page.texts(&format!("#goal-{year} .so-far")).pop()
}

async fn shown_goal(viewer: &TestClient, year: i32) -> Option<String> {
    let page = viewer.get("/users/ada").await.expect(StatusCode::OK);
    goal_line(&page, year)
}

#[tokio::test]
async fn a_goal_is_set_changed_and_removed() {
    let (app, year) = app_in_july().await;
    let ada = app.member("ada").await;
    log_on(&ada, "Heat", &format!("{year}-03-07"), "public").await;
    log_on(&ada, "Heat", &format!("{year}-03-08"), "public").await;
    let form = format!("#goal-{year} form");
    let page = ada.get("/users/ada").await;
    assert_eq!(goal_line(&page, year), None);
    let empty = page.form(&form);
    assert_eq!(empty.value("films"), Some(""));

    let saved = ada.submit(&empty.set("films", "52")).await;
    let place = format!("/users/ada#goal-{year}");
    assert_eq!(saved.header("location"), place);
    let page = ada.follow(&saved).await;
    let line = format!("1 of 52 films in {year} · 24 behind · needs 1.9 a week");
    assert_eq!(goal_line(&page, year).as_ref(), Some(&line));
    assert!(page.has(&format!("#goal-{year} svg[aria-hidden=true]")));
    let title = page.texts(&format!("#goal-{year}[aria-labelledby] h2"));
    assert_eq!(title, [format!("Goal for {year}")]);

    let change = page.form(&form);
    assert_eq!(change.value("films"), Some("52"));
    assert_eq!(change.value("rewatches_count"), None);
    let change = change.set("films", "2").set("rewatches_count", "on");
    let saved = ada.submit(&change).await;
    let page = ada.follow(&saved).await;
    let line = format!("2 of 2 films in {year} · Done");
    assert_eq!(goal_line(&page, year).as_ref(), Some(&line));
    assert_eq!(page.form(&form).value("rewatches_count"), Some("on"));

    let removal = page.form(&format!("#goal-{year} form[action$='/deletion']"));
    for _ in 0..2 {
        let removed = ada.submit(&removal).await;
        assert_eq!(removed.header("location"), place);
        let page = ada.follow(&removed).await;
        assert_eq!(goal_line(&page, year), None);
        assert!(page.has(&form));
    }
    assert!(!app.visitor().get("/users/ada").await.has(".goals"));
}

#[tokio::test]
async fn htmx_gets_the_goal_alone() {
    let (app, year) = app_in_july().await;
    let ada = app.member("ada").await;
    let form = ada.get("/users/ada").await;
    let form = form.form(&format!("#goal-{year} form"));
    let saved = ada.htmx().submit(&form.clone().set("films", "365")).await;
    let saved = saved.expect(StatusCode::OK);
    assert!(!saved.body.contains("<h1"), "{}", saved.body);
    let line = format!("0 of 365 films in {year} · 181 behind · needs 13.9 a week");
    assert_eq!(goal_line(&saved, year).as_ref(), Some(&line));
    let announced = format!("Saved your goal for {year}.");
    assert!(saved.body.contains(&announced), "{}", saved.body);
    assert!(saved.has("summary[autofocus]"), "keyboards go on here");

    let refused = ada.htmx().submit(&form.set("films", "none")).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.body.contains("<h1"), "{}", refused.body);
    assert_eq!(goal_line(&refused, year).as_ref(), Some(&line));
    assert!(refused.has("details[open] .error"));

    let removal = saved.form("form[action$='/deletion']");
    let removed = ada.htmx().submit(&removal).await.expect(StatusCode::OK);
    assert_eq!(goal_line(&removed, year), None);
    assert!(removed.has(&format!("#goal-{year} form")));
}

#[tokio::test]
async fn bad_numbers_and_years_are_explained() {
    let (app, year) = app_in_july().await;
    let ada = app.member("ada").await;
    let path = format!("/users/ada/goals/{year}");
    for bad in ["", "0", "1001", "-3", "5.5", "1e2", "many"] {
        let fields = [("films", bad), ("rewatches_count", "on")];
        let page = ada.post(&path, &fields).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let id = format!("goal-{year}-films");
        assert_eq!(page.texts(&format!("#{id}-error")).len(), 1, "{bad}");
        let described = page.attributes(&format!("#{id}"), "aria-describedby");
        assert!(
            described[0].contains(&format!("{id}-error")),
            "{described:?}"
        );
        let form = page.form("details[open] form");
        assert_eq!(form.value("films"), Some(bad));
        assert_eq!(form.value("rewatches_count"), Some("on"));
        assert!(page.has("a[href^='/users/ada']"));
    }
    let unknown = [("films", "5"), ("member", "eve")];
    ada.post(&path, &unknown)
        .await
        .expect(StatusCode::BAD_REQUEST);
    assert_eq!(shown_goal(&ada, year).await, None);

    for out in [year + 2, year - 2, 1999] {
        let path = format!("/users/ada/goals/{out}");
        let page = ada.post(path, &[("films", "5")]).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let range = format!(
            "You can set goals for the years {} to {}.",
            year - 1,
            year + 1
        );
        assert_eq!(page.errors(), [range]);
    }
    for no_year in ["26", "02026", "+2026", "0000", "2026.0", "now"] {
        let path = format!("/users/ada/goals/{no_year}");
        let answer = ada.post(path, &[("films", "5")]).await;
        answer.expect(StatusCode::NOT_FOUND);
    }
    // The diary reaches back, and so do its goals.
    log_on(&ada, "Heat", &format!("{}-03-07", year - 3), "private").await;
    for fine in [year + 1, year, year - 1, year - 3] {
        set_goal(&ada, fine, "5").await;
    }
    let path = format!("/users/ada/goals/{}", year - 4);
    let page = ada.post(path, &[("films", "5")]).await;
    page.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_pace_follows_the_days_of_the_writer() {
    let app = App::start().await;
    let year = coming_year(&app);
    advance_to(&app, year, 1, 1, 12);
    let ada = app.member("ada").await;
    let visitor = app.visitor();
    set_goal(&ada, year, "52").await;
    let first = format!("0 of 52 films in {year} · on pace · needs 1 a week");
    assert_eq!(shown_goal(&visitor, year).await, Some(first));
    for number in 1..=3 {
        let title = format!("Film {number}");
        log_on(&ada, &title, &format!("{year}-01-01"), "public").await;
    }
    for (month, day, words) in [
        (1, 2, "2 ahead · needs 0.9 a week"),
        (1, 20, "on pace · needs 1 a week"),
        (1, 30, "1 behind · needs 1 a week"),
        (7, 1, "22 behind · needs 1.9 a week"),
        (12, 24, "47 behind · needs 42.9 a week"),
        (12, 25, "48 behind · needs 49 more"),
        (12, 31, "48 behind · needs 49 more"),
    ] {
        advance_to(&app, year, month, day, 12);
        let line = format!("3 of 52 films in {year} · {words}");
        let shown = shown_goal(&visitor, year).await;
        assert_eq!(shown, Some(line), "on {day}/{month}");
    }

    // Where Ada writes, the new year has begun; whoever looks.
    ada.sign_in("ada").await;
    set_goal(&ada, year + 1, "60").await;
    let shown = shown_goal(&visitor, year + 1).await;
    assert_eq!(shown, Some(format!("0 of 60 films in {}", year + 1)));
    let settings = ada.get("/settings").await;
    let profile = settings.form("form[action='/settings/profile']");
    let moved = profile.set("time_zone", "Pacific/Kiritimati");
    ada.submit(&moved).await.expect(StatusCode::SEE_OTHER);
    for viewer in [&visitor, &ada] {
        let page = viewer.get("/users/ada").await;
        let shown = goal_line(&page, year + 1).expect("this year's goal");
        assert!(shown.contains("on pace"), "{shown}");
        assert_eq!(goal_line(&page, year), None);
        let earlier = [format!("{year}: 3 of 52 films · 49 short")];
        assert_eq!(page.texts(".earlier-goals li"), earlier);
    }
}

#[tokio::test]
async fn everyone_counts_what_they_may_see() {
    let (app, year) = app_in_july().await;
    let ada = app.member("ada").await;
    let (eve, boss) = (app.member("eve").await, app.admin("boss").await);
    let visitor = app.visitor();
    set_goal(&ada, year, "10").await;
    for (day, title, visibility) in [
        (1, "Heat", "public"),
        (2, "Ran", "members"),
        (3, "Ida", "private"),
        // A rewatch.
        (4, "Heat", "public"),
    ] {
        log_on(&ada, title, &format!("{year}-02-0{day}"), visibility).await;
    }
    ReviewBuilder::of("Tar", 2022)
        .with("day_unknown", "on")
        .log(&ada)
        .await;
    // Next to the goal are neither other years nor other diaries.
    log_on(&ada, "Jaws", &format!("{}-12-31", year - 1), "public").await;
    log_on(&eve, "Big", &format!("{year}-02-01"), "public").await;
    let viewers = [&visitor, &eve, &boss, &ada];
    let assert_counts = async |counts: [u32; 4]| {
        for (viewer, count) in viewers.iter().zip(counts) {
            let shown = shown_goal(viewer, year).await.expect("a goal");
            let start = format!("{count} of 10 films in {year}");
            assert!(shown.starts_with(&start), "{shown}, {count} expected");
        }
    };
    assert_counts([1, 2, 2, 3]).await;
    let with_rewatches = [("films", "10"), ("rewatches_count", "on")];
    ada.post(format!("/users/ada/goals/{year}"), &with_rewatches)
        .await;
    assert_counts([2, 3, 3, 4]).await;
    let review = log_on(&ada, "Big", &format!("{year}-02-05"), "public").await;
    assert_counts([3, 4, 4, 5]).await;
    ada.post(format!("/reviews/{review}/deletion"), &[]).await;
    assert_counts([2, 3, 3, 4]).await;

    // Only its owner can change it, and nobody sees it where the diary is private.
    assert!(!eve.get("/users/ada").await.has(".goals form"));
    ada.post("/settings/visibility", &[("visibility", "private")])
        .await;
    for other in [&visitor, &eve, &boss] {
        let page = other.get("/users/ada").await;
        page.expect(StatusCode::NOT_FOUND);
    }
    assert!(shown_goal(&ada, year).await.is_some());
}

#[tokio::test]
async fn earlier_goals_stay_with_their_result() {
    let (app, year) = app_in_july().await;
    let ada = app.member("ada").await;
    let (visitor, last_year) = (app.visitor(), year - 1);
    log_on(&ada, "Heat", &format!("{last_year}-05-01"), "public").await;
    let trends = format!("/users/ada?view=trends&period={last_year}");
    let page = ada.get(&trends).await;
    let form = page.form(&format!("#goal-{last_year} form"));
    let saved = ada.submit(&form.set("films", "2")).await;
    let place = format!("{trends}#goal-{last_year}");
    assert_eq!(saved.header("location"), place);

    let missed = format!("1 of 2 films in {last_year} · 1 short");
    assert_eq!(
        goal_line(&visitor.get(&trends).await, last_year),
        Some(missed)
    );
    let page = visitor.get("/users/ada").await;
    let line = format!("{last_year}: 1 of 2 films · 1 short");
    assert_eq!(page.texts(".earlier-goals li"), [line]);
    let links = page.attributes(".earlier-goals a", "href");
    assert_eq!(links, [place]);
    assert!(!page.has(&format!("#goal-{last_year}")));

    log_on(&ada, "Ran", &format!("{last_year}-05-02"), "public").await;
    log_on(&ada, "Ida", &format!("{last_year}-05-03"), "public").await;
    let done = format!("3 of 2 films in {last_year} · Done");
    assert_eq!(
        goal_line(&visitor.get(&trends).await, last_year),
        Some(done)
    );
    // A bar is never longer than the goal.
    let bars = visitor.get(&trends).await;
    let bars = bars.attributes(&format!("#goal-{last_year} rect"), "width");
    assert_eq!(bars, ["100.0"]);

    // A year without films still has its goal; all time and other views have none.
    set_goal(&ada, year, "9").await;
    let empty = visitor.get(format!("/users/ada?view=trends&period={year}"));
    assert!(goal_line(&empty.await, year).is_some());
    for view in ["trends", "ratings", "history"] {
        let page = visitor.get(format!("/users/ada?view={view}")).await;
        assert!(!page.has(".goal"), "{view}");
    }
}

#[tokio::test]
async fn programs_read_and_change_goals() {
    let (app, year) = app_in_july().await;
    let ada = app.member("ada").await;
    log_on(&ada, "Heat", &format!("{year}-03-07"), "private").await;
    let writer = api_client_of(&app, &ada, "write").await;
    let reader = api_client_of(&app, &ada, "read").await;
    let path = format!("/api/goals/{year}");
    let put = async |body: Value| writer.send(Method::PUT, &path, &body.to_string()).await;
    writer.get(&path).await.expect(StatusCode::NOT_FOUND);
    writer.delete(&path).await.expect(StatusCode::NOT_FOUND);
    let nobody = app.api_client().get(&path).await;
    nobody.expect(StatusCode::UNAUTHORIZED);

    let first = put(json!({ "films": 52 })).await;
    let first = first.expect(StatusCode::CREATED);
    let goal = json!({ "year": year, "films": 52, "rewatches_count": false, "seen": 1 });
    assert_eq!(first.json(), goal);
    let read = reader.get(&path).await.expect(StatusCode::OK);
    assert_eq!(read.json(), goal);
    assert_eq!(read.header("etag"), first.header("etag"));
    let again = reader.header("if-none-match", read.header("etag"));
    again.get(&path).await.expect(StatusCode::NOT_MODIFIED);
    let shown = shown_goal(&app.visitor(), year).await.expect("a goal");
    assert!(shown.starts_with("0 of 52"), "{shown}");
    assert!(
        shown_goal(&ada, year)
            .await
            .expect("a goal")
            .starts_with("1 of 52")
    );

    log_on(&ada, "Heat", &format!("{year}-03-08"), "private").await;
    let changed = put(json!({ "films": 60, "rewatches_count": true })).await;
    let changed = changed.expect(StatusCode::OK);
    assert_eq!(changed.json()["seen"], 2);
    assert!(
        shown_goal(&ada, year)
            .await
            .expect("a goal")
            .starts_with("2 of 60")
    );

    for scope in [Method::PUT, Method::DELETE] {
        let refused = reader.send(scope, &path, r#"{"films": 3}"#).await;
        refused.expect(StatusCode::FORBIDDEN);
    }
    for (body, field) in [
        (json!({ "films": 0 }), "films"),
        (json!({ "films": 1001 }), "films"),
        (json!({ "films": "52" }), "films"),
        (json!({ "films": 5.5 }), "films"),
        (json!({}), "films"),
        (
            json!({ "films": 5, "rewatches_count": null }),
            "rewatches_count",
        ),
        (json!({ "films": 5, "seen": 3 }), "seen"),
    ] {
        let refused = put(body.clone()).await;
        let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert_eq!(refused.json()["errors"][0]["field"], field, "{body}");
    }
    let too_late = format!("/api/goals/{}", year + 2);
    let refused = writer.send(Method::PUT, &too_late, r#"{"films": 3}"#).await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["field"], "year");
    for no_year in ["26", "02026", "0000", "now"] {
        let path = format!("/api/goals/{no_year}");
        let answer = writer.send(Method::PUT, &path, r#"{"films": 3}"#).await;
        answer.expect(StatusCode::NOT_FOUND);
    }

    // With the ETag of an older goal, nothing changes.
    let stale = writer.header("if-match", first.header("etag"));
    for method in [Method::PUT, Method::DELETE] {
        let refused = stale.send(method, &path, r#"{"films": 3}"#).await;
        refused.expect(StatusCode::PRECONDITION_FAILED);
    }
    // What counts is not part of the goal.
    log_on(&ada, "Ran", &format!("{year}-03-09"), "private").await;
    let current = writer.header("if-match", changed.header("etag"));
    let saved = current.send(Method::PUT, &path, r#"{"films": 61}"#).await;
    let saved = saved.expect(StatusCode::OK);
    assert_eq!(saved.json()["rewatches_count"], false);
    let current = writer.header("if-match", saved.header("etag"));
    current.delete(&path).await.expect(StatusCode::NO_CONTENT);
    let refused = current.send(Method::PUT, &path, r#"{"films": 3}"#).await;
    refused.expect(StatusCode::PRECONDITION_FAILED);
    assert_eq!(shown_goal(&ada, year).await, None);
}

#[tokio::test]
async fn a_goal_belongs_to_its_member_alone() {
    let (app, year) = app_in_july().await;
    let (ada, eve) = (app.admin("ada").await, app.member("eve").await);
    app.admin("boss").await;
    log_on(&ada, "Heat", &format!("{year}-03-07"), "public").await;
    let feed = app.visitor().get("/users/ada/feed.atom").await;
    set_goal(&ada, year, "52").await;
    let path = format!("/users/eve/goals/{year}");
    let set = eve.post(path, &[("films", "12")]).await;
    set.expect(StatusCode::SEE_OTHER);
    // Feeds do not show goals, so they do not change.
    let same = app.visitor().get("/users/ada/feed.atom").await;
    assert_eq!(same.header("etag"), feed.header("etag"));
    assert!(
        shown_goal(&ada, year)
            .await
            .expect("a goal")
            .contains("of 52")
    );

    let numbers = [(999, 5), (10_000, 5), (2000, 0), (2000, 1001), (2000, 5)];
    for (year, films) in numbers {
        let row = format!("INSERT INTO goal VALUES (1, {year}, {films}, false)");
        let insert = app.state.db.write(move |tx| {
            Box::pin(async move { tx.execute_unprepared(&row).await.map(|_| ()) })
        });
        let is_fine = (year, films) == (2000, 5);
        assert_eq!(insert.await.is_ok(), is_fine, "{films} in {year}");
    }
    let count = async || {
        let goals = entity::goal::Entity::find().count(app.state.db.reader());
        goals.await.expect("a count")
    };
    assert_eq!(count().await, 3);
    let deleted = ada.post("/settings/deletion", &[("password", PASSWORD)]);
    deleted.await.expect(StatusCode::SEE_OTHER);
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn a_goal_changes_in_place() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let app = App::start().await;
    let ada = app.member("ada").await;
    let today = app.state.clock.today(chrono_tz::UTC);
    let year = today.year();
    log_on(&ada, "Heat", &today.to_string(), "public").await;
    let server = ServerProcess::serve(&app.database);
    browser.sign_in(&server.base_url(), "ada").await;
    browser
        .goto(&format!("{}/users/ada", server.base_url()))
        .await;
    browser.run("window.isSamePage = true").await;
    browser.click("details.member > summary").await;
    let goal = format!("#goal-{year}");
    let (summary, field) = (format!("{goal} summary"), format!("{goal}-films"));
    let button = format!("{goal} button.primary");
    browser.click(&summary).await;
    browser.fill(&field, "0").await;
    browser.click(&button).await;
    browser.find(&format!("{goal} details[open] .error")).await;
    browser.wait_for_focus(&field).await;
    browser.fill(&field, "1").await;
    browser.click(&button).await;
    browser.find(&format!("{goal} .so-far")).await;
    let line = format!("1 of 1 film in {year} · Done");
    assert_eq!(browser.text(&format!("{goal} .so-far")).await, line);
    browser.wait_for_focus(&summary).await;
    browser.click(&summary).await;
    browser.click(&format!("{goal} button.danger")).await;
    browser.find(&format!("div{goal}")).await;
    browser.wait_for_focus(&summary).await;
    assert_eq!(browser.evaluate("window.isSamePage").await, true);
    browser.close().await;
}
