//! The day of a viewing: which days a form takes, which it asks about, and from which time zone
//! “this year” is seen.

use axum::http::StatusCode;
use chrono::{Datelike, NaiveDate, TimeDelta};
use serde_json::json;

use crate::support::api_client::api_client_of;
use crate::support::{ApiClient, App, ReviewBuilder, TestClient, TestResponse};

async fn move_to(program: &ApiClient, zone: &str) {
    let change = json!({ "time_zone": zone });
    let moved = program.patch("/api/me", &change).await;
    moved.expect(StatusCode::OK);
}

async fn save_day(client: &TestClient, review: i64, day: &str) -> TestResponse {
    let page = client.get(format!("/reviews/{review}/edit")).await;
    let form = page.form("form.review").set("watched_on", day);
    client.submit(&form).await
}

#[tokio::test]
async fn a_day_before_the_release_is_asked_about_once() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for client in [ada.clone(), ada.htmx()] {
        let heat = ReviewBuilder::of("Heat", 1995).with("watched_on", "1994-12-31");
        let asked = heat.submit(&client).await;
        let asked = asked.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            asked.errors(),
            ["This film came out in 1995. If the day is right, submit the form again."]
        );
        // Another day that is too early is another question.
        let form = asked.form("form.review").set("watched_on", "1994-01-01");
        let asked = client.submit(&form).await;
        let asked = asked.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let form = asked.form("form.review");
        assert_eq!(form.value("watched_on"), Some("1994-01-01"));
        assert!(client.submit(&form).await.status < 400);
    }
    // In the year of the release, and without a year, nothing is asked.
    let premiere = ReviewBuilder::of("Heat", 1995).with("watched_on", "1995-01-01");
    let review = premiere.log(&ada).await;
    let movie = ada.movie_of(review).await;
    let known = ada.get(format!("/reviews/new?movie={movie}")).await;
    let known = known.form("form.review").set("watched_on", "1994-12-31");
    let asked = ada.submit(&known).await;
    asked.expect(StatusCode::UNPROCESSABLE_ENTITY);

    let asked = save_day(&ada, review, "1993-05-01").await;
    let asked = asked.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.has(&format!("#r{review}-watched_on-error")));
    let saved = ada.submit(&asked.form("form.review")).await;
    saved.expect(StatusCode::SEE_OTHER);
    // The saved day is not asked about again.
    let saved = save_day(&ada, review, "1993-05-01").await;
    saved.expect(StatusCode::SEE_OTHER);

    let program = api_client_of(&app, &ada, "write").await;
    let early = json!({ "title": "Heat", "year": 1995, "watched_on": "1990-01-01" });
    let logged = program.post("/api/reviews", &early).await;
    logged.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn an_unchanged_day_never_speaks_against_an_edit() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    move_to(&program, "Pacific/Kiritimati").await;
    let day = app.state.clock.today(chrono_tz::Pacific::Kiritimati);
    let review = ReviewBuilder::of("Heat", 1995).with("watched_on", &day.to_string());
    let review = review.log(&ada).await;
    move_to(&program, "Pacific/Pago_Pago").await;
    assert!(app.state.clock.today(chrono_tz::Pacific::Pago_Pago) < day);

    let saved = save_day(&ada, review, &day.to_string()).await;
    saved.expect(StatusCode::SEE_OTHER);
    let path = format!("/api/reviews/{review}");
    let change = json!({ "comment": "From the west.", "watched_on": day.to_string() });
    let changed = program.patch(&path, &change).await;
    changed.expect(StatusCode::OK);
    let tomorrow = day + TimeDelta::days(1);
    let refused = save_day(&ada, review, &tomorrow.to_string()).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_day_is_written_in_one_way() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    for text in [
        "+2024-01-01",
        "2024-2-9",
        "2024-02-30",
        "02024-01-01",
        "soon",
    ] {
        let review = ReviewBuilder::of("Heat", 1995).with("watched_on", text);
        let refused = review.submit(&ada).await;
        let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.has("#new-watched_on-error"), "{text}");
        let review = json!({ "title": "Heat", "year": 1995, "watched_on": text });
        let refused = program.post("/api/reviews", &review).await;
        let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json()["errors"][0]["field"], "watched_on", "{text}");
    }
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    // An address with something else shows the whole history.
    let history = ada.get("/users/ada?view=history&day=2024-2-9").await;
    assert_eq!(history.titles(), ["Heat"]);
}

