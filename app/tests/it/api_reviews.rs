//! Reviews through the API: what clients log appears on the pages, and the other way round.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::api_client::api_client_of;
use crate::support::{ApiClient, App, ReviewBuilder, TestResponse};

async fn log_by_api(program: &ApiClient, body: &Value) -> Value {
    let answer = program.post("/api/reviews", body).await;
    answer.expect(StatusCode::CREATED).json()
}

fn invalid_fields(answer: &TestResponse) -> Vec<String> {
    let problem = answer.json();
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    let names = errors.iter().map(|error| error["field"].to_string());
    names
        .map(|name| name.trim_matches('"').to_owned())
        .collect()
}

#[tokio::test]
async fn reviews_logged_by_the_api_are_on_the_pages() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let body = json!({
        "title": "The Matrix", "year": 1999,
        "director": "Lana Wachowski, Lilly Wachowski",
        "rating": 4.5, "watched_on": "2024-03-07", "rewatch": true, "liked": true,
        "tags": ["with Bo", "cinema"], "spoiler": true, "comment": "There is no spoon.\n\nReally.",
        "visibility": "members",
    });
    let answer = program.post("/api/reviews", &body).await;
    let answer = answer.expect(StatusCode::CREATED);
    let review = answer.json();
    assert_eq!(
        answer.header("location"),
        format!("/api/reviews/{}", review["id"])
    );

    let form = ada
        .get(format!("/reviews/{}/edit", review["id"]))
        .await
        .form("form.review");
    for (name, typed) in [
        ("rating", "4.5"),
        ("watched_on", "2024-03-07"),
        ("rewatch", "on"),
        ("liked", "on"),
        ("tags", "with Bo, cinema"),
        ("spoiler", "on"),
        ("visibility", "members"),
    ] {
        assert_eq!(form.value(name), Some(typed), "{name}");
    }
    let page = ada.get(format!("/movies/{}", review["movie_id"])).await;
    for text in ["Lilly Wachowski", "There is no spoon.", "with Bo"] {
        assert!(page.body.contains(text), "{text}");
    }
    assert_eq!(ada.get("/").await.titles(), ["The Matrix"]);
}

#[tokio::test]
async fn reviews_logged_on_the_pages_are_in_the_api() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let id = ReviewBuilder::of("Ran", 1985)
        .with("director", "Akira Kurosawa")
        .with("rating", "5")
        .with("watched_on", "2020-02-29")
        .with("tags", "war, colour")
        .with("comment", "All of it <red>.")
        .with("liked", "on")
        .with("visibility", "private")
        .log(&ada)
        .await;
    let review = program.get(&format!("/api/reviews/{id}")).await.json();
    for (field, value) in [
        ("id", json!(id)),
        ("title", json!("Ran")),
        ("year", json!(1985)),
        ("rating", json!(5.0)),
        ("watched_on", json!("2020-02-29")),
        ("tags", json!(["war", "colour"])),
        ("comment", json!("All of it <red>.")),
        ("liked", json!(true)),
        ("rewatch", json!(false)),
        ("spoiler", json!(false)),
        ("visibility", json!("private")),
        (
            "member",
            json!({ "username": "ada", "display_name": "ADA" }),
        ),
    ] {
        assert_eq!(review[field], value, "{field}");
    }
    let diary = program.get("/api/diary").await.json();
    assert_eq!(diary["reviews"], json!([review]));
    let movie = program
        .get(&format!("/api/movies/{}", review["movie_id"]))
        .await;
    assert_eq!(movie.json()["directors"][0]["name"], "Akira Kurosawa");
}

