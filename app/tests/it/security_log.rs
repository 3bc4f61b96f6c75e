//! The log of security events, and the fail2ban filter in the README that reads it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use movies_diary::accounts::queries;
use movies_diary::db::Db;

use crate::support::PASSWORD;
use crate::support::databases::{TestDatabase, parse_database_url};
use crate::support::process::{ServerProcess, command, run_command};

const NEW_PASSWORD: &str = "another four unrelated words";

/// A server whose log is kept, behind a proxy at 127.0.0.1.
struct LoggedServer {
    database: TestDatabase,
    server: ServerProcess,
}

impl LoggedServer {
    async fn start() -> Self {
        movies_diary::outgoing::install_crypto_provider();
        let database = TestDatabase::migrated().await;
        let url = database.url();
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("PORT", "0"),
            ("TRUSTED_PROXIES", "127.0.0.1"),
            ("ALLOW_REGISTRATION", "true"),
        ];
        let mut serve = command(database.folder(), &settings);
        serve.stdin(Stdio::null());
        let log = std::fs::File::create(database.folder().join("log")).expect("a file");
        let server = ServerProcess::start_with_log(serve, log);
        Self { database, server }
    }

    /// A browser at `address`.
    fn browser_at(&self, address: &'static str) -> RemoteBrowser {
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        RemoteBrowser {
            client: client.expect("a client"),
            base: self.server.base_url(),
            address,
        }
    }

    async fn set_up_as(&self, username: &str, address: &'static str) -> RemoteBrowser {
        let browser = self.browser_at(address);
        let link = self.server.setup_link();
        let code = link.split_once("code=").expect("a code").1;
        let fields = [
            ("code", code),
            ("username", username),
            ("password", PASSWORD),
        ];
        browser.post("/setup", &fields, 303).await;
        browser
    }

    async fn member_id(&self, username: &str) -> i64 {
        let db = Db::open(&parse_database_url(&self.database.url())).await;
        let db = db.expect("it opens");
        let found = queries::find_by_username(&db, username).await;
        let id = found.expect("an answer").expect("a member").id;
        db.close().await.expect("it closes");
        id
    }

    /// Stops the server and returns its log. While it runs, the last lines may be still on their way.
    fn stop(self) -> String {
        self.server.stop("TERM");
        std::fs::read_to_string(self.database.folder().join("log")).expect("the log")
    }
}

/// The security events, without the time and the request.
fn events_in(log: &str) -> Vec<&str> {
    let events = log
        .lines()
        .filter_map(|line| line.split_once(": movies_diary::security: "));
    events.map(|(_, event)| event).collect()
}

struct RemoteBrowser {
    client: reqwest::Client,
    base: String,
    address: &'static str,
}

impl RemoteBrowser {
    /// Returns the page.
    async fn post(&self, path: &str, fields: &[(&str, &str)], expected: u16) -> String {
        let request = self.client.post(format!("{}{path}", self.base));
        self.send(request.form(fields), expected).await
    }

    async fn post_json(&self, path: &str, body: &serde_json::Value, expected: u16) -> String {
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request
            .header("content-type", "application/json")
            .body(body.to_string());
        self.send(request, expected).await
    }

    async fn send(&self, request: reqwest::RequestBuilder, expected: u16) -> String {
        let request = request.header("x-forwarded-for", self.address);
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let body = response.text().await.expect("a body");
        assert_eq!(status, expected, "{body}");
        body
    }

    async fn sign_in(&self, username: &str, password: &str, expected: u16) {
        let fields = [("username", username), ("password", password)];
        self.post("/login", &fields, expected).await;
    }
}

