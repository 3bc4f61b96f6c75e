//! The real binary: starting, stopping, being killed, and its command line.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::Duration;

use axum::http::StatusCode;
use movies_diary::accounts::queries;
use movies_diary::db::Db;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::posters::files_under;
use crate::support::databases::{TestDatabase, parse_database_url};
use crate::support::pictures::{jpeg, png};
use crate::support::process::{ServerProcess, command, run_command};
use crate::support::{App, PASSWORD, ReviewBuilder, answer::TestResponse};

/// An HTTP client with cookies, for a real server.
struct HttpClient {
    client: reqwest::Client,
    base: String,
}

impl HttpClient {
    fn new(base: String) -> Self {
        movies_diary::outgoing::install_crypto_provider();
        let client = reqwest::Client::builder()
            .cookie_store(true)
            // Between two requests a picture is processed, which takes longer than an idle
            // connection lives.
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        Self {
            client: client.expect("a client"),
            base,
        }
    }

    async fn get(&self, path: &str) -> TestResponse {
        let request = self.client.get(format!("{}{path}", self.base));
        read_response(request.send().await.expect("an answer")).await
    }

    /// `None` when the connection broke.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Option<TestResponse> {
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .form(fields);
        let response = request.send().await.ok()?;
        Some(read_response(response).await)
    }

    async fn complete_setup(&self, link: &str) {
        let code = link.split_once("code=").expect("a code").1;
        let fields = [
            ("code", code),
            ("username", "ada"),
            ("password", PASSWORD),
            ("time_zone", "UTC"),
        ];
        let answer = self.post("/setup", &fields).await.expect("an answer");
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    /// Adds a member on the command line.
    async fn sign_in_as_new_member(&self, database: &TestDatabase, username: &str) {
        let url = database.url();
        let mut add = command(database.folder(), &[("DATABASE_URL", url.as_str())]);
        add.args(["user", "add", username]);
        assert!(run_command(add, PASSWORD).success);
        let fields = [("username", username), ("password", PASSWORD)];
        let answer = self.post("/login", &fields).await.expect("an answer");
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    async fn log_movie(&self, title: &str, key: &str) -> Option<u16> {
        let fields = [
            ("key", key),
            ("title", title),
            ("year", "2000"),
            ("tags", "a, b"),
            ("day_unknown", "on"),
            ("visibility", "public"),
        ];
        self.post("/reviews", &fields)
            .await
            .map(|answer| answer.status)
    }
}

async fn read_response(response: reqwest::Response) -> TestResponse {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.expect("a body");
    TestResponse {
        status,
        headers,
        body: String::from_utf8_lossy(&bytes).into_owned(),
        bytes,
    }
}

#[tokio::test]
async fn setup_and_reviews_survive_a_restart() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let start = || ServerProcess::start(command(folder.path(), &[("PORT", "0")]));
    let server = start();
    assert_eq!(server.startup_line.lines().count(), 1);
    let ada = HttpClient::new(server.base_url());
    ada.complete_setup(&server.setup_link()).await;
    for title in ["Alien", "Brazil", "Cabaret"] {
        let key = format!("key-for-{title}-0123456789");
        assert_eq!(ada.log_movie(title, &key).await, Some(303));
    }
    assert!(server.stop("INT").contains("Stopped."));
    assert!(folder.path().join("data/movies-diary.db").exists());

    let server = start();
    assert!(
        !server.startup_line.contains("setup"),
        "{}",
        server.startup_line
    );
    let again = HttpClient::new(server.base_url());
    let page = again.get("/users/ada").await;
    assert_eq!(page.titles(), ["Cabaret", "Brazil", "Alien"]);
    let fields = [("username", "ada"), ("password", PASSWORD)];
    let answer = again.post("/login", &fields).await.expect("an answer");
    assert_eq!(answer.status, 303);
}

