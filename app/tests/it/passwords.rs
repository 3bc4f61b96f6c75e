//! Passwords that are easy to guess are refused wherever one is chosen.

use axum::http::StatusCode;
use entity::one_time_link::LinkPurpose;
use movies_diary::accounts::{issue_link, queries};

use crate::support::databases::TestDatabase;
use crate::support::process::{command, run_command};
use crate::support::{App, PASSWORD, TestClient};

/// A common word with digits, a pattern, and the names of the site and of Ada.
const WEAK: [&str; 6] = [
    "Sunshine2024",
    "qwertyuiop1",
    "abcabcabcabc",
    "ImaginaryFilms7",
    "ada-lovelace99",
    "AdaKing1815",
];

const TOO_EASY: &str = "This password is too easy to guess";

async fn imaginary_films() -> App {
    let settings = [
        ("SITE_NAME", "Imaginary Films"),
        ("ALLOW_REGISTRATION", "true"),
    ];
    App::start_with(&settings).await
}

/// Posts each weak password and expects the sentence beside its field.
async fn expect_refused(client: &TestClient, path: &str, field: &str, fields: &[(&str, &str)]) {
    // The current password may be checked only a few times a minute.
    let tries = if path == "/settings/password" {
        3
    } else {
        WEAK.len()
    };
    for weak in WEAK.into_iter().take(tries) {
        // Everyone has another address, or the limit on attempts would be reached.
        let fields = [fields, &[(field, weak)]].concat();
        let answer = client.post(path, &fields).await;
        let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let beside = answer.texts(&format!("#{field}-error"));
        assert!(beside[0].contains(TOO_EASY), "{path} {weak}: {beside:?}");
    }
}

async fn issue(app: &App, purpose: LinkPurpose, member: Option<i64>) -> String {
    let code = issue_link(&app.state.db, &app.state.clock, purpose, member, None);
    code.await.expect("a code").expose().to_owned()
}

#[tokio::test]
async fn weak_passwords_are_refused_on_every_form() {
    let app = imaginary_films().await;
    let names = [("username", "ada-lovelace"), ("display_name", "Ada King")];
    let setup = issue(&app, LinkPurpose::Setup, None).await;
    let invite = issue(&app, LinkPurpose::Invite, None).await;
    for (path, code) in [
        ("/setup", setup.as_str()),
        ("/register", &invite),
        ("/register", ""),
    ] {
        let fields = [&names[..], &[("code", code)]].concat();
        expect_refused(&app.visitor(), path, "password", &fields).await;
    }
    let account = [&names[..], &[("code", &setup), ("password", PASSWORD)]].concat();
    let ada = app.visitor();
    ada.post("/setup", &account)
        .await
        .expect(StatusCode::SEE_OTHER);
    let current = [("current_password", PASSWORD)];
    expect_refused(&ada, "/settings/password", "new_password", &current).await;
    let row = queries::find_by_username(&app.state.db, "ada-lovelace").await;
    let id = row.expect("an answer").expect("ada").id;
    let reset = issue(&app, LinkPurpose::Reset, Some(id)).await;
    expect_refused(&app.visitor(), "/reset", "password", &[("code", &reset)]).await;
    let strong = [("code", reset.as_str()), ("password", PASSWORD)];
    app.visitor()
        .post("/reset", &strong)
        .await
        .expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn weak_passwords_are_refused_by_the_api() {
    let app = imaginary_films().await;
    for weak in WEAK {
        let body = serde_json::json!({
            "username": "ada-lovelace", "display_name": "Ada King", "password": weak,
        });
        let answer = app.api_client().post("/api/auth/register", &body).await;
        let problem = answer.expect(StatusCode::UNPROCESSABLE_ENTITY).body;
        assert!(problem.contains(TOO_EASY), "{weak}: {problem}");
        assert!(problem.contains("\"field\":\"password\""), "{problem}");
    }
}

#[tokio::test]
async fn weak_passwords_are_refused_on_the_command_line() {
    let database = TestDatabase::migrated().await;
    let url = database.url();
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("SITE_NAME", "Imaginary Films"),
    ];
    let user = |arguments: [&str; 2], password: &str| {
        let mut user = command(database.folder(), &settings);
        user.arg("user").args(arguments);
        run_command(user, password)
    };
    assert!(user(["add", "ada-lovelace"], PASSWORD).success);
    for weak in ["Sunshine2024", "ImaginaryFilms7", "ada-lovelace99"] {
        for arguments in [["add", "ada-lovelace"], ["set-password", "ada-lovelace"]] {
            let refused = user(arguments, weak);
            assert!(!refused.success, "{arguments:?} {weak}");
            assert!(refused.stderr.contains(TOO_EASY), "{}", refused.stderr);
        }
    }
}
