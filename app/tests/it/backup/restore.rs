//! What is restored is what was there, on both databases, and nothing else is touched.

use std::os::unix::fs::PermissionsExt;

use axum::http::StatusCode;
use chrono::Datelike;
use sea_orm::ConnectionTrait;

use super::helpers::{
    all_rows, assert_same_rows, back_up, backup_command, connect, restore, run_with, try_to_restore,
};
use crate::support::databases::{TestDatabase, postgres_url};
use crate::support::pictures::png;
use crate::support::process::run_command;
use crate::support::{App, PASSWORD, ReviewBuilder, seed_facts};

/// A diary with something of everything: deleted and private reviews, tags, an uploaded poster, a
/// token, a secret feed, an invitation, and words that are hard to store.
async fn app_with_a_full_diary() -> App {
    let app = App::start().await;
    let (boss, ada) = (app.admin("boss").await, app.member("ada").await);
    let hard = "Ünïcødé ‘quotes’ \"and\" \\ 日本語 🎬\nsecond line, <b>";
    ReviewBuilder::of("Heat", 1995)
        .with("rating", "4.5")
        .with("comment", hard)
        .with("tags", "Crime, à la carte")
        .log(&ada)
        .await;
    ReviewBuilder::of("Alien", 1979)
        .with("visibility", "private")
        .with("day_unknown", "on")
        .log(&ada)
        .await;
    let deleted = ReviewBuilder::of("Brazil", 1985).log(&boss).await;
    boss.post(format!("/reviews/{deleted}/deletion"), &[]).await;
    seed_facts(&app, "Heat", &["Crime"], Some(170)).await;
    let movie = ada.upload("/movies/1/poster", &png(200, 300)).await;
    movie.expect(StatusCode::SEE_OTHER);
    ada.post("/settings/feeds/key", &[]).await;
    let year = app.state.clock.now().year();
    let goal = [("films", "52"), ("rewatches_count", "on")];
    ada.post(format!("/users/ada/goals/{year}"), &goal)
        .await
        .expect(StatusCode::SEE_OTHER);
    let list = [("title", "Noir"), ("visibility", "private")];
    let list = ada
        .post("/lists", &list)
        .await
        .expect(StatusCode::SEE_OTHER);
    let film = [("line-0", "Heat"), ("choice-0", "1")];
    ada.post(format!("{}/entries", list.header("location")), &film)
        .await
        .expect(StatusCode::SEE_OTHER);
    let token = [("name", "script"), ("scope", "read"), ("days", "90")];
    ada.post("/settings/tokens", &token).await;
    boss.post("/admin/invites", &[]).await;
    app
}

#[tokio::test]
async fn everything_is_restored_row_by_row() {
    let app = app_with_a_full_diary().await;
    let file = back_up(&app.database, "diary.tar.zst");
    let mode = file.metadata().expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "only its owner can read it");

    let other = TestDatabase::empty().await;
    let output = restore(&other, &file);
    assert!(
        output
            .stdout
            .contains("3 reviews of 3 films by 2 members, with 5 poster files")
    );
    assert_same_rows(&all_rows(&app.database).await, &all_rows(&other).await);

    let settings = [(
        "POSTER_STORE",
        other.folder().join("posters").display().to_string(),
    )];
    let settings = settings
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let again = App::start_on(other, &settings).await;
    let ada = again.visitor();
    let answer = ada.try_to_sign_in("ada", PASSWORD).await;
    answer.expect(StatusCode::SEE_OTHER);
    assert_eq!(ada.get("/users/ada").await.titles(), ["Heat", "Alien"]);
    let movie = ada.get("/movies/1").await;
    let picture = movie.attributes("main img", "src").remove(0);
    ada.get(&picture).await.expect(StatusCode::OK);
    let found = ada.htmx().get("/movies/suggest?q=brazil").await;
    assert_eq!(
        found.texts("[role=option] .title"),
        ["Brazil"],
        "the index is back"
    );
}

/// Each comment is larger than a piece of the archive.
async fn app_with_long_comments() -> App {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..5 {
        ReviewBuilder::of(&format!("Film {number}"), 2000)
            .log(&ada)
            .await;
    }
    let words = "Long ago, in a place far away. ".repeat(160_000);
    let db = connect(&app.database).await;
    let update = format!("UPDATE review SET comment = '{words}' || id");
    db.execute_unprepared(&update).await.expect("updated");
    db.close().await.expect("it closes");
    app
}