/// Acknowledged reviews survive a kill, nothing is half written, and a retry counts once.
/// `KILL_ROUNDS` sets another number of rounds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let rounds: u32 = std::env::var("KILL_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(50);
    let database = TestDatabase::migrated().await;
    let server = ServerProcess::serve(&database);
    HttpClient::new(server.base_url())
        .complete_setup(&server.setup_link())
        .await;
    server.stop("TERM");

    // A reset link does not count as a sign-in attempt, and those are limited.
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..rounds {
        let server = ServerProcess::serve(&database);
        let base = server.base_url();
        let session = signed_in_as_ada(&database, &base).await;
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let browser = HttpClient {
                    client: session.client.clone(),
                    base: base.clone(),
                };
                tokio::spawn(async move {
                    let mut done = Vec::new();
                    for number in 0.. {
                        let title = format!("Film {round} {writer} {number}");
                        let key = format!("key-{round}-{writer}-{number}-0123456789");
                        match browser.log_movie(&title, &key).await {
                            Some(303) => done.push(title),
                            Some(other) => panic!("{other}"),
                            // Sent without a response: retried after the restart.
                            None => return (done, title, key),
                        }
                    }
                    unreachable!("the server is killed")
                })
            })
            .collect();
        // Nothing depends on how long this sleeps: it varies how much is written before the kill.
        tokio::time::sleep(Duration::from_millis(u64::from(round % 10) * 12 + 5)).await;
        server.kill();
        let mut unanswered = Vec::new();
        for writer in writers {
            let (done, title, key) = writer.await.expect("a writer");
            acknowledged.extend(done);
            unanswered.push((title, key));
        }
        let server = ServerProcess::serve(&database);
        let again = signed_in_as_ada(&database, &server.base_url()).await;
        for (title, key) in unanswered {
            assert_eq!(again.log_movie(&title, &key).await, Some(303));
            assert_eq!(again.log_movie(&title, &key).await, Some(303));
            acknowledged.push(title);
        }
        server.kill();
    }
    acknowledged.sort();
    assert_eq!(stored_titles(&database).await, acknowledged);
    assert!(
        acknowledged.len() as u32 > rounds * 4,
        "it was killed while writing"
    );
}

async fn signed_in_as_ada(database: &TestDatabase, base: &str) -> HttpClient {
    let db = Db::open(&parse_database_url(&database.url()))
        .await
        .expect("it opens");
    let ada = queries::find_by_username(&db, "ada")
        .await
        .expect("an answer")
        .expect("ada");
    let clock = movies_diary::clock::Clock::default();
    let purpose = entity::one_time_link::LinkPurpose::Reset;
    let code = movies_diary::accounts::issue_link(&db, &clock, purpose, Some(ada.id), None).await;
    db.close().await.expect("it closes");
    let browser = HttpClient::new(base.to_owned());
    let code = code.expect("a code");
    let fields = [("code", code.expose()), ("password", PASSWORD)];
    let answer = browser.post("/reset", &fields).await.expect("an answer");
    assert_eq!(answer.status, 303);
    browser
}

/// The titles of all complete reviews, sorted, after a check of the database.
async fn stored_titles(database: &TestDatabase) -> Vec<String> {
    let db = sea_orm::Database::connect(database.url())
        .await
        .expect("a connection");
    let backend = db.get_database_backend();
    if backend == DbBackend::Sqlite {
        let check = Statement::from_string(backend, "PRAGMA integrity_check");
        let row = db
            .query_one_raw(check)
            .await
            .expect("an answer")
            .expect("a row");
        assert_eq!(row.try_get_by_index::<String>(0), Ok("ok".to_owned()));
    }
    let whole = "SELECT m.title AS title FROM review r JOIN movie m ON m.id = r.movie_id \
         JOIN idempotency_key k ON k.review_id = r.id \
         WHERE (SELECT count(*) FROM review_tag t WHERE t.review_id = r.id) = 2";
    let rows = db
        .query_all_raw(Statement::from_string(backend, whole))
        .await
        .expect("rows");
    let mut titles: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("", "title").expect("a title"))
        .collect();
    titles.sort();
    titles
}

/// Under load, a stop finishes every request that has begun.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_finishes_running_requests() {
    let database = TestDatabase::migrated().await;
    for _ in 0..3 {
        let server = ServerProcess::serve(&database);
        let base = server.base_url();
        let visitors: Vec<_> = (0..8)
            .map(|_| {
                let base = base.clone();
                tokio::spawn(async move {
                    // One connection per request: a refused connection never began one.
                    let mut answered = 0;
                    loop {
                        match send_one_request(&base).await {
                            Some(answer) => {
                                assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                                assert!(answer.ends_with("</html>"), "cut: {answer}");
                                answered += 1;
                            }
                            None => return answered,
                        }
                    }
                })
            })
            .collect();
        // Some requests are in progress by now.
        let warm = HttpClient::new(base);
        for _ in 0..20 {
            warm.get("/").await;
        }
        server.stop("TERM");
        for visitor in visitors {
            assert!(visitor.await.expect("no answer was cut") > 0);
        }
    }
}

