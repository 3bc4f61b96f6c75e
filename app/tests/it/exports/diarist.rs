//! A diary with something of everything.

use axum::http::{Method, StatusCode};
use chrono::Datelike;
use serde_json::{Value, json};

use crate::support::{Importer, pictures};

/// A row that waits for a decision, since nobody knows which film it is.
const WAITING: &[u8] = b"Title,Date\n\"Nobody Knows This One\",\"13.04.24\"\n";

async fn post(member: &Importer<'_>, path: &str, body: Value) -> Value {
    let answer = member.api.post(path, &body).await;
    assert!(answer.status < 300, "{path}: {}", answer.body);
    answer.json()
}

async fn log(member: &Importer<'_>, review: Value) -> Value {
    post(member, "/api/reviews", review).await
}

/// Fills a diary with something of everything that a member can have.
pub async fn fill_diary(member: &Importer<'_>) {
    member
        .api
        .patch(
            "/api/me",
            &json!({ "display_name": "Ána =1+1", "diary_visibility": "members" }),
        )
        .await
        .expect(StatusCode::OK);
    log_reviews(member).await;
    save_films(member).await;
    let year = chrono::Utc::now().year();
    for (year, films) in [(year - 1, 52), (year, 100)] {
        let goal = json!({ "films": films, "rewatches_count": films == 100 }).to_string();
        let path = format!("/api/goals/{year}");
        let set = member.api.send(Method::PUT, &path, &goal).await;
        assert!(set.status < 300, "{}", set.body);
    }
    correct_films(member).await;
    let id = member.read("viewing-history.csv", WAITING).await;
    let import = member.write(id).await;
    assert_eq!(import["counts"]["undecided"], 1, "{import}");
    // Imported reviews of which nobody knows when they were logged.
    let old = b"title,year,watched_on,rating\nOld One,1950,,3\n".as_slice();
    let import = member.import_file("old.csv", old).await;
    assert_eq!(import["state"], "done", "{import}");
}

async fn log_reviews(member: &Importer<'_>) {
    let heat = json!({
        "title": "Heat", "year": 1995, "director": "Michael Mann", "imdb_id": "tt0113277",
        "tmdb_id": 949, "rating": 5, "watched_on": "2024-03-07", "liked": true,
        "tags": ["cinema", "+plus", "Ümläut"], "comment": "=SUM(1)\n\n- \"quoted\", <b>not bold</b> & so on",
    });
    log(member, heat).await;
    // Seen again on the day of another film, so that the order of that day counts.
    log(
        member,
        json!({ "title": "Ran", "year": 1985, "watched_on": "2024-05-01", "rating": 0 }),
    )
    .await;
    log(
        member,
        json!({ "imdb_id": "tt0113277", "watched_on": "2024-05-01", "visibility": "private" }),
    )
    .await;
    log(
        member,
        json!({ "title": "Ran", "year": 1985, "watched_on": "2024-05-01", "rating": 0.5 }),
    )
    .await;
    log(
        member,
        json!({ "title": "@home", "year": null, "watched_on": null, "rewatch": true }),
    )
    .await;
    log(member, json!({ "title": "'=M", "year": 1931, "watched_on": "2024-05-02", "rewatch": true, "spoiler": true, "comment": "Lorre.", "visibility": "public" })).await;
    log(member, json!({ "title": "Twins", "year": 1990, "director": "A. One", "watched_on": "2024-06-01", "rewatch": false })).await;
    log(
        member,
        json!({ "title": "Twins", "year": 1990, "director": "B. Two", "watched_on": "2024-06-01" }),
    )
    .await;
    let gone = log(member, json!({ "title": "Ran", "year": 1985, "watched_on": "2024-05-01", "comment": "Deleted, not forgotten." })).await;
    let path = format!("/api/reviews/{}", gone["id"]);
    member
        .api
        .delete(&path)
        .await
        .expect(StatusCode::NO_CONTENT);
}

async fn save_films(member: &Importer<'_>) {
    for (title, note) in [
        ("Stalker", "With Ida.\nSoon."),
        ("Solaris", ""),
        ("Ran", "again"),
    ] {
        let year = if title == "Ran" { 1985 } else { 1972 };
        post(
            member,
            "/api/watchlist",
            json!({ "title": title, "year": year, "note": note }),
        )
        .await;
    }
    for (title, ranked, visibility) in [
        ("Best", true, "private"),
        ("Best", false, "public"),
        ("Empty", true, "members"),
    ] {
        let list = json!({ "title": title, "description": "=A\nB", "ranked": ranked, "visibility": visibility });
        let list = post(member, "/api/lists", list).await;
        let path = format!("/api/lists/{}/entries", list["id"]);
        let films = match (title, ranked) {
            ("Best", true) => vec![
                ("Twins", 1990, "A. One"),
                ("Heat", 1995, ""),
                ("Zodiac", 2007, ""),
            ],
            ("Best", false) => vec![("Zodiac", 2007, ""), ("Heat", 1995, "")],
            _ => Vec::new(),
        };
        for (place, (title, year, director)) in films.into_iter().enumerate() {
            let note = if place == 1 {
                "A note, with “quotes”."
            } else {
                ""
            };
            let film = json!({ "title": title, "year": year, "director": director, "note": note });
            post(member, &path, film).await;
        }
    }
}

async fn correct_films(member: &Importer<'_>) {
    let movie = movie_named(member, "'=M").await;
    let path = format!("/api/movies/{movie}");
    let corrected = json!({ "title": "M – Eine Stadt", "director": "Fritz Lang" });
    member
        .api
        .patch(&path, &corrected)
        .await
        .expect(StatusCode::OK);
    let movie = movie_named(member, "Heat").await;
    let path = format!("/movies/{movie}/poster");
    let uploaded = member.client.upload(&path, &pictures::jpeg(300, 450)).await;
    uploaded.expect(StatusCode::SEE_OTHER);
}

async fn movie_named(member: &Importer<'_>, title: &str) -> i64 {
    let path = format!("/api/users/{}/diary", member.username);
    let reviews = member.pages(&path, "reviews").await;
    let review = reviews.iter().find(|review| review["title"] == title);
    review.expect("a review")["movie_id"]
        .as_i64()
        .expect("an id")
}