/// Fields left out get the values of an untouched form.
#[tokio::test]
async fn a_title_and_a_year_are_enough() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ada.post("/settings/visibility", &[("visibility", "members")])
        .await;
    let program = api_client_of(&app, &ada, "write").await;
    let heat = json!({ "title": "Heat", "year": 1995 });
    let review = log_by_api(&program, &heat).await;
    let today = app.state.clock.today(chrono_tz::UTC).to_string();
    for (field, value) in [
        ("rating", Value::Null),
        ("watched_on", json!(today)),
        ("rewatch", json!(false)),
        ("liked", json!(false)),
        ("tags", json!([])),
        ("comment", json!("")),
        ("visibility", json!("members")),
    ] {
        assert_eq!(review[field], value, "{field}");
    }
    // It was logged before, so it is a rewatch by default, unless the day is unknown.
    for (day, is_rewatch) in [(json!(today), true), (Value::Null, false)] {
        let again = json!({ "movie_id": review["movie_id"], "watched_on": day });
        let again = log_by_api(&program, &again).await;
        assert_eq!(again["rewatch"], is_rewatch);
        assert_eq!(again["watched_on"], day);
        assert_eq!(again["movie_id"], review["movie_id"]);
    }
}

/// A client that gets no response can safely retry with the same `Idempotency-Key`.
#[tokio::test]
async fn one_key_logs_once() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let keyed = program.header(
        "idempotency-key",
        "\"9c5b94b1-35ad-49bb-b118-8e8fc24abf80\"",
    );
    let heat = json!({ "title": "Heat", "year": 1995 });
    let first = log_by_api(&keyed, &heat).await;
    // By now `watched_on` would default to another day.
    app.state.clock.advance(TimeDelta::days(1));
    let second = keyed.post("/api/reviews", &heat).await;
    assert_eq!(second.expect(StatusCode::OK).json(), first);
    let by_id = json!({ "movie_id": first["movie_id"] });
    let other = keyed.post("/api/reviews", &by_id).await;
    other.expect(StatusCode::CONFLICT);
    // Another member's key is independent, even with the same text.
    let eve = app.member("eve").await;
    let hers = api_client_of(&app, &eve, "write").await;
    let hers = hers.header("idempotency-key", "9c5b94b1-35ad-49bb-b118-8e8fc24abf80");
    log_by_api(&hers, &heat).await;

    let known = program.header("idempotency-key", "another-key-0000");
    let once = log_by_api(&known, &by_id).await;
    let twice = known.post("/api/reviews", &by_id).await;
    assert_eq!(twice.expect(StatusCode::OK).json(), once);
    program
        .delete(&format!("/api/reviews/{}", once["id"]))
        .await
        .expect(StatusCode::NO_CONTENT);
    known
        .post("/api/reviews", &by_id)
        .await
        .expect(StatusCode::CONFLICT);
    for bad in ["short", "sixteen letters and a blank", ""] {
        let answer = program
            .header("idempotency-key", bad)
            .post("/api/reviews", &heat)
            .await;
        answer.expect(StatusCode::BAD_REQUEST);
    }
    let diary = program.get("/api/diary").await.json();
    assert_eq!(diary["reviews"].as_array().map(Vec::len), Some(1));
}