#[tokio::test]
async fn sign_ins_and_failures_are_logged_with_address_and_account() {
    let site = LoggedServer::start().await;
    let ada = site.set_up_as("ada", "203.0.113.1").await;
    let eve = site.browser_at("2001:db8::7");
    eve.sign_in("ada", "a guess", 422).await;
    // Members type passwords into the wrong field, so what names no account is not logged.
    eve.sign_in("canary-password", "a guess", 422).await;
    let forged = "ada\"\n2026-01-01T00:00:00Z  WARN request{}: movies_diary::security: sign-in failed address=198.51.100.9";
    eve.sign_in(forged, "a guess", 422).await;
    let wrong = [("code", "canary-code"), ("password", NEW_PASSWORD)];
    eve.post("/reset", &wrong, 404).await;
    let body = serde_json::json!({ "username": "ada", "password": "a guess" });
    eve.post_json("/api/auth/login", &body, 401).await;
    ada.sign_in("ada", PASSWORD, 303).await;
    let wrong = [
        ("current_password", "a guess"),
        ("new_password", NEW_PASSWORD),
    ];
    ada.post("/settings/password", &wrong, 422).await;
    let log = site.stop();
    assert_eq!(
        events_in(&log),
        [
            r#"account created address=203.0.113.1 username="ada""#,
            r#"signed in address=203.0.113.1 username="ada""#,
            r#"sign-in failed address=2001:db8::7 username="ada""#,
            "sign-in failed address=2001:db8::7",
            "sign-in failed address=2001:db8::7",
            "link refused address=2001:db8::7",
            r#"sign-in failed address=2001:db8::7 username="ada""#,
            r#"signed in address=203.0.113.1 username="ada""#,
            r#"password refused address=203.0.113.1 username="ada""#,
        ]
    );
    for absent in ["canary", "198.51.100.9", "\u{1b}"] {
        assert!(!log.contains(absent), "{absent:?} in {log}");
    }
}

#[tokio::test]
async fn changes_of_accounts_are_logged_with_who_made_them() {
    let site = LoggedServer::start().await;
    let ada = site.set_up_as("ada", "203.0.113.1").await;
    let bob = site.browser_at("203.0.113.2");
    let account = [("username", "bob"), ("password", PASSWORD)];
    bob.post("/register", &account, 303).await;
    let token = [("name", "Phone"), ("scope", "read"), ("days", "30")];
    bob.post("/settings/tokens", &token, 303).await;
    let body = serde_json::json!({ "username": "bob", "password": PASSWORD });
    bob.post_json("/api/auth/login", &body, 200).await;
    bob.post("/settings/feeds/key", &[], 303).await;
    bob.post("/watchlist/address", &[], 303).await;
    bob.post("/settings/calendar/address", &[], 303).await;
    let passwords = [
        ("current_password", PASSWORD),
        ("new_password", NEW_PASSWORD),
    ];
    bob.post("/settings/password", &passwords, 303).await;
    let id = site.member_id("bob").await;
    let admin_page = |action: &str| format!("/admin/members/{id}/{action}");
    for action in ["promotion", "demotion", "disabling", "enabling"] {
        ada.post(&admin_page(action), &[], 303).await;
    }
    ada.post("/admin/invites", &[], 303).await;
    ada.post(&admin_page("reset"), &[], 303).await;
    let page = ada
        .send(ada.client.get(format!("{}/admin", ada.base)), 200)
        .await;
    let code = page.split("/reset?code=").nth(1).expect("a link");
    let code = code.split(['"', '<']).next().expect("a code");
    let reset = [("code", code), ("password", PASSWORD)];
    bob.post("/reset", &reset, 303).await;
    bob.post("/settings/deletion", &[("password", PASSWORD)], 303)
        .await;
    let log = site.stop();
    assert_eq!(
        events_in(&log)[2..],
        [
            r#"account created address=203.0.113.2 username="bob""#,
            r#"signed in address=203.0.113.2 username="bob""#,
            r#"token created address=203.0.113.2 username="bob""#,
            r#"signed in address=203.0.113.2 username="bob""#,
            r#"token created address=203.0.113.2 username="bob""#,
            r#"feed address created address=203.0.113.2 username="bob""#,
            r#"watchlist address created address=203.0.113.2 username="bob""#,
            r#"calendar address created address=203.0.113.2 username="bob""#,
            r#"password changed address=203.0.113.2 username="bob""#,
            r#"promoted address=203.0.113.1 username="bob" by="ada""#,
            r#"demoted address=203.0.113.1 username="bob" by="ada""#,
            r#"disabled address=203.0.113.1 username="bob" by="ada""#,
            r#"enabled address=203.0.113.1 username="bob" by="ada""#,
            r#"invitation created address=203.0.113.1 by="ada""#,
            r#"reset link created address=203.0.113.1 username="bob" by="ada""#,
            r#"password reset address=203.0.113.2 username="bob""#,
            r#"signed in address=203.0.113.2 username="bob""#,
            r#"account deleted address=203.0.113.2 username="bob""#,
        ]
    );
}

