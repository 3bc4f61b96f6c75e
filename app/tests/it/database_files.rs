//! The files of the SQLite database: who may open them, and what happens when they are moved,
//! replaced or deleted.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use axum::http::StatusCode;

use crate::support::api_client::create_token;
use crate::support::databases::postgres_url;
use crate::support::pictures::png;
use crate::support::process::{CommandOutput, ServerProcess, command, run_command};
use crate::support::{App, PASSWORD, ReviewBuilder, TestClient};

const DATABASE: &str = "movies-diary.db";

fn mode_of(path: &Path) -> u32 {
    let metadata = fs::metadata(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    metadata.permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("they are set");
}

#[test]
fn only_the_account_of_the_server_can_open_what_it_creates() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let server = ServerProcess::start(command(folder.path(), &[("PORT", "0")]));
    let data = folder.path().join("data");
    assert_eq!(mode_of(&data), 0o700);
    assert_eq!(mode_of(&data.join("posters")), 0o700);
    for file in [
        "movies-diary.db",
        "movies-diary.db-wal",
        "movies-diary.db-shm",
        "movies-diary.lock",
    ] {
        assert_eq!(mode_of(&data.join(file)), 0o600, "{file}");
    }
    server.stop("TERM");
}

#[test]
fn existing_files_keep_their_permissions() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let start = || ServerProcess::start(command(folder.path(), &[("PORT", "0")]));
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("a folder");
    set_mode(&data, 0o755);
    start().stop("TERM");
    assert_eq!(mode_of(&data), 0o755);
    for file in ["movies-diary.db", "movies-diary.lock"] {
        set_mode(&data.join(file), 0o640);
    }
    let server = start();
    for file in [
        "movies-diary.db",
        "movies-diary.db-wal",
        "movies-diary.lock",
    ] {
        assert_eq!(mode_of(&data.join(file)), 0o640, "{file}");
    }
    server.stop("TERM");
}

fn stats_verify(folder: &Path) -> CommandOutput {
    let mut verify = command(folder, &[]);
    verify.args(["stats", "verify"]);
    run_command(verify, "")
}

/// An empty diary would hide that the database is gone.
#[test]
fn a_database_that_is_gone_is_missed_at_the_next_start() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    let created = stats_verify(folder.path());
    assert!(created.success, "{}", created.stderr);
    assert!(created.stderr.contains("created a new, empty database"));
    let again = stats_verify(folder.path());
    assert!(
        again.success && !again.stderr.contains("new"),
        "{}",
        again.stderr
    );

    let (database, elsewhere) = (data.join(DATABASE), data.join("elsewhere"));
    fs::rename(&database, &elsewhere).expect("moved");
    let refused = stats_verify(folder.path());
    assert_gone(&refused);
    assert!(!database.exists(), "none was created");
    // As an interrupted copy leaves it.
    fs::write(&database, b"").expect("written");
    assert_gone(&stats_verify(folder.path()));

    fs::rename(&elsewhere, &database).expect("put back");
    assert!(stats_verify(folder.path()).success);
    // A new start is possible, as the error says.
    fs::remove_file(&database).expect("deleted");
    fs::remove_file(data.join("movies-diary.lock")).expect("deleted");
    fs::create_dir_all(data.join("posters/aa")).expect("a folder");
    fs::write(data.join("posters/aa/old.webp"), b"x").expect("written");
    let anew = stats_verify(folder.path());
    assert!(anew.success, "{}", anew.stderr);
    assert!(
        anew.stderr.contains("posters of another database"),
        "{}",
        anew.stderr
    );
}

fn assert_gone(refused: &CommandOutput) {
    assert!(!refused.success);
    for part in ["data/movies-diary.db", "is gone", "data/movies-diary.lock"] {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
}

#[tokio::test]
async fn a_database_that_is_moved_under_the_server_is_noticed() {
    if postgres_url().is_some() {
        return;
    }
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let database = app.database.folder().join(DATABASE);
    let elsewhere = app.database.folder().join("elsewhere");
    // Moved away.
    fs::rename(&database, &elsewhere).expect("moved");
    assert_writes_refused(&app, &ada).await;
    assert!(!database.exists(), "none was created");
    // Replaced by a copy.
    fs::copy(&elsewhere, &database).expect("copied");
    assert_writes_refused(&app, &ada).await;
    // Put back.
    fs::rename(&elsewhere, &database).expect("moved");
    assert_writes_work(&app, &ada, "Ran").await;
    // The whole folder.
    let folder = app.database.folder().to_owned();
    let moved = folder.with_extension("moved");
    fs::rename(&folder, &moved).expect("moved");
    assert_writes_refused(&app, &ada).await;
    let poster = ada.upload("/movies/1/poster", &png(200, 300)).await;
    poster.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert!(!folder.exists(), "it can be moved back");
    fs::rename(&moved, &folder).expect("moved");
    assert_writes_work(&app, &ada, "Thief").await;
    // Deleted.
    fs::remove_file(&database).expect("deleted");
    assert_writes_refused(&app, &ada).await;
}

async fn assert_writes_refused(app: &App, ada: &TestClient) {
    let health = app.visitor().get("/health").await;
    let health = health.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert!(health.body.contains("moved"), "{}", health.body);
    let page = ada.get("/users/ada").await.expect(StatusCode::OK);
    assert!(page.titles().contains(&"Heat".to_owned()), "it can be read");
    let refused = ReviewBuilder::of("Lost", 1999).submit(ada).await;
    let signing_in = app.visitor().try_to_sign_in("ada", PASSWORD).await;
    for answer in [refused, signing_in] {
        let answer = answer.expect(StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.body.contains("Nothing was saved"), "{}", answer.body);
        assert!(answer.headers.contains_key("retry-after"));
    }
    assert!(
        !ada.get("/users/ada")
            .await
            .titles()
            .contains(&"Lost".to_owned())
    );
}

async fn assert_writes_work(app: &App, ada: &TestClient, title: &str) {
    app.visitor().get("/health").await.expect(StatusCode::OK);
    ReviewBuilder::of(title, 1985).log(ada).await;
    create_token(ada, "read").await;
}
