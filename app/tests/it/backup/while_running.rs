//! Backups of a diary in use, and backups that do not come to their end.

use std::fs;
use std::path::Path;
use std::process::Child;

use axum::http::StatusCode;

use super::helpers::{
    all_rows, assert_same_rows, back_up, backup_command, connect, restore, run_with,
};
use crate::support::databases::{TestDatabase, postgres_url};
use crate::support::pictures::distinct_png;
use crate::support::process::run_command;
use crate::support::{App, ReviewBuilder, TestClient};

/// `BACKUP_ROUNDS` sets another number.
fn backup_rounds() -> usize {
    let rounds = std::env::var("BACKUP_ROUNDS").ok();
    rounds.and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}

/// Each backup has every review that was acknowledged before it, and is one state: the statistics
/// in it are those of its reviews.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn backups_under_load_are_each_one_state() {
    let app = App::start().await;
    let (ada, bob) = (app.member("ada").await, app.member("bob").await);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let writers = [ada, bob].map(|member| tokio::spawn(log_until(member, stopped.clone())));
    for round in 0..backup_rounds() {
        let before = review_count(&app.database).await;
        let database = app.database.folder().to_owned();
        let file = database.join(format!("{round}.tar.zst"));
        let command = backup_command(&app.database, &file, &[]);
        let output = tokio::task::spawn_blocking(move || run_command(command, "")).await;
        let output = output.expect("no panic");
        assert!(output.success, "{}", output.stderr);
        let after = review_count(&app.database).await;
        let copy = TestDatabase::empty().await;
        restore(&copy, &file);
        let copied = review_count(&copy).await;
        assert!(
            (before..=after).contains(&copied),
            "{before} {copied} {after}"
        );
        let checked = run_with(&copy, &["stats", "verify"]);
        assert!(checked.success, "{}", checked.stderr);
    }
    stop.send_replace(true);
    let mut logged = 0;
    for writer in writers {
        logged += writer.await.expect("a writer");
    }
    assert!(logged > backup_rounds(), "it was busy: {logged}");
    let copy = TestDatabase::empty().await;
    restore(&copy, &back_up(&app.database, "last.tar.zst"));
    assert_same_rows(&all_rows(&app.database).await, &all_rows(&copy).await);
}

async fn log_until(member: TestClient, stop: tokio::sync::watch::Receiver<bool>) -> usize {
    for number in 0.. {
        if *stop.borrow() {
            return number;
        }
        let title = format!("Film {}", number % 7);
        ReviewBuilder::of(&title, 2000)
            .with("rating", "3")
            .log(&member)
            .await;
    }
    unreachable!("it stops")
}

async fn review_count(database: &TestDatabase) -> i64 {
    use sea_orm::{EntityTrait, PaginatorTrait};
    let db = connect(database).await;
    let count = entity::review::Entity::find().count(&db).await;
    db.close().await.expect("it closes");
    count.expect("a number").try_into().expect("not that many")
}

/// Whenever it is killed, the file is either the old backup or a complete new one.
#[tokio::test]
async fn a_killed_backup_leaves_the_old_one_whole() {
    let app = app_with_posters().await;
    let file = back_up(&app.database, "diary.tar.zst");
    let mut old = fs::read(&file).expect("a backup");
    let mut killed_in_time = 0;
    for _ in 0..10 {
        let mut running = backup_command(&app.database, &file, &[])
            .spawn()
            .expect("it starts");
        wait_until_writing(&mut running, &file);
        running.kill().expect("killed");
        running.wait().expect("gone");
        let now = fs::read(&file).expect("still there");
        if now == old {
            killed_in_time += 1;
        } else {
            restore(&TestDatabase::empty().await, &file);
            old = now;
        }
    }
    assert!(killed_in_time > 0, "it was never killed while writing");
    // What the last one left behind is overwritten.
    back_up(&app.database, "diary.tar.zst");
    assert!(!file.with_extension("zst.partial").exists());
}

fn wait_until_writing(running: &mut Child, file: &Path) {
    let partial = file.with_extension("zst.partial");
    let is_writing = || fs::metadata(&partial).is_ok_and(|file| file.len() > 0);
    while !is_writing() && running.try_wait().expect("a state").is_none() {
        std::thread::yield_now();
    }
}

/// Pictures do not shrink, so there is a while in which the backup is being written.
async fn app_with_posters() -> App {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..12 {
        ReviewBuilder::of(&format!("Film {number}"), 2000)
            .log(&ada)
            .await;
        let path = format!("/movies/{}/poster", number + 1);
        let sent = ada.upload(&path, &distinct_png(number)).await;
        sent.expect(StatusCode::SEE_OTHER);
    }
    app
}

#[tokio::test]
async fn on_a_full_disk_the_old_backup_stays() {
    if postgres_url().is_some() {
        return;
    }
    let Some(disk) = TestDatabase::on_small_disk().await else {
        return;
    };
    let app = app_with_posters().await;
    let file = disk.folder().join("diary.tar.zst");
    let write = || run_command(backup_command(&app.database, &file, &[]), "");
    assert!(write().success);
    let old = fs::read(&file).expect("a backup");
    disk.disk().fill();
    let refused = write();
    assert!(!refused.success);
    assert!(
        refused.stderr.contains("the disk is full"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("diary.tar.zst was not written"),
        "{}",
        refused.stderr
    );
    assert_eq!(fs::read(&file).expect("still there"), old);
    assert_eq!(
        fs::read_dir(disk.folder())
            .expect("a folder")
            .filter(|file| {
                let file = file.as_ref().expect("a file").file_name();
                file.to_string_lossy().ends_with(".partial")
            })
            .count(),
        0,
        "nothing is left behind"
    );
    disk.disk().free();
    assert!(write().success);
}
