//! Movies through the API.

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::api_client::{TestToken, api_client_of, create_token};
use crate::support::pictures::png;
use crate::support::{ApiClient, App, ReviewBuilder, TestClient, TestResponse, seed_facts};

struct ApiMovieFixture {
    app: App,
    ada: TestClient,
    token: TestToken,
    program: ApiClient,
    movie: i64,
}

/// Ada has logged Heat and has a write token.
/// Ada is an admin, so her corrections can merge movies.
async fn api_movie_fixture() -> ApiMovieFixture {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    let token = create_token(&ada, "write").await;
    let program = app.api_client().with_token(&token.token);
    ReviewBuilder::of("Heat", 1995)
        .with("director", "Michael Mann")
        .with("rating", "4")
        .log(&ada)
        .await;
    let found = program.get("/api/movies?query=heat").await.json();
    ApiMovieFixture {
        movie: found["movies"][0]["id"].as_i64().expect("an id"),
        app,
        ada,
        token,
        program,
    }
}

#[tokio::test]
async fn a_movie_is_shown_with_its_facts() {
    let ApiMovieFixture {
        app,
        ada,
        program,
        movie,
        ..
    } = api_movie_fixture().await;
    seed_facts(&app, "Heat", &["Crime", "Drama"], Some(170)).await;
    ReviewBuilder::of("Heat", 1995)
        .with("rating", "5")
        .log(&ada)
        .await;
    let path = format!("/api/movies/{movie}");
    let shown = program.get(&path).await.json();
    for (field, value) in [
        ("title", json!("Heat")),
        ("year", json!(1995)),
        ("runtime", json!(170)),
        ("source", json!("tmdb")),
        ("reviews", json!(2)),
        ("average", json!(4.5)),
        ("poster", json!(null)),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    assert_eq!(shown["genres"][1]["slug"], "drama");
    let history = program.get(&format!("{path}/history")).await.json();
    assert_eq!(history["viewings"].as_array().map(Vec::len), Some(2));
    assert_eq!(history["viewings"][0]["rewatch"], true);
    let trend = json!({ "latest": 5.0, "before": 4.0, "way": "improved" });
    assert_eq!(history["trend"], trend);
    // Another member sees the movie, but not these viewings.
    let eve = app.member("eve").await;
    let hers = api_client_of(&app, &eve, "read").await;
    let history = hers.get(&format!("{path}/history")).await.json();
    assert_eq!(history, json!({ "viewings": [], "trend": null }));
}

#[tokio::test]
async fn a_movie_is_corrected_by_a_patch() {
    let ApiMovieFixture {
        app: _app,
        ada,
        program,
        movie,
        ..
    } = api_movie_fixture().await;
    let path = format!("/api/movies/{movie}");
    let tag = program.get(&path).await.header("etag").to_owned();
    let fits = program.header("if-match", &tag);
    let answer = fits.patch(&path, &json!({ "year": 1996 })).await;
    let after = answer.expect(StatusCode::OK).json();
    assert_eq!(
        (&after["title"], &after["year"]),
        (&json!("Heat"), &json!(1996))
    );
    assert_eq!(after["directors"][0]["name"], "Michael Mann");
    let late = fits.patch(&path, &json!({ "title": "Cold" })).await;
    late.expect(StatusCode::PRECONDITION_FAILED);
    let bad = program
        .patch(&path, &json!({ "title": "", "year": 3 }))
        .await;
    let problem = bad.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        ada.get(format!("/movies/{movie}")).await.texts("h1"),
        ["Heat 1996"]
    );
}

#[tokio::test]
async fn concurrent_corrections_lose_nothing() {
    let ApiMovieFixture {
        app: _app,
        program,
        movie,
        ..
    } = api_movie_fixture().await;
    let path = format!("/api/movies/{movie}");
    let corrections = [
        json!({ "title": "Heat!" }),
        json!({ "year": 1996 }),
        json!({ "director": "M. Mann" }),
    ];
    let sent = corrections
        .iter()
        .map(|correction| program.patch(&path, correction));
    for answer in join_all(sent).await {
        answer.expect(StatusCode::OK);
    }
    let after = program.get(&path).await;
    assert_eq!(after.json()["title"], "Heat!");
    assert_eq!(after.json()["year"], 1996);
    assert_eq!(after.json()["directors"][0]["name"], "M. Mann");

    let fits = program.header("if-match", after.header("etag"));
    let years = [1990, 1991, 1992, 1993].map(|year| json!({ "year": year }));
    let taken = join_all(years.iter().map(|year| fits.patch(&path, year))).await;
    let is_taken = |answer: &&TestResponse| answer.status == 200;
    assert_eq!(taken.iter().filter(is_taken).count(), 1);
}

