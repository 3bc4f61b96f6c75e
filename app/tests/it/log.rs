//! Logging a review through the form.

use axum::http::StatusCode;
use chrono::{NaiveDate, TimeDelta, Utc};

use crate::support::{App, ReviewBuilder};

#[tokio::test]
async fn without_javascript_a_review_is_logged_through_the_form() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let box_form = ada.get("/").await.form("form[action='/reviews/new']");
    assert_eq!(box_form.value("q"), Some(""));
    let found = ada
        .get("/reviews/new?q=The+Matrix")
        .await
        .expect(StatusCode::OK);
    let by_hand = found.attributes("main p a.button", "href").remove(0);
    let form = ada.get(by_hand).await.form("form.review");
    assert_eq!(form.value("title"), Some("The Matrix"));
    let today = Utc::now().date_naive().to_string();
    assert_eq!(form.value("watched_on"), Some(today.as_str()));
    let form = form
        .set("year", "1999")
        .set("director", "Lana Wachowski, Lilly Wachowski")
        .set("imdb_id", "https://www.imdb.com/title/tt0133093/")
        .set("rating", "4.5")
        .set("liked", "on")
        .set("tags", "Sci-Fi, with Grace, sci-fi")
        .set("comment", "Follow the\r\n<white> rabbit & co.");
    let answer = ada.submit(&form).await;
    let feed = ada.follow(&answer).await;
    assert_eq!(feed.titles(), ["The Matrix"]);
    assert_eq!(feed.attributes(".stars", "aria-label"), ["4.5 of 5 stars"]);
    assert!(feed.has(".heart"));
    assert_eq!(feed.texts(".tags li"), ["Sci-Fi", "with Grace"]);
    assert_eq!(feed.texts(".comment"), ["Follow the <white> rabbit & co."]);
    assert_eq!(feed.texts(".byline .writer"), ["ADA"]);

    let movie = feed.attributes(".entry .title a", "href").remove(0);
    let page = app.visitor().get(movie).await;
    assert_eq!(page.texts("h1"), ["The Matrix 1999"]);
    assert!(page.texts("main")[0].contains("Directed by Lana Wachowski, Lilly Wachowski"));
    assert!(page.body.contains("tt0133093"));
}

#[tokio::test]
async fn with_htmx_the_response_updates_feed_box_and_live_region() {
    let app = App::start().await;
    let ada = app.member("ada").await.htmx();
    let suggestions = ada.get("/movies/suggest?q=Heat").await;
    assert_eq!(suggestions.texts("[role=option]"), ["Add “Heat” by hand"]);
    let form = ada.get("/reviews/new?q=Heat&by_hand=1").await;
    assert!(!form.body.contains("<html"));
    assert_eq!(form.attributes("form.review", "hx-post"), ["/reviews"]);
    let answer = ada
        .submit(&form.form("form.review").set("year", "1995"))
        .await;
    let answer = answer.expect(StatusCode::OK);
    assert_eq!(
        answer.attributes("hx-partial", "hx-target"),
        ["#entries", "#log", "#live"]
    );
    assert_eq!(answer.titles(), ["Heat"]);
    assert_eq!(answer.attributes("#q", "value"), [""]);
    assert!(answer.has("#q[autofocus]"), "the cursor goes back");
    assert!(answer.body.contains("Logged Heat."));
    assert!(answer.header("vary").contains("hx-request"));
}

#[tokio::test]
async fn a_movie_logged_before_is_a_rewatch_by_default() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let chosen = ada
        .get("/reviews/new?q=heat")
        .await
        .attributes(".found a", "href")
        .remove(0);
    let form = ada.get(&chosen).await.form("form.review");
    assert_eq!(form.value("rewatch"), Some("on"));
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    // The form for a movie entered by hand cannot tick the box in advance.
    ReviewBuilder::of("HEAT", 1995).log(&ada).await;
    let feed = ada.get("/").await;
    assert_eq!(feed.titles(), ["Heat", "Heat", "Heat"]);
    assert_eq!(feed.texts(".marks .badge"), ["rewatch", "rewatch"]);

    let eve = app.member("eve").await;
    let form = eve.get(&chosen).await.form("form.review");
    assert_eq!(form.value("rewatch"), None, "not hers");
}

