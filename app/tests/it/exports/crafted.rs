//! Archives that somebody has changed by hand, and archives of the future.

use std::io::{Cursor, Write};

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::reading::{export, files_in};
use crate::support::{App, Importer, ReviewBuilder};

/// A zip with these files.
fn zip_of(files: &[(&str, Value)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).expect("a file");
        writer
            .write_all(content.to_string().as_bytes())
            .expect("written");
    }
    writer.finish().expect("a zip").into_inner()
}

fn movie(title: &str) -> Value {
    json!({ "title": title, "year": 1995, "directors": [] })
}

fn review(changes: Value) -> Value {
    let mut review = json!({
        "kind": "review", "id": 1, "movie": movie("Heat"), "watched_on": "2024-01-01",
        "rating": 4.5, "liked": false, "rewatch": false, "rewatch_by_hand": false,
        "spoiler": false, "tags": [], "comment": "", "visibility": "public",
        "logged_at": "2024-01-01T10:00:00Z", "updated_at": "2024-01-01T10:00:00Z",
    });
    for (name, value) in changes.as_object().expect("fields") {
        review[name] = value.clone();
    }
    review
}

/// What an import of these files comes to, and its rows.
async fn import(member: &Importer<'_>, files: &[(&str, Value)]) -> (Value, Vec<Value>) {
    let import = member.import_file("archive.zip", &zip_of(files)).await;
    assert_eq!(import["state"], "done", "{import}");
    let rows = member.rows(import["id"].as_i64().expect("an id")).await;
    (import, rows)
}