/// `None` when nothing listens any more.
async fn send_one_request(base: &str) -> Option<String> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = base.replace("http://localhost", "127.0.0.1");
    let mut stream = tokio::net::TcpStream::connect(address).await.ok()?;
    let head = b"GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(head).await.ok()?;
    let mut answer = String::new();
    match stream.read_to_string(&mut answer).await {
        // Accepted by the kernel, but no longer by the server.
        Ok(0) => None,
        Ok(_) => Some(answer),
        Err(_) if answer.is_empty() => None,
        Err(error) => panic!("cut: {error} after {answer}"),
    }
}

/// Connections that send their request head slowly, or nothing at all, are closed and delay nobody.
#[tokio::test]
async fn slow_connections_are_closed() {
    let database = TestDatabase::migrated().await;
    let server = ServerProcess::serve(&database);
    let beginnings: [&[u8]; 5] = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"GET / HT",
        b"",
        b"PRI",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    // At most 2,000 connections, fewer if the limit on open files requires it.
    let descriptors = rlimit::increase_nofile_limit(u64::MAX).expect("a limit");
    let count = usize::try_from(2000.min(descriptors / 2)).expect("a number");
    let mut slow: Vec<TcpStream> = (0..count)
        .map(|number| {
            let mut stream = TcpStream::connect(server.socket_address()).expect("a connection");
            let beginning = beginnings[number % beginnings.len()];
            stream.write_all(beginning).expect("sent");
            stream
        })
        .collect();
    let others = HttpClient::new(server.base_url());
    for _ in 0..20 {
        assert_eq!(others.get("/").await.status, 200);
    }
    // Each gets an error or is closed, well within a minute.
    for (number, stream) in slow.iter_mut().enumerate() {
        let beginning = String::from_utf8_lossy(beginnings[number % beginnings.len()]);
        let limit = Duration::from_secs(40);
        stream.set_read_timeout(Some(limit)).expect("a limit");
        let mut rest = Vec::new();
        match stream.read_to_end(&mut rest) {
            Ok(_) => assert!(!rest.starts_with(b"HTTP/1.1 200"), "answered {beginning:?}"),
            Err(error) => {
                let kind = error.kind();
                assert_eq!(kind, std::io::ErrorKind::ConnectionReset, "{beginning:?}");
            }
        }
    }
}

/// The size of a request head is limited.
#[tokio::test]
async fn a_too_long_request_head_is_refused() {
    let database = TestDatabase::migrated().await;
    let server = ServerProcess::serve(&database);
    for (length, status_line) in [(12 * 1024, "HTTP/1.1 200"), (20 * 1024, "HTTP/1.1 431")] {
        let mut stream = TcpStream::connect(server.socket_address()).expect("a connection");
        let long = "x".repeat(length);
        let head = format!(
            "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: {long}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("sent");
        let mut answer = vec![0; status_line.len()];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(String::from_utf8_lossy(&answer), status_line, "{length}");
    }
}

#[test]
fn invalid_settings_are_all_reported_at_startup() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let dotenv = "PORT=many\nALLOW_REGISTRATON=true\nSITE_NAME=\"My films\"\n";
    std::fs::write(folder.path().join(".env"), dotenv).expect("a file");
    let settings = [
        ("BASE_URL", "not an address"),
        ("DATABASE_URL", "mysql://root:canary-secret@localhost/d"),
    ];
    let finished = run_command(command(folder.path(), &settings), "");
    assert!(!finished.success);
    for text in [
        "PORT",
        "many",
        "ALLOW_REGISTRATON",
        "BASE_URL",
        "DATABASE_URL",
        "a port",
    ] {
        assert!(
            finished.stderr.contains(text),
            "{text} is missing in {}",
            finished.stderr
        );
    }
    assert!(!finished.stderr.contains("canary-secret"));
    assert!(!folder.path().join("data").exists(), "nothing was begun");
}