#[tokio::test]
async fn comments_of_any_size_are_restored() {
    let app = app_with_long_comments().await;
    let other = TestDatabase::empty().await;
    restore(&other, &back_up(&app.database, "diary.tar.zst"));
    assert_same_rows(&all_rows(&app.database).await, &all_rows(&other).await);
}

/// Over the other database and back.
#[tokio::test]
async fn a_diary_moves_to_the_other_database_and_back() {
    if postgres_url().is_none() {
        // The run on PostgreSQL has both.
        return;
    }
    let app = app_with_a_full_diary().await;
    let original = all_rows(&app.database).await;
    let sqlite = TestDatabase::empty_on_sqlite();
    restore(&sqlite, &back_up(&app.database, "diary.tar.zst"));
    let postgres = TestDatabase::empty().await;
    let on_sqlite = back_up(&sqlite, "again.tar.zst");
    restore(&postgres, &on_sqlite);
    assert_same_rows(&original, &all_rows(&postgres).await);
    let sqlite_again = TestDatabase::empty_on_sqlite();
    restore(&sqlite_again, &back_up(&postgres, "third.tar.zst"));
    assert_same_rows(&all_rows(&sqlite).await, &all_rows(&sqlite_again).await);
}

/// The id of a review that was purged is never used again.
#[tokio::test]
async fn ids_go_on_where_they_were() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let last = ReviewBuilder::of("Alien", 1979).log(&ada).await;
    ada.post(format!("/reviews/{last}/deletion"), &[]).await;
    app.state.clock.advance(chrono::TimeDelta::days(2));
    movies_diary::background::sweep_all(&app.state)
        .await
        .expect("swept");
    let other = TestDatabase::empty().await;
    restore(&other, &back_up(&app.database, "diary.tar.zst"));
    let again = App::start_on(other, &[]).await;
    let ada = again.visitor();
    ada.sign_in("ada").await;
    let next = ReviewBuilder::of("Brazil", 1985).log(&ada).await;
    assert_eq!(next, last + 1);
}

#[tokio::test]
async fn a_backup_without_posters_has_none() {
    let app = app_with_a_full_diary().await;
    let file = app.database.folder().join("small.tar.zst");
    let command = backup_command(&app.database, &file, &["--without-posters"]);
    let output = run_command(command, "");
    assert!(
        output.stdout.contains("with 0 poster files"),
        "{}",
        output.stdout
    );
    let other = TestDatabase::empty().await;
    restore(&other, &file);
    assert_same_rows(&all_rows(&app.database).await, &all_rows(&other).await);
}

#[tokio::test]
async fn a_database_in_use_is_never_overwritten() {
    let app = App::start().await;
    let file = back_up(&app.database, "empty.tar.zst");
    app.member("ada").await;
    let before = all_rows(&app.database).await;
    let refused = try_to_restore(&app.database, &file);
    assert!(!refused.success);
    assert!(
        refused.stderr.contains("the database is not empty"),
        "{}",
        refused.stderr
    );
    assert_same_rows(&before, &all_rows(&app.database).await);
}

/// A backup of the first release is made without migrating its database, and restored into the
/// newest schema.
#[tokio::test]
async fn a_backup_of_an_older_schema_is_migrated() {
    use migration::{Migrator, MigratorTrait};
    let old = TestDatabase::empty().await;
    let db = sea_orm::Database::connect(match old.url() {
        url if url.starts_with("sqlite") => format!("{url}?mode=rwc"),
        url => url,
    });
    let db = db.await.expect("a connection");
    Migrator::up(&db, Some(1)).await.expect("the first step");
    let diary = include_str!("../fixtures/first_release.sql");
    db.execute_unprepared(diary).await.expect("the diary");
    db.close().await.expect("it closes");
    let file = back_up(&old, "old.tar.zst");
    let db = connect(&old).await;
    let applied = Migrator::get_applied_migrations(&db).await.expect("a list");
    assert_eq!(applied.len(), 1, "it was not migrated");

    let new = TestDatabase::empty().await;
    restore(&new, &file);
    let app = App::start_on(new, &[]).await;
    assert_eq!(app.state.db.find_problem().await, None);
    let feed = app.visitor().get("/").await;
    assert_eq!(feed.titles(), ["12 Angry Men"]);
    assert_eq!(feed.texts(".tags li"), ["Courtroom", "one room"]);
}