#[tokio::test]
async fn rows_that_no_archive_has_are_left_out_with_their_reason() {
    let app = App::start().await;
    let eve = Importer::new(&app, "eve").await;
    let nowhere = json!({
        "kind": "list_entry", "list": 7, "movie": movie("Heat"), "note": "",
        "added_at": "2024-01-01T10:00:00Z",
    });
    for (what, row, reason) in [
        ("a list that is not there", nowhere, "not_a_viewing"),
        (
            "no title",
            review(json!({ "movie": { "year": 1995 } })),
            "no_title",
        ),
        (
            "five and a quarter stars",
            review(json!({ "rating": 5.25 })),
            "not_a_viewing",
        ),
        (
            "a NUL",
            review(json!({ "comment": "a\u{0}b" })),
            "control_characters",
        ),
        (
            "a novel",
            review(json!({ "comment": "x".repeat(10_001) })),
            "comment_too_long",
        ),
        (
            "next year",
            review(json!({ "watched_on": "2199-01-01" })),
            "future_date",
        ),
        (
            "no visibility",
            review(json!({ "visibility": "friends" })),
            "not_a_viewing",
        ),
        (
            "before all time",
            review(json!({ "updated_at": "-10000-01-01T00:00:00Z" })),
            "not_a_viewing",
        ),
        (
            "after all time",
            review(json!({ "logged_at": "+200000-01-01T00:00:00Z" })),
            "not_a_viewing",
        ),
        (
            "a goal of nothing",
            json!({ "kind": "goal", "year": 2024, "films": 0, "rewatches_count": true }),
            "not_a_viewing",
        ),
    ] {
        let (_, rows) = import(&eve, &[("items.json", json!([row]))]).await;
        assert_eq!(rows.len(), 1, "{what}");
        assert_eq!(rows[0]["state"], "skipped", "{what}: {}", rows[0]);
        assert_eq!(rows[0]["reason"], reason, "{what}");
    }
    assert_eq!(eve.diary().await, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_takes_the_name_of_another() {
    let app = App::start().await;
    app.member("ada").await;
    let eve = Importer::new(&app, "eve").await;
    let settings = json!([{
        "kind": "settings", "display_name": "Ada", "time_zone": "Mars/Olympus",
        "diary_visibility": "private", "watchlist_visibility": null,
    }]);
    import(&eve, &[("settings.json", settings)]).await;
    let me = eve.api.get("/api/me").await.expect(StatusCode::OK).json();
    assert_eq!(me["display_name"], "EVE");
    assert_eq!(me["diary_visibility"], "private");
}

#[tokio::test]
async fn what_lies_about_times_and_deletions_stays_harmless() {
    let app = App::start().await;
    let eve = Importer::new(&app, "eve").await;
    let rows = json!([
        review(
            json!({ "logged_at": "2999-01-01T00:00:00Z", "updated_at": "2999-01-01T00:00:00Z" })
        ),
        review(json!({ "id": 2, "movie": movie("Ran"), "logged_at": null })),
    ]);
    let deleted = json!([review(json!({
        "kind": "deleted_review", "id": 3, "deleted_at": "2999-01-01T00:00:00Z",
    }))]);
    import(&eve, &[("reviews.json", rows), ("deleted.json", deleted)]).await;
    assert_eq!(eve.diary().await.len(), 2);
    let now = app.state.clock.now();
    let zip = export(&eve, "archive").await;
    for (name, content) in files_in(&zip) {
        assert!(
            !String::from_utf8_lossy(&content).contains("2999"),
            "{name}"
        );
    }
    // Restored for a day, as any other.
    app.state.clock.advance(chrono::TimeDelta::hours(25));
    movies_diary::background::sweep_all(&app.state)
        .await
        .expect("swept");
    let zip = export(&eve, "archive").await;
    assert!(
        !files_in(&zip).contains_key("deleted_reviews.json"),
        "since {now}"
    );
}

#[tokio::test]
async fn an_archive_of_a_newer_version_is_refused() {
    let app = App::start().await;
    let eve = Importer::new(&app, "eve").await;
    let head = json!([{
        "kind": "archive", "version": 2, "exported_at": "2030-01-01T00:00:00Z",
        "server": "tag:x,2030-01-01:server", "username": "eve", "display_name": "Eve",
    }]);
    let zip = zip_of(&[
        ("archive.json", head),
        ("reviews.json", json!([review(json!({}))])),
    ]);
    let sent = eve.send(&[("archive.zip", &zip)], &Value::Null).await;
    assert_eq!(sent.status, 422, "{}", sent.body);
    assert!(
        sent.body.contains("newer version of Movies Diary"),
        "{}",
        sent.body
    );
}

/// A movie of another server has another id, whatever the archive says.
#[tokio::test]
async fn ids_of_another_server_mean_nothing_here() {
    let app = App::start().await;
    let ada = Importer::new(&app, "ada").await;
    let private = json!({ "title": "Private Film", "year": 2001, "visibility": "private" });
    assert_eq!(ada.api.post("/api/reviews", &private).await.status, 201);
    let eve = Importer::new(&app, "eve").await;
    let head = json!([{
        "kind": "archive", "version": 1, "exported_at": "2024-01-01T00:00:00Z",
        "server": "tag:elsewhere.example,2020-01-01:server", "username": "eve",
        "display_name": "Eve",
    }]);
    let mut film = movie("Heat");
    film["id"] = 1.into();
    let rows = json!([review(json!({ "movie": film }))]);
    import(&eve, &[("archive.json", head), ("reviews.json", rows)]).await;
    assert_eq!(eve.diary().await, ["2024-01-01 Heat 4.5"]);
}

/// What waited finds its film in the archive itself, and becomes part of its review.
#[tokio::test]
async fn rows_that_waited_complete_the_reviews_of_their_film() {
    let app = App::start().await;
    let eve = Importer::new(&app, "eve").await;
    // The film is known, so that all rows are of it.
    ReviewBuilder::of("Heat", 1995)
        .log(&app.member("ada").await)
        .await;
    let unrated = review(json!({ "rating": null }));
    let waiting = |row: &str, changes: Value| {
        let mut waiting = json!({
            "kind": "waiting", "row": row, "title": "Heat", "original_title": null, "year": 1995,
            "directors": [], "imdb_id": null, "tmdb_id": null, "day": null, "rating": null,
            "liked": false, "rewatch": null, "spoiler": false, "tags": [], "text": "", "list": null,
        });
        for (name, value) in changes.as_object().expect("fields") {
            waiting[name] = value.clone();
        }
        waiting
    };
    let rows = json!([
        waiting("rating", json!({ "rating": 4.5 })),
        waiting("like", json!({})),
        waiting(
            "comment",
            json!({ "text": "The diner.", "day": "2024-01-01" })
        ),
    ]);
    let files = [("reviews.json", json!([unrated])), ("waiting.json", rows)];
    let (_, rows) = import(&eve, &files).await;
    assert!(
        rows.iter().all(|row| row["state"] == "written"),
        "{rows:#?}"
    );
    assert_eq!(eve.diary().await, ["2024-01-01 Heat 4.5 ♥"]);
    let reviews = files_in(&export(&eve, "archive").await).remove("reviews.json");
    let reviews: Value = serde_json::from_slice(&reviews.expect("reviews")).expect("JSON");
    assert_eq!(reviews[0]["comment"], "The diner.");
    assert_eq!(reviews[0]["logged_at"], "2024-01-01T10:00:00Z");
}

#[tokio::test]
async fn corrections_say_nothing_that_could_not_be_typed() {
    let app = App::start().await;
    let eve = Importer::new(&app, "eve").await;
    let correction = |old: &str, new: &str| {
        json!({
            "kind": "correction", "movie": movie("Heat"), "field": "year", "old_value": old,
            "new_value": new, "corrected_at": "2024-01-01T10:00:00Z",
        })
    };
    for (old, new) in [("in the nineties", "1995"), ("1994", "soon")] {
        let files = [
            ("reviews.json", json!([review(json!({}))])),
            ("corrections.json", json!([correction(old, new)])),
        ];
        let (_, rows) = import(&eve, &files).await;
        let row = rows.iter().find(|row| row["kind"] == "correction");
        assert_eq!(row.expect("a row")["state"], "failed", "{old} → {new}");
    }
    let page = eve.client.get("/movies/1/edit").await;
    assert!(!page.body.contains("nineties"), "{}", page.body);
}