/// All invalid fields are reported at once, and nothing is logged.
#[tokio::test]
async fn invalid_input_is_reported_by_field() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let bad = json!({
        "title": " ", "year": 99, "rating": 4.25, "watched_on": "2999-01-01",
        "comment": "\u{0}", "tags": ["x".repeat(33)], "imdb_id": "nm1", "tmdb_id": -1,
    });
    let answer = program.post("/api/reviews", &bad).await;
    let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let mut wrong = invalid_fields(&answer);
    wrong.sort();
    let expected = [
        "comment",
        "imdb_id",
        "rating",
        "tags",
        "title",
        "tmdb_id",
        "watched_on",
        "year",
    ];
    assert_eq!(wrong, expected);
    for (field, value) in [
        ("tags", json!(["one, two"])),
        ("movie_id", json!(77)),
        ("comment", json!("x".repeat(10_001))),
        ("rating", json!(5.5)),
        ("rating", json!(-1)),
        ("rating", json!(1e300)),
    ] {
        let mut body = json!({ "title": "Heat", "year": 1995 });
        body[field] = value;
        let answer = program.post("/api/reviews", &body).await;
        assert_eq!(answer.status, 422, "{body}");
        assert_eq!(invalid_fields(&answer), [field], "{}", answer.body);
    }
    for body in [
        "",
        "[]",
        "[null]",
        "[1, \"Heat\", 1995]",
        "null",
        "{",
        "{\"title\": 7}",
        "{\"watched_on\": \"2024-02-30\"}",
        "{\"visibility\": \"friends\"}",
        "{\"rating\": \"4.5\"}",
    ] {
        let answer = program.send(Method::POST, "/api/reviews", body).await;
        assert!(
            [400, 422].contains(&answer.status),
            "{body}: {}",
            answer.status
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    for (field, value) in [
        ("rating", json!("4.5")),
        ("watched_on", json!("2024-02-30")),
        ("visibility", json!("friends")),
        ("tags[1]", json!(["one", 2])),
        ("colour", json!("red")),
    ] {
        let name = field.split('[').next().expect("a name");
        let body = json!({ "title": "Heat", "year": 1995, name: value });
        let answer = program.post("/api/reviews", &body).await;
        let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(invalid_fields(&answer), [field], "{}", answer.body);
        assert!(!answer.body.contains("f64"), "{}", answer.body);
    }
    let unnamed = program
        .post("/api/me/tokens", &json!({ "scope": "read" }))
        .await;
    assert_eq!(invalid_fields(&unnamed), ["name"]);
    // `movie_id` is enough; a title beside it could mean another movie.
    let both = json!({ "movie_id": 1, "title": "Heat", "year": 1995 });
    let answer = program.post("/api/reviews", &both).await;
    let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(invalid_fields(&answer), ["movie_id"]);
    let diary = program.get("/api/diary").await.json();
    assert_eq!(diary["reviews"], json!([]));
}

#[tokio::test]
async fn ambiguous_movies_are_listed() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    for director in ["Luca Guadagnino", "Somebody Else"] {
        let body = json!({ "title": "Suspiria", "year": 2018, "director": director });
        log_by_api(&program, &body).await;
    }
    let body = json!({ "title": "Suspiria", "year": 2018 });
    let answer = program.post("/api/reviews", &body).await;
    let problem = answer.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    let fitting = problem["movies"].as_array().expect("films");
    assert_eq!(fitting.len(), 2);
    let body = json!({ "movie_id": fitting[0]["id"] });
    let review = log_by_api(&program, &body).await;
    assert_eq!(review["movie_id"], fitting[0]["id"]);
}

#[tokio::test]
async fn a_change_is_a_merge_patch() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let body = json!({
        "title": "Heat", "year": 1995, "rating": 4, "watched_on": "2024-03-07", "liked": true,
        "tags": ["a", "b"], "comment": "Good.", "visibility": "private",
    });
    let before = log_by_api(&program, &body).await;
    let path = format!("/api/reviews/{}", before["id"]);
    let same = program.patch(&path, &json!({})).await;
    let same = same.expect(StatusCode::OK).json();
    for field in [
        "rating",
        "watched_on",
        "liked",
        "tags",
        "comment",
        "visibility",
    ] {
        assert_eq!(same[field], before[field], "{field}");
    }
    let change = json!({ "rating": 4.5, "comment": "Better." });
    let after = program.patch(&path, &change).await.json();
    assert_eq!(after["rating"], 4.5);
    assert_eq!(after["comment"], "Better.");
    assert_eq!(after["tags"], json!(["a", "b"]));
    let nothing = json!({
        "rating": null, "watched_on": null, "liked": null, "tags": null, "comment": null,
        "visibility": null,
    });
    let bare = program.patch(&path, &nothing).await.json();
    for (field, value) in [
        ("rating", Value::Null),
        ("watched_on", Value::Null),
        ("liked", json!(false)),
        ("tags", json!([])),
        ("comment", json!("")),
        ("visibility", json!("public")),
    ] {
        assert_eq!(bare[field], value, "{field}");
    }
    let bad = program.patch(&path, &json!({ "rating": 0.3 })).await;
    assert_eq!(
        invalid_fields(&bad.expect(StatusCode::UNPROCESSABLE_ENTITY)),
        ["rating"]
    );
    // The title belongs to the movie, not to the review.
    let title = program.patch(&path, &json!({ "title": "Heat 2" })).await;
    title.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

