//! Which viewings are rewatches: those with an earlier one by the day watched, unless the member
//! has said otherwise.

use axum::http::StatusCode;
use movies_diary::diary::tally;
use serde_json::{Value, json};

use crate::corrections::submit_correction;
use crate::support::api_client::api_client_of;
use crate::support::{ApiClient, App, ReviewBuilder, TestClient};

struct Diary {
    app: App,
    ada: TestClient,
    program: ApiClient,
}

impl Diary {
    async fn start() -> Self {
        let app = App::start().await;
        let ada = app.admin("ada").await;
        let program = api_client_of(&app, &ada, "write").await;
        Self { app, ada, program }
    }

    async fn log(&self, day: &str) -> i64 {
        self.log_with(day, &[]).await
    }

    /// An empty `day` is unknown.
    async fn log_with(&self, day: &str, fields: &[(&'static str, &str)]) -> i64 {
        let unknown = if day.is_empty() { "on" } else { "" };
        let review = ReviewBuilder::of("Heat", 1995)
            .with("watched_on", day)
            .with("day_unknown", unknown);
        let add =
            |review: ReviewBuilder, (name, value): &(&'static str, &str)| review.with(name, value);
        fields.iter().fold(review, add).log(&self.ada).await
    }

    async fn edit(&self, review: i64, field: &str, value: &str) {
        let page = self.ada.get(format!("/reviews/{review}/edit")).await;
        let form = page.form("form.review").set(field, value);
        let saved = self.ada.submit(&form).await;
        saved.expect(StatusCode::SEE_OTHER);
    }

    async fn review(&self, review: i64) -> Value {
        let answer = self.program.get(&format!("/api/reviews/{review}")).await;
        answer.expect(StatusCode::OK).json()
    }

    /// Checks the marks, and that all counts agree with them.
    async fn assert_rewatches<const N: usize>(&self, reviews: [i64; N], expected: [bool; N]) {
        let mut marks = Vec::new();
        for review in reviews {
            marks.push(self.review(review).await["rewatch"] == true);
        }
        assert_eq!(marks, expected);
        let trends = self.ada.get("/users/ada?view=trends").await;
        let count = expected.iter().filter(|is_rewatch| **is_rewatch).count();
        let names = trends.texts("#view .tile dt");
        let tile = names.iter().position(|name| name == "Rewatches");
        let figure = &trends.texts("#view .tile .figure")[tile.expect("a tile")];
        assert_eq!(*figure, count.to_string());
        let check = tally::verify(&self.app.state.db).await.expect("a check");
        assert_eq!(check.wrong, 0);
    }
}

#[tokio::test]
async fn the_earlier_day_is_the_first_viewing() {
    let diary = Diary::start().await;
    let newer = diary.log("2024-05-01").await;
    diary.assert_rewatches([newer], [false]).await;
    let before = diary.review(newer).await;
    let feed = diary.app.visitor().get("/users/ada/feed.atom").await;

    let older = diary.log("2019-05-01").await;
    diary.assert_rewatches([newer, older], [true, false]).await;
    let after = diary.review(newer).await;
    for field in ["updated_at", "logged_at"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    let old_times = feed.texts("entry updated");
    let new_times = diary.app.visitor().get("/users/ada/feed.atom").await;
    let new_times = new_times.texts("entry updated");
    assert!(new_times.ends_with(&old_times), "{new_times:?}");

    let unknown = diary.log("").await;
    let same_day = diary.log("2019-05-01").await;
    let reviews = [newer, older, unknown, same_day];
    let marks = [true, true, false, true];
    diary.assert_rewatches(reviews, marks).await;

    diary
        .app
        .execute("UPDATE review SET rewatch = NOT rewatch")
        .await;
    let App { state, .. } = &diary.app;
    let check = tally::rebuild(&state.db, &state.clock).await;
    assert!(check.expect("a check").wrong >= reviews.len());
    diary.assert_rewatches(reviews, marks).await;
}

#[tokio::test]
async fn an_edit_based_on_an_older_mark_is_no_conflict() {
    let diary = Diary::start().await;
    let newer = diary.log("2024-05-01").await;
    let open = diary.ada.get(format!("/reviews/{newer}/edit")).await;
    let etag = diary.program.get(&format!("/api/reviews/{newer}")).await;
    diary.log("2019-05-01").await;
    let form = open.form("form.review").set("comment", "Typed meanwhile.");
    let saved = diary.ada.submit(&form).await;
    saved.expect(StatusCode::SEE_OTHER);
    assert_eq!(diary.review(newer).await["rewatch"], true, "untouched");
    // The mark is shown by the API, so its tag changes with it.
    let now = diary.program.get(&format!("/api/reviews/{newer}")).await;
    assert_ne!(now.header("etag"), etag.header("etag"));
}

#[tokio::test]
async fn the_public_page_shows_a_mark_that_a_private_review_changed() {
    let diary = Diary::start().await;
    diary.log("2024-05-01").await;
    let visitor = diary.app.visitor();
    assert!(!visitor.get("/users/ada").await.has(".marks .badge"));
    diary
        .log_with("2019-05-01", &[("visibility", "private")])
        .await;
    assert!(visitor.get("/users/ada").await.has(".marks .badge"));
    assert!(visitor.get("/movies/1").await.has(".marks .badge"));
}

#[tokio::test]
async fn a_mark_set_by_hand_stays() {
    let diary = Diary::start().await;
    // Seen on television as a child, and never logged.
    let first = diary.log_with("2019-05-01", &[("rewatch", "on")]).await;
    let page = diary.ada.get("/reviews/new?movie=1").await;
    let form = page.form("form.review").set("watched_on", "2020-05-01");
    assert_eq!(form.value("rewatch"), Some("on"));
    let logged = diary.ada.submit(&form.set("rewatch", "")).await;
    let (_, second) = logged
        .header("location")
        .split_once("#review-")
        .expect("an entry");
    let second = second.parse().expect("an id");
    diary.assert_rewatches([first, second], [true, false]).await;

    diary.log("2018-05-01").await;
    diary.edit(second, "comment", "Edited.").await;
    diary.edit(second, "watched_on", "2021-05-01").await;
    assert_eq!(diary.review(second).await["rewatch"], false);

    // Once it is set as the days say, it follows them again.
    diary.edit(second, "rewatch", "on").await;
    diary.edit(second, "watched_on", "2017-05-01").await;
    assert_eq!(diary.review(second).await["rewatch"], false);
    let change = json!({ "rewatch": true });
    let path = format!("/api/reviews/{second}");
    diary
        .program
        .patch(&path, &change)
        .await
        .expect(StatusCode::OK);
    let change = json!({ "comment": "Through the API." });
    diary
        .program
        .patch(&path, &change)
        .await
        .expect(StatusCode::OK);
    assert_eq!(diary.review(second).await["rewatch"], true);
}

#[tokio::test]
async fn marks_follow_edits_deletions_and_merges() {
    let diary = Diary::start().await;
    let newer = diary.log("2024-05-01").await;
    let older = diary.log("2019-05-01").await;
    let both = [newer, older];
    diary.edit(older, "watched_on", "2025-05-01").await;
    diary.assert_rewatches(both, [false, true]).await;
    diary.edit(newer, "day_unknown", "on").await;
    diary.edit(older, "day_unknown", "on").await;
    diary.assert_rewatches(both, [false, true]).await;

    let deletion = format!("/reviews/{newer}/deletion");
    diary.ada.post(deletion, &[]).await;
    diary.assert_rewatches([older], [false]).await;
    diary
        .ada
        .post(format!("/reviews/{newer}/restoration"), &[])
        .await;
    diary.assert_rewatches(both, [false, true]).await;

    let other = ReviewBuilder::of("Heat (TV)", 1989).with("watched_on", "2001-05-01");
    let other = other.log(&diary.ada).await;
    let all = [newer, older, other];
    diary.assert_rewatches(all, [false, true, false]).await;
    let movies = [
        diary.ada.movie_of(other).await,
        diary.ada.movie_of(newer).await,
    ];
    let name = [("title", "Heat"), ("year", "1995")];
    let merged = submit_correction(&diary.ada, movies[0], &name).await;
    merged.expect(StatusCode::SEE_OTHER);
    diary.assert_rewatches(all, [false, true, true]).await;
    let page = diary.ada.get(format!("/movies/{}", movies[1])).await;
    let undo = page.form("form[action^='/movies/merges/']");
    diary.ada.submit(&undo).await.expect(StatusCode::SEE_OTHER);
    diary.assert_rewatches(all, [false, true, false]).await;

    let wrong_film = json!({ "movie_id": movies[0] });
    let path = format!("/api/reviews/{newer}/movie");
    let moved = diary
        .program
        .send(axum::http::Method::PUT, &path, &wrong_film.to_string())
        .await;
    assert!(moved.status < 300, "{}", moved.body);
    diary.assert_rewatches(all, [false, false, true]).await;
}

/// As an older release left it: the mark followed the order of logging, or was set by hand.
#[tokio::test]
async fn marks_of_an_older_release_follow_the_days_unless_set_by_hand() {
    let diary = Diary::start().await;
    let newer = diary.log("2024-05-01").await;
    let older = diary.log("2019-05-01").await;
    let unlogged = ReviewBuilder::of("Ran", 1985).log(&diary.ada).await;
    let merely_later = ReviewBuilder::of("Ran", 1985).log(&diary.ada).await;
    for statement in [
        "ALTER TABLE review DROP COLUMN rewatch_by_hand",
        "DELETE FROM seaql_migrations WHERE version = 'm20261128_000011_rewatch_marks'",
        &format!("UPDATE review SET rewatch = (id IN ({older}, {unlogged}))"),
    ] {
        diary.app.execute(statement).await;
    }
    let Diary { app, mut ada, .. } = diary;
    let App {
        state, database, ..
    } = app;
    state.db.close().await.expect("it closes");
    let app = App::start_on(database, &[]).await;
    ada.set_router(app.router.clone());
    let program = api_client_of(&app, &ada, "write").await;
    let diary = Diary { app, ada, program };
    let reviews = [newer, older, unlogged, merely_later];
    diary
        .assert_rewatches(reviews, [true, false, true, false])
        .await;
    diary.log("2018-05-01").await;
    assert_eq!(diary.review(older).await["rewatch"], true);
}
