//! Large archives are written in the background, kept for a day, and only for their member.

use axum::extract::FromRef;
use axum::http::StatusCode;
use chrono::TimeDelta;
use futures_util::TryStreamExt;
use movies_diary::background;
use movies_diary::transfer::exports::Exporter;
use movies_diary::transfer::exports::work::write_next_archive;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::reading::files_in;
use crate::support::{App, Importer, ReviewBuilder, TestClient, TestResponse};

const PAGE: &str = "/settings/export";

/// A member with more reviews than are exported on the spot.
pub async fn member_with_large_diary<'a>(app: &'a App, name: &str) -> Importer<'a> {
    let member = Importer::new(app, name).await;
    let review = ReviewBuilder::of("Heat", 1995).with("comment", "Seen and told. ");
    let review = review.log(&member.client).await;
    let columns = "member_id, movie_id, rating, rating_key, liked, comment, spoiler, rewatch, \
        rewatch_by_hand, watched_on, day_key, month_key, visibility, audience, version, logged_at, \
        updated_at";
    let copies = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5001) \
         INSERT INTO review ({columns}) SELECT {columns} FROM review, n WHERE id = {review}"
    );
    app.execute(&copies).await;
    member
}

async fn begin(member: &TestClient) -> TestResponse {
    let page = member.get(PAGE).await;
    member.submit(&page.form("form[action$=archives]")).await
}

async fn stored_files(app: &App) -> usize {
    let files = app.state.posters.store().list_staged();
    files.try_collect::<Vec<_>>().await.expect("a store").len()
}

#[tokio::test]
async fn a_large_archive_is_written_in_the_background_and_kept_for_a_day() {
    let app = App::start().await;
    let ana = member_with_large_diary(&app, "ana").await;
    let page = ana.client.get(PAGE).await;
    assert!(!page.has("a[href='/settings/export/archive']"));
    assert!(
        page.texts("#archive .hint")[0].starts_with("5002 reviews"),
        "{:?}",
        page.texts("#archive .hint")
    );
    begin(&ana.client).await.expect(StatusCode::SEE_OTHER);
    let again = ana.client.post("/settings/export/archives", &[]).await;
    assert_eq!(again.status, 409, "one at a time");

    let page = ana.client.get(PAGE).await;
    assert!(page.has("#archive progress[max='5002']"), "{}", page.body);
    assert!(page.has("#archive-poll[hx-get]"));
    let part = ana.client.htmx().get(PAGE).await;
    assert!(part.has("#archive progress"));
    app.write_archives().await;
    let page = ana.client.get(PAGE).await;
    assert!(!page.has("#archive progress"));
    assert!(page.texts("#archive [role=status]")[0].contains("only you can download it"));

    let link = page.attributes("#archive a[download]", "href").remove(0);
    let zip = ana.client.get(&link).await.expect(StatusCode::OK);
    assert_eq!(zip.header("content-type"), "application/zip");
    assert_eq!(zip.header("content-length"), zip.bytes.len().to_string());
    assert!(
        zip.header("content-disposition")
            .contains("movies-diary-ana-")
    );
    let reviews = &files_in(&zip.bytes)["reviews.json"];
    let reviews: Vec<Value> = serde_json::from_slice(reviews).expect("JSON");
    assert_eq!(reviews.len(), 5002);

    let eve = app.member("eve").await;
    assert_eq!(eve.get(&link).await.status, 404);
    assert_eq!(eve.post(format!("{link}/deletion"), &[]).await.status, 404);
    assert_eq!(app.visitor().get(&link).await.status, 303);

    app.state.clock.advance(TimeDelta::hours(23));
    background::sweep_all(&app.state).await.expect("swept");
    ana.client.get(&link).await.expect(StatusCode::OK);
    assert_eq!(stored_files(&app).await, 1);
    app.state.clock.advance(TimeDelta::hours(2));
    assert_eq!(ana.client.get(&link).await.status, 404);
    background::sweep_all(&app.state).await.expect("swept");
    assert_eq!(stored_files(&app).await, 0);
    assert!(ana.client.get(PAGE).await.has("form[action$=archives]"));
}

