//! What the program says when it cannot start: the file or the server, the cause, and what to do.

use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use crate::support::databases::TestDatabase;
use crate::support::process::{ServerProcess, command, run_command};

/// Starts the server with these settings and returns what it says when it fails.
fn start_failure(folder: &Path, settings: &[(&str, &str)]) -> String {
    let settings = [&[("PORT", "0")], settings].concat();
    let finished = run_command(command(folder, &settings), "");
    assert!(!finished.success, "it started");
    finished.stderr
}

#[track_caller]
fn assert_says(message: &str, expected: &[&str]) {
    for text in expected {
        assert!(message.contains(text), "{text:?} is missing in {message}");
    }
    assert!(!message.contains("canary"), "{message}");
    assert!(!message.contains("pool timed out"), "{message}");
}

fn folder_with(name: &str, content: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join(name), content).expect("written");
    folder
}

#[test]
fn an_unusable_sqlite_file_is_named_with_the_cause() {
    let folder = folder_with("notes.txt", &"This is not a database. ".repeat(100));
    let message = start_failure(folder.path(), &[("DATABASE_URL", "sqlite:notes.txt")]);
    assert_says(
        &message,
        &["notes.txt is not an SQLite database", "DATABASE_URL"],
    );
    std::fs::create_dir(folder.path().join("films.db")).expect("a folder");
    let message = start_failure(folder.path(), &[("DATABASE_URL", "sqlite:films.db")]);
    assert_says(&message, &["films.db is a folder", "DATABASE_URL"]);
}

#[test]
fn an_unusable_folder_is_named_with_the_cause() {
    let folder = folder_with("taken", "");
    let message = start_failure(folder.path(), &[("DATA_DIR", "taken")]);
    assert_says(&message, &["taken is a file", "DATA_DIR"]);
    let message = start_failure(folder.path(), &[("DATA_DIR", "taken/deeper/data")]);
    assert_says(
        &message,
        &["taken/deeper/data", "taken is a file", "DATA_DIR"],
    );
    // Not even root may create folders there.
    let message = start_failure(folder.path(), &[("DATA_DIR", "/sys/movies-diary")]);
    assert_says(&message, &["/sys/movies-diary is not writable", "DATA_DIR"]);
    let message = start_failure(folder.path(), &[("POSTER_STORE", "taken/posters")]);
    assert_says(&message, &["taken is a file", "POSTER_STORE"]);
}

/// The pool used to wait for three seconds and then say that it had timed out.
#[test]
fn a_postgres_server_that_is_not_running_is_named_with_its_database() {
    let folder = TempDir::new().expect("a folder");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let url = format!("postgres://me:canary@127.0.0.1:{port}/films");
    let message = start_failure(folder.path(), &[("DATABASE_URL", &url)]);
    let server = format!("no PostgreSQL server is running at 127.0.0.1:{port}");
    assert_says(&message, &[&server, "films", "DATABASE_URL"]);
}

#[tokio::test]
async fn a_postgres_server_that_refuses_says_why() {
    let database = TestDatabase::migrated().await;
    let Ok(mut url) = url::Url::parse(&database.url()) else {
        return;
    };
    if !url.scheme().starts_with("postgres") {
        return;
    }
    let server = format!("127.0.0.1:{}", url.port().unwrap_or(5432));
    let mut unknown_user = url.clone();
    unknown_user.set_username("nobody_here").expect("a user");
    unknown_user
        .set_password(Some("canary"))
        .expect("a password");
    let message = start_failure(
        database.folder(),
        &[("DATABASE_URL", unknown_user.as_str())],
    );
    assert_says(&message, &[&server, "nobody_here", "DATABASE_URL"]);
    url.set_path("no_such_database");
    url.set_password(Some("canary")).expect("a password");
    let message = start_failure(database.folder(), &[("DATABASE_URL", url.as_str())]);
    assert_says(
        &message,
        &[&server, "there is no database no_such_database"],
    );
}

#[test]
fn a_broken_dotenv_names_the_line_and_not_its_value() {
    let folder = folder_with(".env", "PORT=0\n\n# A comment\nTMDB_API_KEY=canary key\n");
    let message = start_failure(folder.path(), &[]);
    assert_says(&message, &["line 4 of .env is not NAME=value"]);
    let folder = TempDir::new().expect("a folder");
    std::fs::create_dir(folder.path().join(".env")).expect("a folder");
    assert_says(&start_failure(folder.path(), &[]), &[".env is a folder"]);
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join(".env"), b"SITE_NAME=\xff\xfe").expect("written");
    assert_says(
        &start_failure(folder.path(), &[]),
        &[".env is not a text file"],
    );
}

#[test]
fn each_fault_of_a_site_name_has_its_own_sentence() {
    let folder = TempDir::new().expect("a folder");
    let long = "x".repeat(65);
    for (name, expected) in [
        ("My\tfilms", "one line, without tabs"),
        ("My\u{7}films", "one line, without tabs"),
        (long.as_str(), "at most 64 characters"),
    ] {
        let message = start_failure(folder.path(), &[("SITE_NAME", name)]);
        assert_says(&message, &["SITE_NAME", expected]);
    }
}

#[test]
fn an_address_that_cannot_be_listened_on_is_explained() {
    let folder = TempDir::new().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let message = start_failure(folder.path(), &[("PORT", &port)]);
    assert_says(&message, &["another program uses the port", &port, "PORT"]);
    // An address for documentation, which no machine has.
    let message = start_failure(folder.path(), &[("HOST", "192.0.2.1")]);
    assert_says(&message, &["does not have the address 192.0.2.1", "HOST"]);
}

#[tokio::test]
async fn trusting_the_whole_internet_is_warned_about() {
    let database = TestDatabase::migrated().await;
    let url = database.url();
    let warnings = |proxies: &str| {
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("PORT", "0"),
            ("TRUSTED_PROXIES", proxies),
        ];
        let mut serve = command(database.folder(), &settings);
        serve.stdin(Stdio::null());
        let path = database.folder().join("log");
        let log = std::fs::File::create(&path).expect("a file");
        ServerProcess::start_with_log(serve, log).stop("TERM");
        let log = std::fs::read_to_string(path).expect("the log");
        log.matches("TRUSTED_PROXIES contains").count()
    };
    assert_eq!(warnings("0.0.0.0/0,::/0"), 2);
    assert_eq!(warnings("128.0.0.0/1"), 1);
    assert_eq!(warnings("127.0.0.1,10.0.0.0/8,fd00::/8"), 0);
}