/// Checked at the level that logs everything.
#[tokio::test]
async fn the_log_contains_no_secrets() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let log = std::fs::File::create(folder.path().join("log")).expect("a file");
    let mut quiet = command(folder.path(), &[("PORT", "0"), ("RUST_LOG", "trace")]);
    quiet.stdin(Stdio::null());
    let server = ServerProcess::start_with_log(quiet, log);
    let ada = HttpClient::new(server.base_url());
    let link = server.setup_link();
    ada.get(link.strip_prefix(&server.base_url()).expect("a path"))
        .await;
    ada.complete_setup(&link).await;
    let wrong = [
        ("username", "ada"),
        ("password", "canary-guess"),
        ("next", "/canary-next"),
    ];
    ada.post("/login", &wrong).await;
    let right = [("username", "ada"), ("password", PASSWORD)];
    let answer = ada.post("/login", &right).await.expect("an answer");
    let cookie = answer
        .header("set-cookie")
        .split(['=', ';'])
        .nth(1)
        .expect("a value")
        .to_owned();
    ada.log_movie("Heat", "key-0123456789-0123456789").await;
    ada.post("/settings/feeds/key", &[])
        .await
        .expect("an answer");
    let page = ada.get("/settings/feeds").await.body;
    let feed = page
        .split("/feeds/")
        .nth(1)
        .and_then(|rest| rest.split(['"', '<']).next());
    let feed = feed.expect("a secret address");
    ada.get(&format!("/feeds/{feed}")).await;
    ada.get("/feeds/canary-feed?older=canary-older").await;
    ada.post("/watchlist/address", &[])
        .await
        .expect("an answer");
    let page = ada.get("/users/ada/watchlist").await.body;
    let films = page
        .split("/lists/")
        .find_map(|rest| rest.split(['"', '<']).next()?.strip_suffix(".json"));
    let films = films.expect("a secret address");
    ada.get(&format!("/lists/{films}.json")).await;
    ada.get("/calendar/canary-calendar.ics").await;
    server.stop("TERM");
    let log = std::fs::read_to_string(folder.path().join("log")).expect("the log");
    assert!(log.contains("answered"), "something was logged");
    let code = link.split_once("code=").expect("a code").1;
    for secret in [
        PASSWORD,
        "canary-guess",
        "canary-feed",
        "canary-calendar",
        feed,
        films,
        code,
        cookie.as_str(),
        "$argon2id$",
    ] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} was logged");
    }
}

/// A full disk, a closed pipe, and a pipe that nobody reads.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_site_works_when_its_log_cannot_be_written() {
    let full = std::fs::File::options().write(true).open("/dev/full");
    let (closed_reader, closed) = std::io::pipe().expect("a pipe");
    let (_unread_reader, unread) = std::io::pipe().expect("a pipe");
    drop(closed_reader);
    let logs = [
        ("full", Stdio::from(full.expect("a device"))),
        ("closed", Stdio::from(closed)),
        ("unread", Stdio::from(unread)),
    ];
    for (what, log) in logs {
        let database = TestDatabase::migrated().await;
        let url = database.url();
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("PORT", "0"),
            ("RUST_LOG", "trace"),
        ];
        let server = ServerProcess::start_with_log(command(database.folder(), &settings), log);
        let ada = HttpClient::new(server.base_url());
        ada.complete_setup(&server.setup_link()).await;
        let title = format!("Film {what}");
        assert_eq!(
            ada.log_movie(&title, "key-0123456789-0123456789").await,
            Some(303)
        );
        // Together these log more than a pipe takes.
        for _ in 0..20 {
            let feed = ada.get("/").await;
            assert_eq!(
                (feed.status, feed.titles()),
                (200, vec![title.clone()]),
                "{what}"
            );
        }
        assert!(server.stop("TERM").contains("Stopped."), "{what}");
    }
}

