//! Backups that the server makes by itself, and what an admin is told about them.

use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::backup_run;
use movies_diary::backup::{
    BackupError, BackupOutcome, BackupReport, EndedRun, back_up_when_due, record_run,
};
use movies_diary::posters::file_name::FileName;
use sea_orm::{EntityTrait, PaginatorTrait};

use super::helpers::{all_rows, assert_same_rows, restore};
use crate::support::api_client::create_token;
use crate::support::databases::{TestDatabase, postgres_url};
use crate::support::pictures::png;
use crate::support::process::{ServerProcess, command};
use crate::support::{App, ReviewBuilder, TestClient};

/// What the worker does every minute.
async fn run_worker_once(app: &App) -> BackupOutcome {
    let state = &app.state;
    let backup = &state.config.backup;
    let outcome = back_up_when_due(&state.db, &state.clock, backup, state.posters.store()).await;
    outcome.expect("an outcome")
}

/// What the command records.
async fn record(app: &App, result: &Result<BackupReport, BackupError>) {
    let run = EndedRun {
        started_at: app.state.clock.now(),
        file: Path::new("diary.tar.zst"),
        is_automatic: false,
        result,
    };
    let recorded = record_run(&app.state.db, &app.state.clock, run).await;
    recorded.expect("recorded");
}