#[tokio::test]
async fn a_small_archive_is_downloaded_at_once() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let page = ada.get(PAGE).await;
    let links = page.attributes("a[download]", "href");
    assert_eq!(links.len(), 6);
    for link in links {
        let file = ada.get(&link).await.expect(StatusCode::OK);
        assert!(
            file.header("content-disposition")
                .starts_with("attachment; filename=\"")
        );
        assert_eq!(file.header("cache-control"), "private, no-store");
    }
    assert!(!page.has("form[action$=archives]"));
    let settings = ada.get("/settings").await;
    let offer = settings.texts("#deletion p").concat();
    assert!(
        offer.contains("Take everything with you first: your whole archive, about 0.1 MB."),
        "{offer}"
    );
    let nobody = app.member("nobody").await;
    assert!(
        !nobody
            .get("/settings")
            .await
            .body
            .contains("Take everything with you first")
    );
}

#[tokio::test]
async fn an_archive_that_the_stopping_server_gave_up_is_written_after_the_next_start() {
    let app = App::start().await;
    let ana = member_with_large_diary(&app, "ana").await;
    begin(&ana.client).await.expect(StatusCode::SEE_OTHER);
    let exporter = Exporter::from_ref(&app.state);
    let stop = CancellationToken::new();
    stop.cancel();
    write_next_archive(&exporter, &stop)
        .await
        .expect("a database");
    assert!(ana.client.get(PAGE).await.has("#archive progress"));
    assert_eq!(stored_files(&app).await, 0, "half a file stays nowhere");
    app.write_archives().await;
    assert!(ana.client.get(PAGE).await.has("#archive a[download]"));
}

#[tokio::test]
async fn an_archive_is_deleted_with_its_account_or_by_its_member() {
    let app = App::start().await;
    let ana = member_with_large_diary(&app, "ana").await;
    for _ in 0..2 {
        begin(&ana.client).await.expect(StatusCode::SEE_OTHER);
        app.write_archives().await;
        let page = ana.client.get(PAGE).await;
        let delete = page.form("#archive form[action$=deletion]");
        ana.client
            .submit(&delete)
            .await
            .expect(StatusCode::SEE_OTHER);
    }
    app.state.clock.advance(TimeDelta::hours(2));
    background::sweep_all(&app.state).await.expect("swept");
    assert_eq!(stored_files(&app).await, 0);
}

#[tokio::test]
async fn an_archive_whose_file_is_gone_can_be_written_anew() {
    let app = App::start().await;
    let ana = member_with_large_diary(&app, "ana").await;
    begin(&ana.client).await.expect(StatusCode::SEE_OTHER);
    app.write_archives().await;
    let page = ana.client.get(PAGE).await;
    let link = page.attributes("#archive a[download]", "href").remove(0);
    let folder = app.database.folder().join("posters/imports");
    std::fs::remove_dir_all(folder).expect("removed");
    assert_eq!(ana.client.get(&link).await.status, 404);
    let page = ana.client.get(PAGE).await;
    assert_eq!(
        page.texts("#archive [role=alert]"),
        ["The archive could not be written. Try again."]
    );
    assert!(page.has("form[action$=archives]"));
}

/// A crash leaves parts behind that no list of the store tells.
#[tokio::test]
async fn what_a_crash_left_half_written_is_removed() {
    let app = App::start().await;
    let folder = app.database.folder().join("posters/imports");
    std::fs::create_dir_all(&folder).expect("a folder");
    let part = folder.join("0123456789abcdef0123456789abcdef#1");
    std::fs::write(&part, b"half").expect("written");
    background::sweep_all(&app.state).await.expect("swept");
    assert!(part.exists(), "it may be being written");
    app.state.clock.advance(TimeDelta::hours(2));
    background::sweep_all(&app.state).await.expect("swept");
    assert!(!part.exists());
}