#[tokio::test]
async fn the_command_line_adds_members_and_sets_passwords() {
    let database = TestDatabase::migrated().await;
    let url = database.url();
    let settings = [("DATABASE_URL", url.as_str())];
    let user = |arguments: &[&str], input: &str| {
        let mut command = command(database.folder(), &settings);
        command.arg("user").args(arguments);
        run_command(command, input)
    };
    let made = user(&["add", "Ada", "--admin"], "four unrelated words\n");
    assert!(made.success, "{}", made.stderr);
    assert_eq!(made.stdout.trim(), "Created an account for ada.");
    assert!(user(&["add", "grace"], "four unrelated words\r\n").success);
    for (arguments, input, message) in [
        (vec!["add", "ada"], PASSWORD, "taken"),
        (vec!["add", "a"], PASSWORD, "3 to 32"),
        (vec!["add", "settings"], PASSWORD, "is reserved"),
        (vec!["add", "eve"], "password", "too easy to guess"),
        (vec!["add", "eve"], "", "8 to 128"),
        (
            vec!["set-password", "nobody"],
            PASSWORD,
            "there is no member with that username",
        ),
    ] {
        let refused = user(&arguments, input);
        assert!(!refused.success, "{arguments:?}");
        assert!(
            refused.stderr.contains(message),
            "{arguments:?}: {}",
            refused.stderr
        );
    }

    // While the server runs, from another process.
    let server = ServerProcess::serve(&database);
    assert!(!server.startup_line.contains("setup"));
    let ada = HttpClient::new(server.base_url());
    let fields = [
        ("username", "ada"),
        ("password", PASSWORD),
        ("time_zone", "Europe/Lisbon"),
    ];
    assert_eq!(
        ada.post("/login", &fields)
            .await
            .map(|answer| answer.status),
        Some(303)
    );
    let settings_page = ada.get("/settings").await;
    let profile = settings_page.form("form[action='/settings/profile']");
    assert_eq!(
        profile.value("time_zone"),
        Some("Europe/Lisbon"),
        "the browser said so"
    );
    assert_eq!(ada.get("/admin").await.status, 200);
    assert!(user(&["set-password", "ada"], "entirely new words\n").success);
    assert_eq!(
        ada.get("/settings").await.status,
        303,
        "signed out everywhere"
    );
    let late = ada
        .post("/login", &fields)
        .await
        .map(|answer| answer.status);
    assert_eq!(late, Some(422));
}

#[tokio::test]
async fn the_command_line_maintains_posters() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    ada.upload("/movies/1/poster", &png(100, 150)).await;
    let url = app.database.url();
    let folder = app.database.folder().join("posters");
    let store = folder.display().to_string();
    let settings = [("DATABASE_URL", url.as_str()), ("POSTER_STORE", &store)];
    let posters = |arguments: &[&str]| {
        let mut command = command(app.database.folder(), &settings);
        command.arg("posters").args(arguments);
        run_command(command, "")
    };
    let whole = posters(&["verify"]);
    assert!(whole.success, "{}", whole.stderr);
    let verified = "1 poster, no files missing or damaged.";
    assert_eq!(whole.stdout.trim(), verified);
    assert_eq!(posters(&["retry"]).stdout.trim(), "0 posters queued again.");
    assert_eq!(posters(&["prune"]).stdout.trim(), "0 files removed, 0 KB.");

    // A poster that was replaced is kept, until the operator says otherwise.
    ada.upload("/movies/1/poster", &png(100, 160)).await;
    assert_eq!(files_under(&folder).len(), 10);
    assert_eq!(
        posters(&["prune"]).stdout.trim(),
        "0 files removed, 0 KB.\n\
         1 replaced poster is kept for a year; `prune --superseded` removes them now."
    );
    assert_eq!(files_under(&folder).len(), 10);
    let shown = ada.get("/movies/1").await.attributes(".poster img", "src");
    assert_eq!(
        posters(&["prune", "--superseded"]).stdout.trim(),
        "0 files removed, 0 KB.\n1 replaced poster removed."
    );
    let remaining = files_under(&folder);
    assert_eq!(remaining.len(), 5);
    app.visitor().get(&shown[0]).await.expect(StatusCode::OK);
    assert_eq!(posters(&["verify"]).stdout.trim(), verified);

    std::fs::write(&remaining[0], b"damaged").expect("written");
    let damaged = posters(&["verify"]);
    assert!(!damaged.success);
    assert!(
        damaged.stderr.contains("1 of 1 have damaged files"),
        "{}",
        damaged.stderr
    );
    let mended = posters(&["verify", "--mend"]);
    assert!(mended.stdout.contains("Posters of 0 films"));

    std::fs::remove_dir_all(&folder).expect("lost");
    let lost = posters(&["verify"]);
    assert!(!lost.success);
    assert!(
        lost.stderr.contains("1 of 1 have missing files"),
        "{}",
        lost.stderr
    );
    let mended = posters(&["verify", "--mend"]);
    assert!(
        mended.stdout.contains("Posters of 0 films"),
        "a member sent it: {}",
        mended.stdout
    );
}