/// Of two concurrent changes to the same review, the second is refused.
#[tokio::test]
async fn a_stale_change_is_refused() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let heat = json!({ "title": "Heat", "year": 1995 });
    let path = format!("/api/reviews/{}", log_by_api(&program, &heat).await["id"]);
    let tag = program.get(&path).await.header("etag").to_owned();
    // A new display name or poster changes the `ETag`, but the review itself is unchanged, so the
    // old tag still matches.
    program
        .patch("/api/me", &json!({ "display_name": "Ada L." }))
        .await;
    let now = program.get(&path).await.header("etag").to_owned();
    assert_ne!(now, tag);
    let first = program.header("if-match", &tag);
    let answer = first.patch(&path, &json!({ "liked": true })).await;
    let newest = answer.expect(StatusCode::OK).header("etag").to_owned();
    let late = first.patch(&path, &json!({ "comment": "Lost?" })).await;
    late.expect(StatusCode::PRECONDITION_FAILED);
    let fits = program.header("if-match", &newest);
    let answer = fits.patch(&path, &json!({ "comment": "Kept." })).await;
    assert_eq!(answer.expect(StatusCode::OK).json()["liked"], true);
}

#[tokio::test]
async fn a_deleted_review_can_be_restored_for_a_day() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let heat = json!({ "title": "Heat", "year": 1995, "comment": "Good." });
    let before = log_by_api(&program, &heat).await;
    let path = format!("/api/reviews/{}", before["id"]);
    for _ in 0..2 {
        program.delete(&path).await.expect(StatusCode::NO_CONTENT);
    }
    program.get(&path).await.expect(StatusCode::NOT_FOUND);
    let gone = program.get("/api/diary/deleted").await.json();
    assert_eq!(gone["reviews"][0]["id"], before["id"]);
    let back = program.post(&format!("{path}/restore"), &Value::Null).await;
    assert_eq!(back.expect(StatusCode::OK).json()["comment"], "Good.");
    program.delete(&path).await;
    app.state.clock.advance(TimeDelta::hours(25));
    let late = program.post(&format!("{path}/restore"), &Value::Null).await;
    late.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_review_can_move_to_another_movie() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let heat = json!({ "title": "Heat", "year": 1995, "comment": "Good." });
    let review = log_by_api(&program, &heat).await;
    let path = format!("/api/reviews/{}/movie", review["id"]);
    let body = json!({ "title": "Heat", "year": 1986 }).to_string();
    let moved = program.send(Method::PUT, &path, &body).await;
    let moved = moved.expect(StatusCode::OK).json();
    assert_eq!(
        (&moved["year"], &moved["comment"]),
        (&json!(1986), &json!("Good."))
    );
    let nowhere = json!({ "movie_id": 999 }).to_string();
    let answer = program.send(Method::PUT, &path, &nowhere).await;
    let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(invalid_fields(&answer), ["movie_id"]);
    let back = json!({ "movie_id": review["movie_id"] }).to_string();
    let answer = program.send(Method::PUT, &path, &back).await;
    assert_eq!(answer.expect(StatusCode::OK).json()["year"], 1995);
}