/// A correction that makes a movie identical to an existing one merges them, and the old address
/// redirects.
#[tokio::test]
async fn a_correction_can_merge_two_movies() {
    let ApiMovieFixture {
        app: _app,
        ada,
        program,
        movie,
        ..
    } = api_movie_fixture().await;
    ReviewBuilder::of("Heatt", 1995)
        .with("director", "Michael Mann")
        .log(&ada)
        .await;
    let found = program.get("/api/movies?query=heatt").await.json();
    let other = found["movies"][0]["id"].to_string();
    let path = format!("/api/movies/{other}");
    let answer = program.patch(&path, &json!({ "title": "Heat" })).await;
    assert_eq!(answer.expect(StatusCode::OK).json()["id"], movie);
    for rest in ["", "/history"] {
        let redirect = program.get(&format!("{path}{rest}")).await;
        let led = redirect.expect(StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(led.header("location"), format!("/api/movies/{movie}{rest}"));
    }
    let reviews = program.get(&format!("/api/reviews?movie_id={other}")).await;
    assert_eq!(reviews.json()["reviews"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_poster_is_uploaded_as_raw_bytes() {
    let ApiMovieFixture {
        app: _app,
        ada,
        program,
        movie,
        ..
    } = api_movie_fixture().await;
    let path = format!("/api/movies/{movie}/poster");
    let bad = program.http_client().put(&path, b"no picture").await;
    let problem = bad.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert!(
        problem["detail"]
            .as_str()
            .unwrap_or_default()
            .contains("JPEG, PNG or WebP")
    );
    let large = vec![0; 10 * 1024 * 1024 + 1];
    let answer = program.http_client().put(&path, &large).await;
    answer.expect(StatusCode::PAYLOAD_TOO_LARGE);
    let sent = program.http_client().put(&path, &png(120, 180)).await;
    sent.expect(StatusCode::NO_CONTENT);
    let shown = program.get(&format!("/api/movies/{movie}")).await.json();
    assert_eq!(shown["poster_is_chosen"], true);
    let file = shown["poster"]["url"].as_str().expect("an address");
    assert_eq!(program.get(file).await.header("content-type"), "image/jpeg");
    let page = ada.get(format!("/movies/{movie}")).await;
    assert!(page.has(".poster img"));
    let found = program.get("/api/movies?query=heat").await.json();
    assert_eq!(found["movies"][0]["poster"], shown["poster"]);
}

/// The bytes decide what kind of picture it is, but `Content-Type` must be a picture's or
/// `application/octet-stream`.
#[tokio::test]
async fn a_poster_is_a_picture_or_just_bytes() {
    let ApiMovieFixture {
        app: _app,
        ada: _ada,
        program,
        movie,
        ..
    } = api_movie_fixture().await;
    let path = format!("/api/movies/{movie}/poster");
    let file = "no picture".to_owned();
    for (kind, status) in [
        ("image/jpeg", 422),
        ("IMAGE/WebP; q=1", 422),
        ("application/octet-stream", 422),
        ("image/gif", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/json", 415),
        ("", 415),
    ] {
        let client = program.http_client().header("content-type", kind);
        let answer = client.send(Method::PUT, &path, Some(file.clone())).await;
        assert_eq!(answer.status, status, "{kind}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        if status == 415 {
            let detail = answer.json()["detail"].to_string();
            assert!(detail.contains("image/webp or application/octet-stream"));
        }
    }
    let client = program.http_client().header("content-type", "image/png");
    client
        .send(Method::PUT, "/api/movies/999/poster", Some(file))
        .await
        .expect(StatusCode::NOT_FOUND);
}

/// The token is checked again once the body has arrived.
#[tokio::test]
async fn a_slow_poster_upload_needs_a_token_that_is_still_valid() {
    let ApiMovieFixture {
        app: _app,
        ada,
        token,
        program,
        movie,
        ..
    } = api_movie_fixture().await;
    let path = format!("/api/movies/{movie}/poster");
    let mut pending = program.http_client().start_put(&path, &png(120, 180));
    pending.wait_until_started().await;
    ada.post(format!("/settings/tokens/{}/ending", token.id), &[])
        .await
        .expect(StatusCode::SEE_OTHER);
    pending.finish().await.expect(StatusCode::UNAUTHORIZED);
    let page = ada.get(format!("/movies/{movie}")).await;
    assert!(!page.has(".poster img"));
}

#[tokio::test]
async fn poster_sync_needs_a_catalog() {
    let ApiMovieFixture {
        app: _app,
        program,
        movie,
        ..
    } = api_movie_fixture().await;
    let path = format!("/api/movies/{movie}/poster-sync");
    let answer = program.send(Method::POST, &path, "").await;
    let problem = answer.expect(StatusCode::CONFLICT).json();
    assert!(
        problem["detail"]
            .as_str()
            .unwrap_or_default()
            .contains("Upload a picture")
    );
}

#[tokio::test]
async fn movies_are_found_as_on_the_page() {
    let ApiMovieFixture {
        app, ada, program, ..
    } = api_movie_fixture().await;
    ReviewBuilder::of("Ran", 1985)
        .with("visibility", "private")
        .log(&ada)
        .await;
    for (query, titles) in [
        ("heat", vec!["Heat"]),
        ("mann 1995", vec!["Heat"]),
        ("", vec!["Heat", "Ran"]),
        ("nothing of the kind", vec![]),
    ] {
        let found = program
            .get(&format!("/api/movies?query={}", query.replace(' ', "+")))
            .await;
        let found = found.expect(StatusCode::OK).json();
        let movies = found["movies"].as_array().expect("films").iter();
        let got: Vec<_> = movies.filter_map(|movie| movie["title"].as_str()).collect();
        assert_eq!(got, titles, "{query}");
    }
    // An anonymous client finds only movies with public reviews.
    let found = app.api_client().get("/api/movies").await.json();
    assert_eq!(found["movies"].as_array().map(Vec::len), Some(1));
}

/// Nobody else learns of a movie that is only in private diaries, nor what it was merged into.
#[tokio::test]
async fn a_hidden_movie_is_not_found() {
    let ApiMovieFixture {
        app, ada, program, ..
    } = api_movie_fixture().await;
    let mut hidden = Vec::new();
    for title in ["Ran", "Rann"] {
        let review = ReviewBuilder::of(title, 1985).with("visibility", "private");
        let id = review.log(&ada).await;
        let review = program.get(&format!("/api/reviews/{id}")).await.json();
        hidden.push(review["movie_id"].to_string());
    }
    let path = format!("/api/movies/{}", hidden[1]);
    let same = program.patch(&path, &json!({ "title": "Ran" })).await;
    same.expect(StatusCode::OK);
    program
        .get(&path)
        .await
        .expect(StatusCode::TEMPORARY_REDIRECT);
    let (anybody, visitor) = (app.api_client(), app.visitor());
    for id in hidden {
        for path in [
            format!("/api/movies/{id}"),
            format!("/api/reviews?movie_id={id}"),
        ] {
            anybody.get(&path).await.expect(StatusCode::NOT_FOUND);
        }
        for path in [format!("/movies/{id}"), format!("/movies/{id}/feed.atom")] {
            visitor.get(&path).await.expect(StatusCode::NOT_FOUND);
        }
    }
}

#[tokio::test]
async fn movies_can_be_listed_by_genre_or_director() {
    let ApiMovieFixture {
        app, ada, program, ..
    } = api_movie_fixture().await;
    ReviewBuilder::of("Ran", 1985)
        .with("director", "Akira Kurosawa")
        .log(&ada)
        .await;
    seed_facts(&app, "Ran", &["War"], None).await;
    let found = program.get("/api/movies?genre=war").await.json();
    assert_eq!(found["movies"][0]["title"], "Ran");
    assert_eq!(found["movies"].as_array().map(Vec::len), Some(1));
    let ran = program
        .get(&format!("/api/movies/{}", found["movies"][0]["id"]))
        .await
        .json();
    let path = format!("/api/movies?director={}", ran["directors"][0]["id"]);
    let by = program.get(&path).await.json();
    assert_eq!(by["movies"], found["movies"]);
    let none = program.get("/api/movies?genre=war&query=heat").await.json();
    assert_eq!(none["movies"], json!([]));
}