fn files_in(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = files
        .map(|file| {
            file.expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

async fn backup_card(admin: &TestClient) -> String {
    admin.get("/admin").await.texts("#backups").concat()
}

#[tokio::test]
async fn backups_are_made_when_due_and_the_newest_are_kept() {
    let app = App::start_with(&[("BACKUP_EVERY", "12h"), ("BACKUP_KEEP", "2")]).await;
    let boss = app.admin("boss").await;
    ReviewBuilder::of("Heat", 1995).log(&boss).await;
    assert!(backup_card(&boss).await.contains("There is no backup yet."));
    let folder = app.database.folder().join("backups");
    let mut names = Vec::new();
    for _ in 0..3 {
        assert!(matches!(
            run_worker_once(&app).await,
            BackupOutcome::Done(_)
        ));
        assert!(matches!(run_worker_once(&app).await, BackupOutcome::NotDue));
        names.push(files_in(&folder).pop().expect("a backup"));
        app.state.clock.advance(TimeDelta::hours(12));
    }
    assert_eq!(files_in(&folder), names[1..], "the oldest is deleted");
    let copy = TestDatabase::empty().await;
    restore(&copy, &folder.join(&names[2]));
    assert_same_rows(&all_rows(&app.database).await, &all_rows(&copy).await);
    let card = backup_card(&boss).await;
    assert!(
        card.contains("Last backup: 12 hours ago, 0.1 MB, read back without errors."),
        "{card}"
    );
    assert!(card.contains(&names[2]), "{card}");
    assert!(!card.contains("overdue"), "{card}");
    app.state.clock.advance(TimeDelta::hours(13));
    assert!(backup_card(&boss).await.contains("overdue"));
}

#[tokio::test]
async fn only_its_own_backups_are_deleted() {
    let app = App::start_with(&[("BACKUP_EVERY", "1h"), ("BACKUP_KEEP", "1")]).await;
    let folder = app.database.folder().join("backups");
    fs::create_dir(&folder).expect("a folder");
    for name in ["movies-diary-before-the-move.tar.zst", "holiday.jpg"] {
        fs::write(folder.join(name), "mine").expect("written");
    }
    // A crash has left this one behind.
    let left = "movies-diary-2020-01-01T000000Z.tar.zst.partial";
    fs::write(folder.join(left), "half").expect("written");
    assert!(matches!(
        run_worker_once(&app).await,
        BackupOutcome::Done(_)
    ));
    let names = files_in(&folder);
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.contains(&"holiday.jpg".to_owned()), "{names:?}");
    assert!(!names.contains(&left.to_owned()), "{names:?}");
}

#[tokio::test]
async fn a_failure_is_told_to_admins_and_tried_again() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let place = folder.path().join("backups");
    fs::write(&place, "a file where the folder should be").expect("written");
    let place = place.display().to_string();
    let app = App::start_with(&[("BACKUP_EVERY", "1d"), ("BACKUP_DIR", &place)]).await;
    let (boss, ada) = (app.admin("boss").await, app.member("ada").await);
    let failed = run_worker_once(&app).await;
    assert!(matches!(failed, BackupOutcome::Failed(_)), "{failed:?}");
    let card = backup_card(&boss).await;
    assert!(
        card.contains("The latest backup failed just now:"),
        "{card}"
    );
    assert!(
        card.contains(&format!("{place} cannot be written")),
        "{card}"
    );

    let health = boss.get("/health").await.expect(StatusCode::OK);
    assert!(health.body.contains("backup failed: "), "{}", health.body);
    let program = app
        .api_client()
        .with_token(&create_token(&boss, "read").await.token);
    let health = program.http_client().get("/health").await;
    assert!(health.body.contains("backup failed: "), "{}", health.body);
    let other = app
        .api_client()
        .with_token(&create_token(&ada, "write").await.token);
    for health in [
        ada.get("/health").await,
        app.visitor().get("/health").await,
        other.http_client().get("/health").await,
    ] {
        assert_eq!(health.body, "ok\n");
    }

    fs::remove_file(&place).expect("removed");
    assert!(matches!(run_worker_once(&app).await, BackupOutcome::NotDue));
    app.state.clock.advance(TimeDelta::minutes(15));
    assert!(matches!(
        run_worker_once(&app).await,
        BackupOutcome::Done(_)
    ));
    let card = backup_card(&boss).await;
    assert!(
        card.contains("Last backup: just now") && !card.contains("failed"),
        "{card}"
    );
    let health = boss.get("/health").await;
    assert!(
        health.body.starts_with("ok\nlast backup: 20"),
        "{}",
        health.body
    );
}

#[tokio::test]
async fn a_backup_by_command_puts_no_automatic_one_off() {
    let app = App::start_with(&[("BACKUP_EVERY", "12h")]).await;
    let BackupOutcome::Done(report) = run_worker_once(&app).await else {
        panic!("the first is due at once");
    };
    app.state.clock.advance(TimeDelta::hours(11));
    record(&app, &Ok(report)).await;
    assert!(matches!(run_worker_once(&app).await, BackupOutcome::NotDue));
    app.state.clock.advance(TimeDelta::hours(1));
    assert!(matches!(
        run_worker_once(&app).await,
        BackupOutcome::Done(_)
    ));
}

/// Failures are forgotten after a hundred, but the last success is not.
#[tokio::test]
async fn many_failures_do_not_hide_the_last_success() {
    let app = App::start_with(&[("BACKUP_EVERY", "1d")]).await;
    let boss = app.admin("boss").await;
    let failure = Err(BackupError::Busy {
        file: "diary.tar.zst".to_owned(),
    });
    let runs = async || {
        let count = backup_run::Entity::find().count(app.state.db.reader());
        count.await.expect("a count")
    };
    for _ in 0..101 {
        record(&app, &failure).await;
    }
    assert_eq!(runs().await, 100);
    assert!(matches!(
        run_worker_once(&app).await,
        BackupOutcome::Done(_)
    ));
    app.state.clock.advance(TimeDelta::hours(2));
    for _ in 0..101 {
        record(&app, &failure).await;
    }
    assert_eq!(runs().await, 101);
    let card = backup_card(&boss).await;
    assert!(card.contains("Last backup: 2 hours ago"), "{card}");
    assert!(card.contains("The latest backup failed just now"), "{card}");
}

/// Only the older ones have the pictures that are gone.
#[tokio::test]
async fn a_backup_that_lacks_posters_replaces_no_other() {
    let app = App::start_with(&[("BACKUP_EVERY", "1h"), ("BACKUP_KEEP", "1")]).await;
    let boss = app.admin("boss").await;
    ReviewBuilder::of("Heat", 1995).log(&boss).await;
    let sent = boss.upload("/movies/1/poster", &png(200, 300)).await;
    sent.expect(StatusCode::SEE_OTHER);
    let back_up_after_an_hour = async || {
        app.state.clock.advance(TimeDelta::hours(1));
        assert!(matches!(
            run_worker_once(&app).await,
            BackupOutcome::Done(_)
        ));
        files_in(&app.database.folder().join("backups"))
    };
    let complete = back_up_after_an_hour().await;
    let page = boss.get("/movies/1").await;
    let shown = page.attributes("main img", "src").remove(0);
    let store = app.state.posters.store();
    let file = shown.rsplit('/').next().expect("a name");
    let file = FileName::parse(file).expect("a name of the store");
    store.remove(&file).await.expect("deleted");
    back_up_after_an_hour().await;
    let kept = back_up_after_an_hour().await;
    assert_eq!(kept.len(), 3, "{kept:?}");
    assert_eq!(kept[0], complete[0]);
    let card = backup_card(&boss).await;
    assert!(
        card.contains(
            "Files of 1 poster are missing, so they are not in it, and no older backup is deleted."
        ),
        "{card}"
    );
    let again = boss.upload("/movies/1/poster", &png(200, 300)).await;
    again.expect(StatusCode::SEE_OTHER);
    let kept = back_up_after_an_hour().await;
    assert_eq!(kept.len(), 1, "{kept:?}");
}

/// Two instances whose backup is due at the same time make one.
#[tokio::test]
async fn one_instance_at_a_time_makes_a_backup() {
    if postgres_url().is_none() {
        // SQLite has only one instance.
        return;
    }
    let app = App::start_with(&[("BACKUP_EVERY", "1h")]).await;
    let outcomes = tokio::join!(
        run_worker_once(&app),
        run_worker_once(&app),
        run_worker_once(&app),
    );
    let outcomes: [BackupOutcome; 3] = outcomes.into();
    let done = outcomes
        .iter()
        .filter(|it| matches!(it, BackupOutcome::Done(_)));
    assert_eq!(done.count(), 1, "{outcomes:?}");
    assert_eq!(files_in(&app.database.folder().join("backups")).len(), 1);
}

/// A server makes the first one right after it starts.
#[tokio::test]
async fn a_server_makes_backups_by_itself() {
    let database = TestDatabase::migrated().await;
    let url = database.url();
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("PORT", "0"),
        ("BACKUP_EVERY", "1d"),
    ];
    let server = ServerProcess::start(command(database.folder(), &settings));
    let folder = database.folder().join("data/backups");
    let is_complete = || {
        folder.exists()
            && files_in(&folder)
                .iter()
                .any(|name| name.ends_with(".tar.zst"))
    };
    while !is_complete() {
        tokio::task::yield_now().await;
    }
    server.stop("TERM");
    let name = files_in(&folder).pop().expect("a backup");
    restore(&TestDatabase::empty().await, &folder.join(name));
}