/// A server does not start without the database that it had, but a backup may take its place.
#[tokio::test]
async fn a_backup_takes_the_place_of_a_lost_database() {
    if postgres_url().is_some() {
        return;
    }
    let app = app_with_a_full_diary().await;
    let file = back_up(&app.database, "diary.tar.zst");
    let before = all_rows(&app.database).await;
    for name in [
        "movies-diary.db",
        "movies-diary.db-wal",
        "movies-diary.db-shm",
    ] {
        // SQLite may have deleted the other two by itself.
        let _ = std::fs::remove_file(app.database.folder().join(name));
    }
    let missed = run_with(&app.database, &["stats", "verify"]);
    assert!(
        missed.stderr.contains("is gone, or empty"),
        "{}",
        missed.stderr
    );
    restore(&app.database, &file);
    assert_same_rows(&before, &all_rows(&app.database).await);
    assert!(run_with(&app.database, &["stats", "verify"]).success);
}

/// Litestream and PostGIS keep tables of their own beside the diary, with types of their own.
#[tokio::test]
async fn tables_of_other_programs_are_left_alone() {
    let app = app_with_a_full_diary().await;
    let kept = |text: &str| {
        format!(
            "CREATE TABLE _replication (id {}, area POINT, film BIGINT REFERENCES movie (id));
             INSERT INTO _replication (film) VALUES ({text});",
            match postgres_url() {
                None => "INTEGER PRIMARY KEY AUTOINCREMENT",
                Some(_) => "BIGSERIAL PRIMARY KEY",
            }
        )
    };
    let mut before = all_rows(&app.database).await;
    let db = connect(&app.database).await;
    db.execute_unprepared(&kept("1")).await.expect("a table");
    db.close().await.expect("it closes");
    let file = back_up(&app.database, "diary.tar.zst");

    let other = TestDatabase::empty().await;
    restore(&other, &file);
    assert_same_rows(&before, &all_rows(&other).await);

    let shared = TestDatabase::migrated().await;
    let db = connect(&shared).await;
    let foreign = kept("NULL").replace("BIGINT REFERENCES movie (id)", "BIGINT");
    db.execute_unprepared(&foreign).await.expect("a table");
    db.close().await.expect("it closes");
    let kept = all_rows(&shared).await.remove("_replication");
    restore(&shared, &file);
    before.extend([("_replication".to_owned(), kept.expect("a table"))]);
    assert_same_rows(&before, &all_rows(&shared).await);
}

/// What was written until then is taken back.
#[tokio::test]
async fn on_a_disk_that_fills_up_nothing_is_restored() {
    if postgres_url().is_some() {
        return;
    }
    let Some(small) = TestDatabase::on_small_disk().await else {
        return;
    };
    let long = app_with_long_comments().await;
    let refused = try_to_restore(&small, &back_up(&long.database, "diary.tar.zst"));
    assert!(!refused.success);
    let expected = "the database's disk is full, so nothing was restored";
    assert!(refused.stderr.contains(expected), "{}", refused.stderr);

    let app = app_with_a_full_diary().await;
    let file = back_up(&app.database, "diary.tar.zst");
    small.disk().fill();
    let refused = try_to_restore(&small, &file);
    assert!(!refused.success);
    let expected = "the disk of the database";
    assert!(refused.stderr.contains(expected), "{}", refused.stderr);
    small.disk().free();
    restore(&small, &file);
    assert_same_rows(&all_rows(&app.database).await, &all_rows(&small).await);
}

#[tokio::test]
async fn without_a_diary_there_is_nothing_to_back_up() {
    let empty = TestDatabase::empty().await;
    let file = empty.folder().join("diary.tar.zst");
    let refused = run_command(backup_command(&empty, &file, &[]), "");
    assert!(!refused.success);
    assert!(
        refused.stderr.contains("there is no diary"),
        "{}",
        refused.stderr
    );
    assert!(!file.exists());
    assert!(
        !empty.folder().join("movies-diary.db").exists(),
        "none was created"
    );
}
