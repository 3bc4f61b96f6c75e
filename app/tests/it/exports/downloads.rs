//! Downloads that are broken off, too many at once, and by whom.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use http_body_util::BodyExt;

use super::background::member_with_large_diary;
use super::reading::export;
use crate::api_docs::decompress;
use crate::support::api_client::create_token;
use crate::support::{App, ReviewBuilder};

/// Begins a download, of which nothing is read yet.
async fn begin(app: &App, token: &str, format: &str) -> Response {
    let program = app.api_client().with_token(token);
    let path = format!("/api/export/{format}");
    program.http_client().begin(&path).await
}

/// Fails if the exports do not end within ten seconds.
async fn wait_until_none_runs(app: &App) {
    let ended = async {
        while app.state.exports.running() > 0 {
            tokio::task::yield_now().await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(10), ended).await;
    ended.expect("an export goes on though nobody reads it");
}

#[tokio::test]
async fn a_download_that_is_broken_off_leaves_nothing_running() {
    let app = App::start().await;
    let ana = member_with_large_diary(&app, "ana").await;
    let token = create_token(&ana.client, "read").await.token;
    for format in ["csv", "json", "letterboxd", "imdb", "trakt", "archive"] {
        let answer = begin(&app, &token, format).await;
        assert_eq!(answer.status(), StatusCode::OK);
        drop(answer);
        wait_until_none_runs(&app).await;
        let mut body = begin(&app, &token, format).await.into_body();
        let first = body.frame().await.expect("a chunk").expect("a chunk");
        assert!(first.is_data());
        drop(body);
        wait_until_none_runs(&app).await;
    }
}

/// Browsers and programs that ask for it get tables and JSON compressed.
#[tokio::test]
async fn a_compressed_download_is_the_same_file() {
    let app = App::start().await;
    let ana = member_with_large_diary(&app, "ana").await;
    let program = ana.api.header("accept-encoding", "gzip");
    for (format, is_packed) in [("csv", true), ("imdb", true), ("archive", false)] {
        let path = format!("/api/export/{format}");
        let packed = program.get(&path).await.expect(StatusCode::OK);
        let encoding = packed.headers.get("content-encoding");
        assert_eq!(encoding.is_some(), is_packed, "{format}");
        if is_packed {
            let plain = export(&ana, format).await;
            assert_eq!(decompress(&packed.bytes), plain, "{format}");
        }
    }
}

#[tokio::test]
async fn two_downloads_of_a_member_run_at_once_and_four_in_all() {
    let app = App::start().await;
    let mut tokens = Vec::new();
    for name in ["ana", "bea", "cem"] {
        let member = member_with_large_diary(&app, name).await;
        tokens.push(create_token(&member.client, "read").await.token);
    }
    let mut running = Vec::new();
    for token in &tokens[..2] {
        for _ in 0..2 {
            let answer = begin(&app, token, "json").await;
            assert_eq!(answer.status(), StatusCode::OK);
            running.push(answer);
        }
    }
    assert_eq!(begin(&app, &tokens[2], "json").await.status(), 503);
    drop(running.split_off(2));
    while app.state.exports.running() > 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(begin(&app, &tokens[0], "json").await.status(), 409);
    let other = begin(&app, &tokens[1], "json").await;
    assert_eq!(other.status(), StatusCode::OK);
    let whole = other
        .into_body()
        .collect()
        .await
        .expect("complete")
        .to_bytes();
    let diary: serde_json::Value = serde_json::from_slice(&whole).expect("JSON");
    assert_eq!(diary["reviews"].as_array().map(Vec::len), Some(5002));
}

/// What is on a list but written by somebody else is theirs.
#[tokio::test]
async fn notes_and_names_of_others_stay_with_them() {
    let app = App::start().await;
    let ada = crate::support::Importer::new(&app, "ada").await;
    let eve = crate::support::Importer::new(&app, "eve").await;
    ReviewBuilder::of("Heat", 1995).log(&ada.client).await;
    let made = ada
        .client
        .post("/lists", &[("title", "Ours"), ("visibility", "private")])
        .await;
    let list = made.header("location").to_owned();
    let invited = ada
        .client
        .post(format!("{list}/members"), &[("username", "eve")])
        .await;
    invited.expect(StatusCode::SEE_OTHER);
    let accepted = eve
        .client
        .post(format!("{list}/members/acceptance"), &[])
        .await;
    accepted.expect(StatusCode::SEE_OTHER);
    for (member, title, note) in [(&ada, "Ran", "adas note"), (&eve, "Alien", "eves note")] {
        let entry = serde_json::json!({ "title": title, "year": 1985, "note": note });
        let added = member
            .api
            .post(&format!("/api{list}/entries"), &entry)
            .await;
        assert_eq!(added.status, 201, "{}", added.body);
    }
    for (member, others) in [(&ada, "eves note"), (&eve, "adas note")] {
        for format in ["archive", "trakt"] {
            let zip = super::reading::export(member, format).await;
            let files = super::reading::files_in(&zip);
            let all: Vec<u8> = files.into_values().flatten().collect();
            let all = String::from_utf8_lossy(&all).to_lowercase();
            assert!(!all.contains(others), "{format} of {}", member.username);
            let other = if member.username == "ada" {
                "eve"
            } else {
                "ada"
            };
            assert!(!all.contains(&format!("\"{other}\"")), "{format}");
            for mine in ["ours", "alien", "adas note"] {
                let is_owner = member.username == "ada";
                assert_eq!(all.contains(mine), is_owner, "{mine}: {format}");
            }
        }
    }
}