/// Decompression bombs are refused without using much memory.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn decompression_bombs_are_refused_in_bounded_memory() {
    let database = TestDatabase::migrated().await;
    let server = ServerProcess::serve(&database);
    let ada = HttpClient::new(server.base_url());
    ada.complete_setup(&server.setup_link()).await;
    ada.log_movie("Heat", "key-for-heat-0123456789").await;
    let bob = HttpClient::new(server.base_url());
    bob.sign_in_as_new_member(&database, "bob").await;
    bob.log_movie("Heat", "key-for-heat-9876543210").await;
    // The peak of resident memory in MB, without file-backed pages, which grow as more of the
    // program's code is loaded.
    let most = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid()));
        let status = status.expect("its status");
        let megabytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            kilobytes
                .map(|kilobytes: u64| kilobytes / 1024)
                .expect("a number")
        };
        megabytes("VmHWM:") - megabytes("RssFile:")
    };
    let before = most();
    let bomb = include_bytes!("../../../picture/tests/fixtures/bomb.png");
    for _ in 0..3 {
        for bytes in [bomb.to_vec(), png(9_000, 100), vec![0; 10_000_000]] {
            let file = reqwest::multipart::Part::bytes(bytes).file_name("a.png");
            let form = reqwest::multipart::Form::new().part("poster", file);
            let path = format!("{}/movies/1/poster", ada.base);
            let sent = ada.client.post(path).multipart(form).send().await;
            assert_eq!(sent.expect("an answer").status(), 422);
        }
    }
    let grown = most() - before;
    assert!(grown < 64, "{grown} MB for pictures of at most 10 MB");
    // The largest accepted picture is decoded, one at a time. A member may send two at once.
    let large = jpeg(4_500, 4_500);
    let sends = [&ada, &ada, &bob, &bob].map(|member| {
        let file = reqwest::multipart::Part::bytes(large.clone()).file_name("a.jpg");
        let form = reqwest::multipart::Form::new().part("poster", file);
        let path = format!("{}/movies/1/poster", member.base);
        member.client.post(path).multipart(form).send()
    });
    for sent in futures_util::future::join_all(sends).await {
        assert_eq!(sent.expect("an answer").status(), 303);
    }
    let grown = most() - before;
    assert!(grown < 300, "{grown} MB for pictures of 20 megapixels");
}

#[tokio::test]
async fn a_member_without_a_time_zone_is_sent_to_the_settings() {
    let database = TestDatabase::migrated().await;
    let url = database.url();
    let mut add = command(database.folder(), &[("DATABASE_URL", url.as_str())]);
    add.args(["user", "add", "ada"]);
    assert!(run_command(add, PASSWORD).success);
    let server = ServerProcess::serve(&database);
    let ada = HttpClient::new(server.base_url());
    // Without JavaScript the browser does not report its time zone.
    let fields = [
        ("username", "ada"),
        ("password", PASSWORD),
        ("time_zone", ""),
    ];
    let answer = ada.post("/login", &fields).await.expect("an answer");
    assert_eq!(answer.header("location"), "/settings");
    assert!(
        ada.get("/settings")
            .await
            .body
            .contains("Choose one, so that films")
    );
}

#[test]
fn a_password_is_never_an_argument() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut with_argument = command(folder.path(), &[]);
    with_argument.args(["user", "add", "ada", "a password"]);
    assert!(!run_command(with_argument, "").success);
}

#[test]
fn a_port_in_use_is_reported() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let finished = run_command(command(folder.path(), &[("PORT", &port)]), "");
    assert!(!finished.success);
    assert!(finished.stderr.contains(&port), "{}", finished.stderr);
}