#[tokio::test]
async fn errors_stand_beside_their_fields_and_nothing_typed_is_lost() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let tomorrow = (Utc::now().date_naive() + TimeDelta::days(2)).to_string();
    let typed = [
        ("title", " "),
        ("year", "1066"),
        ("director", "Somebody <b>"),
        ("imdb_id", "nm0000206"),
        ("rating", "11"),
        ("watched_on", tomorrow.as_str()),
        ("comment", "Words that took\nan hour"),
        ("tags", "a tag that is much too long to be a tag at all"),
        ("liked", "on"),
    ];
    for client in [ada.clone(), ada.htmx()] {
        let form = client
            .get("/reviews/new?q=x&by_hand=1")
            .await
            .form("form.review");
        let form = typed
            .iter()
            .fold(form, |form, (name, value)| form.set(name, value));
        let answer = client
            .submit(&form)
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
        for field in [
            "title",
            "year",
            "imdb_id",
            "new-rating",
            "new-watched_on",
            "new-tags",
        ] {
            assert!(
                answer.has(&format!("#{field}-error")),
                "{field}: {}",
                answer.body
            );
        }
        let again = answer.form("form.review");
        for (name, value) in typed.iter().filter(|(name, _)| *name != "rating") {
            let kept = again.value(name).map(str::trim_start);
            assert_eq!(kept, Some(value.trim_start()), "{name}");
        }
        assert_eq!(
            again.value("key"),
            form.value("key"),
            "it still counts once"
        );
    }
    assert!(ada.get("/").await.titles().is_empty());
}

#[tokio::test]
async fn future_days_are_refused_by_the_members_time_zone() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for zone in ["Pacific/Kiritimati", "Pacific/Niue"] {
        let form = ada
            .get("/settings")
            .await
            .form("form[action='/settings/profile']");
        ada.submit(&form.set("time_zone", zone))
            .await
            .expect(StatusCode::SEE_OTHER);
        let today = app.state.clock.today(zone.parse().expect("a zone"));
        let form = ada
            .get("/reviews/new?q=x&by_hand=1")
            .await
            .form("form.review");
        assert_eq!(form.value("watched_on"), Some(today.to_string().as_str()));
        let day =
            |day: NaiveDate| ReviewBuilder::of("Heat", 1995).with("watched_on", &day.to_string());
        day(today).submit(&ada).await.expect(StatusCode::SEE_OTHER);
        let ahead = day(today + TimeDelta::days(1)).submit(&ada).await;
        ahead.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn the_same_form_posted_twice_logs_once() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let form = ada
        .get("/reviews/new?q=Heat&by_hand=1")
        .await
        .form("form.review");
    let form = form.set("year", "1995").set("comment", "Once.");
    let posts = (0..10).map(|_| {
        let (ada, form) = (ada.clone(), form.clone());
        tokio::spawn(async move { ada.submit(&form).await })
    });
    let posts: Vec<_> = posts.collect();
    let mut led_to = Vec::new();
    for post in posts {
        let answer = post.await.expect("an answer").expect(StatusCode::SEE_OTHER);
        led_to.push(answer.header("location").to_owned());
    }
    led_to.dedup();
    assert_eq!(
        led_to.len(),
        1,
        "all were told of the same review: {led_to:?}"
    );
    assert_eq!(ada.get("/").await.titles(), ["Heat"]);

    let again = ada.htmx().submit(&form).await.expect(StatusCode::OK);
    assert_eq!(
        again.titles(),
        ["Heat"],
        "whose first answer was lost gets it now"
    );
    assert_eq!(ada.get("/").await.titles(), ["Heat"]);

    // A key belongs to one member: another member's equal key is a different one.
    let eve = app.member("eve").await;
    let hers = eve.get("/reviews/new?by_hand=1").await.form("form.review");
    let form = form.set("by", hers.value("by").expect("a mark"));
    eve.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(ada.get("/").await.titles(), ["Heat", "Heat"]);
}

#[tokio::test]
async fn a_reused_key_with_another_body_is_a_conflict() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let form = ada
        .get("/reviews/new?q=Heat&by_hand=1")
        .await
        .form("form.review");
    let form = form.set("year", "1995");
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
    let other = form.clone().set("comment", "Typed after going back.");
    let conflict = ada.submit(&other).await.expect(StatusCode::CONFLICT);
    let again = conflict.form("form.review");
    assert_ne!(again.value("key"), form.value("key"));
    assert_eq!(
        again.value("comment").map(str::trim),
        Some("Typed after going back.")
    );
    assert_eq!(ada.get("/").await.titles().len(), 1);
    ada.submit(&again).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(ada.get("/").await.titles().len(), 2);
}