/// The longest comment fits into the body limit even if every character is escaped; a larger body
/// is refused.
#[tokio::test]
async fn the_longest_comment_fits_into_a_body() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let escaped = "\\ud83c\\udfac".repeat(10_000);
    let body = format!(r#"{{"title": "Heat", "year": 1995, "comment": "{escaped}"}}"#);
    let answer = program.send(Method::POST, "/api/reviews", &body).await;
    let review = answer.expect(StatusCode::CREATED).json();
    let comment = review["comment"].as_str().expect("a text");
    assert_eq!(comment.chars().count(), 10_000);
    let path = format!("/api/reviews/{}", review["id"]);
    let change = format!(r#"{{"comment": "{escaped}"}}"#);
    let answer = program.send(Method::PATCH, &path, &change).await;
    answer.expect(StatusCode::OK);

    let much = "x".repeat(256 * 1024);
    for (method, path, most) in [
        (Method::POST, "/api/reviews", 256 * 1024),
        (Method::PATCH, path.as_str(), 256 * 1024),
        (Method::PATCH, "/api/me", 64 * 1024),
        (Method::POST, "/api/me/tokens", 64 * 1024),
        (Method::POST, "/api/auth/login", 64 * 1024),
        (Method::POST, "/api/auth/register", 64 * 1024),
        (Method::PUT, "/api/reviews/1/movie", 64 * 1024),
        (Method::PATCH, "/api/movies/1", 64 * 1024),
    ] {
        let body = format!(r#"{{"comment": "{}"}}"#, &much[..most]);
        let answer = program.send(method.clone(), path, &body).await;
        assert_eq!(answer.status, 413, "{method} {path}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

/// Without `If-Match`, concurrent changes of different fields are all kept.
#[tokio::test]
async fn concurrent_changes_of_different_fields_are_all_kept() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let heat = json!({ "title": "Heat", "year": 1995 });
    let path = format!("/api/reviews/{}", log_by_api(&program, &heat).await["id"]);
    let changes = [
        json!({ "rating": 4.5 }),
        json!({ "liked": true }),
        json!({ "tags": ["cinema"] }),
        json!({ "comment": "Good." }),
        json!({ "spoiler": true }),
    ];
    let sent = changes.iter().map(|change| program.patch(&path, change));
    for answer in futures_util::future::join_all(sent).await {
        answer.expect(StatusCode::OK);
    }
    let after = program.get(&path).await.json();
    for change in &changes {
        for (field, value) in change.as_object().expect("an object") {
            assert_eq!(&after[field], value, "{field}");
        }
    }
}

#[tokio::test]
async fn a_changed_review_is_not_deleted_by_a_stale_request() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let heat = json!({ "title": "Heat", "year": 1995 });
    let path = format!("/api/reviews/{}", log_by_api(&program, &heat).await["id"]);
    let tag = program.get(&path).await.header("etag").to_owned();
    program.patch(&path, &json!({ "comment": "Good." })).await;
    let late = program.header("if-match", &tag);
    late.delete(&path)
        .await
        .expect(StatusCode::PRECONDITION_FAILED);
    let other = json!({ "title": "Ran", "year": 1985 }).to_string();
    let answer = late
        .send(Method::PUT, &format!("{path}/movie"), &other)
        .await;
    answer.expect(StatusCode::PRECONDITION_FAILED);
    program.get(&path).await.expect(StatusCode::OK);
}

/// Of a deletion and two changes with the same `If-Match`, exactly one succeeds.
#[tokio::test]
async fn one_of_several_conditional_changes_succeeds() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = api_client_of(&app, &ada, "write").await;
    let heat = json!({ "title": "Heat", "year": 1995 });
    let path = format!("/api/reviews/{}", log_by_api(&program, &heat).await["id"]);
    let fits = program.header("if-match", program.get(&path).await.header("etag"));
    let other = json!({ "title": "Ran", "year": 1985 }).to_string();
    let movie_path = format!("{path}/movie");
    let liked = json!({ "liked": true });
    let (liked, moved, deleted) = tokio::join!(
        fits.patch(&path, &liked),
        fits.send(Method::PUT, &movie_path, &other),
        fits.delete(&path),
    );
    let taken = [liked, moved, deleted];
    let is_taken = |answer: &&TestResponse| answer.status < 300;
    assert_eq!(taken.iter().filter(is_taken).count(), 1);
}