#[tokio::test]
async fn only_years_with_something_in_them_are_offered() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (title, year, day) in [
        ("Roundhay Garden Scene", 1888, "1888-10-14"),
        ("Heat", 1995, "2019-05-01"),
        ("Ran", 1985, "2024-05-01"),
    ] {
        let review = ReviewBuilder::of(title, year).with("watched_on", day);
        review.log(&ada).await;
    }
    let history = ada.get("/users/ada?view=history").await;
    let options = |name: &str| history.attributes(&format!("[name={name}] option"), "value");
    assert_eq!(options("year"), ["", "2024", "2019", "1888"]);
    assert_eq!(options("decade"), ["", "1990", "1980", "1880"]);

    let trends = ada.get("/users/ada?view=trends").await;
    let periods = ["All time", "Last twelve months", "2024", "2019", "1888"];
    assert_eq!(trends.texts("[aria-label=Period] a"), periods);
    assert_eq!(
        trends.texts("table.years tbody th"),
        // Each with its viewings, which only phones show there.
        ["2024 1", "2019 1", "1888 1"]
    );
    let middle = ada.get("/users/ada?view=trends&period=2019").await;
    assert_eq!(middle.texts(".days .pager a"), ["‹ 1888", "2024 ›"]);
    let empty = ada.get("/users/ada?view=trends&days=1990").await;
    assert_eq!(empty.texts(".days .pager a"), ["‹ 1888", "2019 ›"]);

    let program = api_client_of(&app, &ada, "read").await;
    let member = program.get("/api/users/ada").await.json();
    assert_eq!(member["years"], json!([1888, 2019, 2024]));
}

/// Twelve hours before the new year in Greenwich, it is there in the far east only.
#[tokio::test]
async fn a_diary_has_the_year_of_its_writer_for_everybody() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let bob = app.member("bob").await;
    let visitor = app.visitor();
    let now = app.state.clock.now();
    let year = now.year();
    let new_year = NaiveDate::from_ymd_opt(year + 1, 1, 1).expect("a day");
    let hour = new_year.and_hms_opt(0, 0, 0).expect("a time").and_utc() - TimeDelta::hours(12);
    app.state.clock.advance(hour - now);
    for (name, client, zone) in [
        ("ada", &ada, "Pacific/Kiritimati"),
        ("bob", &bob, "Pacific/Pago_Pago"),
    ] {
        client.sign_in(name).await;
        move_to(&api_client_of(&app, client, "write").await, zone).await;
        ReviewBuilder::of("Heat", 1995).log(client).await;
    }
    for viewer in [&ada, &bob, &visitor] {
        for (writer, this_year) in [("ada", year + 1), ("bob", year)] {
            let diary = viewer.get(format!("/users/{writer}")).await;
            let heading = diary.texts("#this-year");
            assert_eq!(heading, [format!("{this_year} so far")]);
            let trends = viewer.get(format!("/users/{writer}?view=trends&period=12months"));
            let trends = trends.await;
            let months = trends.texts("table.months tbody th");
            let last = months.last().expect("a month");
            assert!(last.ends_with(&this_year.to_string()), "{writer}: {last}");
        }
    }
    let program = api_client_of(&app, &bob, "read").await;
    let stats = program.get("/api/users/ada/stats?period=12months").await;
    let months = stats.json()["months"].as_array().cloned().expect("months");
    let last = months.last().expect("a month")["month"].to_string();
    assert!(last.contains(&format!("{}-01", year + 1)), "{last}");
}