#[tokio::test]
async fn the_command_line_logs_what_it_does() {
    let database = TestDatabase::migrated().await;
    let url = database.url();
    for (arguments, event) in [
        (["add", "ada"], "account created"),
        (["set-password", "ada"], "password changed"),
    ] {
        let mut user = command(database.folder(), &[("DATABASE_URL", url.as_str())]);
        user.arg("user").args(arguments);
        let done = run_command(user, PASSWORD);
        let expected = format!("movies_diary::security: {event} address=- username=\"ada\"");
        assert!(done.stderr.contains(&expected), "{}", done.stderr);
    }
}

/// A flood of attempts must not fill the disk.
#[tokio::test]
async fn a_limit_that_is_reached_is_logged_once_a_minute_for_each_address() {
    let site = LoggedServer::start().await;
    site.set_up_as("ada", "203.0.113.1").await;
    let eve = site.browser_at("203.0.113.9");
    for _ in 0..5 {
        eve.sign_in("ada", "a guess", 422).await;
    }
    for _ in 0..3 {
        eve.sign_in("ada", "a guess", 429).await;
    }
    let log = site.stop();
    let refused: Vec<_> = events_in(&log)
        .into_iter()
        .filter(|event| event.starts_with("too many"))
        .collect();
    let expected = r#"too many attempts address=203.0.113.9 username="ada""#;
    assert_eq!(refused, [expected]);
}

/// Runs the filter of the README on a real log, as a file and as the journal has it.
#[tokio::test]
async fn fail2ban_finds_the_failures_and_nobody_else() {
    let Some(fail2ban) = fail2ban_regex() else {
        return;
    };
    let site = LoggedServer::start().await;
    let ada = site.set_up_as("ada", "203.0.113.1").await;
    for (address, attempts) in [("203.0.113.7", 2), ("2001:db8::7", 7)] {
        let eve = site.browser_at(address);
        for attempt in 0..attempts {
            let expected = if attempt < 5 { 422 } else { 429 };
            eve.sign_in("ada", "a guess", expected).await;
        }
        let wrong = [("code", "made up"), ("password", NEW_PASSWORD)];
        eve.post("/reset", &wrong, 404).await;
    }
    ada.sign_in("ada", PASSWORD, 303).await;
    let log = site.stop();
    let expected = [
        ["203.0.113.7"; 3].as_slice(),
        // Five failures, one limit, one link.
        ["2001:db8::7"; 7].as_slice(),
    ]
    .concat();
    assert_eq!(find_addresses(&fail2ban, &log), expected);
    let journal: String = log
        .lines()
        .map(|line| format!("Nov 28 13:37:30 films movies-diary[42]: {line}\n"))
        .collect();
    assert_eq!(find_addresses(&fail2ban, &journal), expected);
}

/// The addresses that the filter of the README finds, a line each.
fn find_addresses(fail2ban: &Path, log: &str) -> Vec<String> {
    let folder = tempfile::TempDir::new().expect("a folder");
    let readme = include_str!("../../../README.md");
    let filter = readme
        .split("```ini\n")
        .filter_map(|part| part.split_once("```"))
        .map(|(block, _)| block)
        .find(|block| block.contains("failregex"))
        .expect("a filter");
    let (filter_file, log_file) = (folder.path().join("f.conf"), folder.path().join("log"));
    std::fs::write(&filter_file, filter).expect("written");
    std::fs::write(&log_file, log).expect("written");
    let output = Command::new(fail2ban)
        .args(["--out", "ip"])
        .args([&log_file, &filter_file])
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{output:?}");
    let found = String::from_utf8(output.stdout).expect("a text");
    found.lines().map(str::to_owned).collect()
}

/// `None` where fail2ban is not installed.
fn fail2ban_regex() -> Option<PathBuf> {
    let named = std::env::var("TEST_FAIL2BAN_REGEX").unwrap_or("fail2ban-regex".to_owned());
    let is_there = Command::new(&named)
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !is_there {
        let is_required = std::env::var("REQUIRE_FAIL2BAN").is_ok_and(|value| value == "1");
        assert!(!is_required, "REQUIRE_FAIL2BAN=1, but there is no {named}");
        let notice = "SKIPPED: the test of the fail2ban filter, because fail2ban is missing";
        writeln!(std::io::stderr(), "{notice}").expect("stderr is open");
        return None;
    }
    Some(PathBuf::from(named))
}