/// Both databases accept and refuse the same texts.
#[tokio::test]
async fn text_is_stored_as_entered_or_refused() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (field, good) in [
        ("title", "ﷺ".repeat(255)),
        ("title", "𝔐".repeat(255)),
        ("title", "千と千尋の神隠し".to_owned()),
        ("title", "'; DROP TABLE review; --".to_owned()),
        ("title", "<script>alert(1)</script>".to_owned()),
        ("director", "ﷺ".repeat(255)),
        ("comment", "ä".repeat(10_000)),
        ("comment", "🎬".repeat(10_000)),
        ("comment", "\r\n".repeat(4_999) + "tab\tand end"),
        ("tags", "ﷺ".repeat(32)),
        ("tags", format!("{0} a,{0} b", "ﷺ".repeat(30))),
        ("director", format!("{0} a,{0} b", "ﷺ".repeat(60))),
        ("director", format!("{} c", "ﷺ".repeat(60))),
    ] {
        let answer = ReviewBuilder::of("Heat", 1995)
            .with(field, &good)
            .submit(&ada)
            .await;
        assert_eq!(answer.status, 303, "{field}: {:?}", answer.errors());
    }
    for (field, bad) in [
        ("title", "a".repeat(256)),
        ("title", "nul\0".to_owned()),
        ("title", "esc\u{1b}[31m".to_owned()),
        ("director", "nul\0".to_owned()),
        ("comment", "nul\0".to_owned()),
        ("comment", "a".repeat(10_001)),
        ("comment", "bell\u{7}".to_owned()),
        ("tags", "nul\0".to_owned()),
        ("tags", "a".repeat(33)),
        ("comment", "no character\u{ffff}".to_owned()),
        ("title", "\u{200b}\u{202e}".to_owned()),
        // As many tags as the form has room for; reported as one error.
        ("tags", (0..20_000).map(|tag| format!("{tag},")).collect()),
    ] {
        let answer = ReviewBuilder::of("Heat", 1995)
            .with(field, &bad)
            .submit(&ada)
            .await;
        assert_eq!(answer.status, 422, "{field}");
        assert_eq!(answer.errors().len(), 1, "{field}");
    }
}

#[tokio::test]
async fn unknown_fields_are_refused_and_nobody_names_an_owner() {
    let app = App::start_with(&[("ALLOW_REGISTRATION", "true")]).await;
    let ada = app.member("ada").await;
    let form = ada
        .get("/reviews/new?q=Heat&by_hand=1")
        .await
        .form("form.review");
    let form = form.set("year", "1995");
    for field in ["member_id", "audience", "id", "deleted_at", "x"] {
        let answer = ada.submit(&form.clone().set(field, "1")).await;
        answer.expect(StatusCode::BAD_REQUEST);
    }
    assert!(ada.get("/").await.titles().is_empty());
    let visitor = app.visitor();
    let form = visitor
        .get("/register")
        .await
        .form("form[action='/register']");
    let form = form
        .set("username", "eve")
        .set("password", "four unrelated words");
    visitor
        .submit(&form.clone().set("role", "admin"))
        .await
        .expect(StatusCode::BAD_REQUEST);
    visitor
        .submit(&form.clone().set("is_admin", "on"))
        .await
        .expect(StatusCode::BAD_REQUEST);
    visitor.submit(&form).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_can_be_saved() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let form = ada
        .get("/reviews/new?q=Heat&by_hand=1")
        .await
        .form("form.review");
    let form = form.set("year", "1995");
    ada.post("/logout", &[]).await;
    let page = ada.submit(&form).await.expect(StatusCode::UNAUTHORIZED);
    assert!(page.has("main form[action='/login']"));
    let toast = ada
        .htmx()
        .submit(&form)
        .await
        .expect(StatusCode::UNAUTHORIZED);
    assert_eq!(
        toast.attributes("hx-partial", "hx-target"),
        ["#toasts"],
        "the form stays"
    );
    ada.sign_in("ada").await;
    ada.submit(&form).await.expect(StatusCode::SEE_OTHER);
}
