//! The database under load and under faults.

use axum::http::StatusCode;
use sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::support::{App, ReviewBuilder, databases};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_writers_at_once_all_succeed() {
    let app = App::start().await;
    let mut writers = Vec::new();
    for number in 0..8 {
        let member = app.member(&format!("member{number}")).await;
        for write in 0..8 {
            let member = member.clone();
            writers.push(tokio::spawn(async move {
                let review = ReviewBuilder::of(&format!("Film {number} {write}"), 2000);
                let id = review.with("tags", "a, b").log(&member).await;
                let form = member
                    .get(format!("/reviews/{id}/edit"))
                    .await
                    .form("form.review");
                let saved = member.submit(&form.set("comment", "Edited.")).await;
                saved.expect(StatusCode::SEE_OTHER);
            }));
        }
    }
    for writer in writers {
        writer.await.expect("written");
    }
    let everybody = app.visitor();
    assert!(everybody.get("/").await.has(".older"));
}

/// Checkpoints fold the write-ahead log back into the database file.
#[tokio::test]
async fn the_write_ahead_log_stays_short() {
    let app = App::start().await;
    if databases::postgres_url().is_some() {
        return;
    }
    let ada = app.member("ada").await;
    let words = "x".repeat(10_000);
    for number in 0..300 {
        let review = ReviewBuilder::of(&format!("Film {number}"), 2000).with("comment", &words);
        review.log(&ada).await;
    }
    let log = app.database.folder().join("movies-diary.db-wal");
    let size = || std::fs::metadata(&log).map_or(0, |file| file.len());
    assert!(size() < 12 * 1024 * 1024, "{} bytes while writing", size());
    movies_diary::background::sweep_all(&app.state)
        .await
        .expect("a round");
    assert_eq!(size(), 0, "after a round");
}

#[tokio::test]
async fn health_says_whether_the_schema_is_the_newest() {
    let app = App::start().await;
    app.visitor().get("/health").await.expect(StatusCode::OK);
    app.state
        .db
        .write(|tx| {
            Box::pin(async move {
                tx.execute_unprepared("DELETE FROM seaql_migrations")
                    .await?;
                Ok::<_, DbErr>(())
            })
        })
        .await
        .expect("forgotten");
    let response = app.visitor().get("/health").await;
    let told = response.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(told.body, "the database is not ready\n");
}

#[tokio::test]
async fn a_visitor_who_hangs_up_leaves_nothing_half_done() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..30 {
        let ada = ada.clone();
        let review = ReviewBuilder::of(&format!("Film {number}"), 2000).with("tags", "a, b");
        let post = tokio::spawn(async move { review.submit(&ada).await });
        for _ in 0..number {
            tokio::task::yield_now().await;
        }
        post.abort();
        let _ = post.await;
    }
    // The next request gets a connection that is not in a transaction.
    let id = ReviewBuilder::of("Heat", 1995)
        .with("tags", "a, b")
        .log(&ada)
        .await;
    ada.get(format!("/reviews/{id}"))
        .await
        .expect(StatusCode::OK);
    let halves = "SELECT count(*) AS n FROM review r WHERE \
         (SELECT count(*) FROM review_tag t WHERE t.review_id = r.id) <> 2 \
         OR NOT EXISTS (SELECT 1 FROM idempotency_key k WHERE k.review_id = r.id)";
    let db = app.state.db.reader();
    let statement = Statement::from_string(db.get_database_backend(), halves);
    let row = db
        .query_one_raw(statement)
        .await
        .expect("an answer")
        .expect("a row");
    assert_eq!(row.try_get::<i64>("", "n"), Ok(0));
}

#[tokio::test]
async fn constraints_refuse_invalid_rows() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    for change in [
        "UPDATE review SET rating = 11",
        "UPDATE review SET rating = -1",
        "UPDATE review SET day_key = 0",
        "UPDATE review SET watched_on = NULL",
        "UPDATE review SET visibility = 'friends'",
        "UPDATE review SET audience = 4",
        "UPDATE review SET deleted_at = logged_at",
        "UPDATE member SET role = 'owner'",
        "UPDATE member SET username = 'Ada'",
        "UPDATE movie SET year = 1887",
        "UPDATE movie SET title = ''",
        "INSERT INTO site SELECT 2, time_zone, tag_authority, tag_date FROM site",
        "DELETE FROM movie",
        "DELETE FROM member",
    ] {
        let changed = app
            .state
            .db
            .write(move |tx| {
                Box::pin(async move { tx.execute_unprepared(change).await.map(|_| ()) })
            })
            .await;
        assert!(changed.is_err(), "{change}");
    }
}

/// A movie also outlives its last review.
#[tokio::test]
async fn ids_are_never_reused() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let first = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    ada.post(format!("/reviews/{first}/deletion"), &[]).await;
    app.state.clock.advance(chrono::TimeDelta::days(2));
    movies_diary::background::sweep_all(&app.state)
        .await
        .expect("a round");
    ada.get("/movies/1").await.expect(StatusCode::OK);
    let second = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    assert!(second > first);
}
