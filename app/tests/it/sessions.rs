//! Sessions: their cookies, their lifetime, and what ends them.

use std::net::IpAddr;

use axum::http::StatusCode;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Statement};

use crate::support::client::encode_form;
use crate::support::{App, PASSWORD, TestClient};

const OTHER_PASSWORD: &str = "another four unrelated words";

#[tokio::test]
async fn each_sign_in_replaces_the_session() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let first = ada.cookie("session").expect("a cookie");
    let old = ada.with_copied_cookies();
    ada.sign_in("ada").await;
    let second = ada.cookie("session").expect("a cookie");
    assert_ne!(first, second);
    assert!(!old.is_signed_in().await, "the old id is dead");

    let planted = app.visitor();
    planted.set_cookie(
        "session",
        &second[..second.len() - 1].to_owned().replace('A', "B"),
    );
    planted.set_cookie("session", "AAAAAAAAAAAAAAAAAAAAAA");
    planted.sign_in("ada").await;
    assert_ne!(
        planted.cookie("session").as_deref(),
        Some("AAAAAAAAAAAAAAAAAAAAAA")
    );

    let before = ada.cookie("session");
    change_password(&ada, PASSWORD, OTHER_PASSWORD).await;
    assert_ne!(ada.cookie("session"), before);
    assert!(ada.is_signed_in().await);
}

async fn change_password(client: &TestClient, current: &str, new: &str) {
    let fields = [("current_password", current), ("new_password", new)];
    let answer = client.post("/settings/password", &fields).await;
    answer.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session_at_once() {
    let app = App::start().await;
    let here = app.member("ada").await;
    let others = [app.visitor(), app.visitor()];
    for other in &others {
        other.sign_in("ada").await;
    }
    change_password(&here, PASSWORD, OTHER_PASSWORD).await;
    assert!(here.is_signed_in().await);
    for other in &others {
        assert!(!other.is_signed_in().await);
    }
    let late = app.visitor().try_to_sign_in("ada", PASSWORD).await;
    late.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn sessions_are_seen_and_ended_one_by_one_or_all_at_once() {
    let app = App::start().await;
    let here = app.member("ada").await;
    let there = app.visitor();
    there.sign_in("ada").await;
    let elsewhere = app.visitor();
    elsewhere.sign_in("ada").await;
    let page = here.get("/settings").await;
    assert_eq!(page.texts(".sessions li strong"), ["Firefox on Linux"; 3]);
    assert_eq!(page.texts(".sessions .badge"), ["this browser"]);
    let ending = page.attributes(".sessions form", "action");
    assert_eq!(ending.len(), 2);

    let eve = app.member("eve").await;
    eve.post(&ending[0], &[])
        .await
        .expect(StatusCode::NOT_FOUND);
    here.post(&ending[0], &[])
        .await
        .expect(StatusCode::SEE_OTHER);
    let alive = [there.is_signed_in().await, elsewhere.is_signed_in().await];
    assert_eq!(alive.iter().filter(|alive| **alive).count(), 1);
    here.post("/settings/sessions/ending", &[])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(!there.is_signed_in().await && !elsewhere.is_signed_in().await);
    assert!(here.is_signed_in().await);
}

#[tokio::test]
async fn a_concurrent_request_never_revives_an_ended_session() {
    let app = App::start().await;
    for round in 0..20 {
        let ada = match round {
            0 => app.member("ada").await,
            _ => {
                let again = app.visitor().with_address(IpAddr::from([10, 9, 0, round]));
                sign_in_by_reset_link(&app, &again).await;
                again
            }
        };
        // On another day, the next page of each client extends the session.
        app.state.clock.advance(TimeDelta::days(1));
        let (other, leaving) = (ada.with_copied_cookies(), ada.with_copied_cookies());
        let pages = tokio::spawn(async move {
            for _ in 0..3 {
                other.get("/").await;
            }
        });
        leaving
            .post("/logout", &[])
            .await
            .expect(StatusCode::SEE_OTHER);
        pages.await.expect("pages");
        assert!(!ada.is_signed_in().await, "round {round}");
    }
}

/// Signs in as Ada with a reset link, which does not count as a sign-in attempt.
async fn sign_in_by_reset_link(app: &App, client: &TestClient) {
    use entity::one_time_link::LinkPurpose;
    let ada = movies_diary::accounts::queries::find_by_username(&app.state.db, "ada").await;
    let id = ada.expect("an answer").expect("ada").id;
    let code = movies_diary::accounts::issue_link(
        &app.state.db,
        &app.state.clock,
        LinkPurpose::Reset,
        Some(id),
        None,
    );
    let code = code.await.expect("a code");
    let fields = [("code", code.expose()), ("password", PASSWORD)];
    client
        .post("/reset", &fields)
        .await
        .expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn stored_values_are_no_credentials() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    let invite = ada
        .post_and_follow("/admin/invites", &[])
        .await
        .texts("#link")
        .remove(0);
    let stored = all_stored_texts(&app).await;
    let cookie = ada.cookie("session").expect("a cookie");
    let code = invite.split_once("code=").expect("a code").1;
    assert!(
        !stored
            .iter()
            .any(|text| text.contains(&cookie) || text.contains(code))
    );
    for text in stored {
        let eve = app.visitor();
        if text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b";,\"\\".contains(&byte))
        {
            eve.set_cookie("session", &text);
        }
        let bearer = format!("Bearer {}", text.escape_default());
        let eve = eve.header("authorization", &bearer);
        assert!(!eve.is_signed_in().await, "{text}");
        let page = eve
            .get(format!("/register?{}", encode_form(&[("code", &text)])))
            .await;
        assert_eq!(page.status, 404, "{text}");
    }
}

async fn all_stored_texts(app: &App) -> Vec<String> {
    let db = app.state.db.reader();
    let mut texts = Vec::new();
    for (table, columns) in [
        ("session", "secret_hash, data, user_agent"),
        ("one_time_link", "code_hash, purpose"),
        ("member", "username, password_hash, display_name"),
        ("site", "tag_authority, time_zone"),
    ] {
        let all = Statement::from_string(
            db.get_database_backend(),
            format!("SELECT {columns} FROM {table}"),
        );
        for row in db.query_all_raw(all).await.expect("rows") {
            for column in columns.split(", ") {
                texts.push(row.try_get::<String>("", column).expect("a text"));
            }
        }
    }
    assert!(texts.len() > 8);
    texts
}

#[tokio::test]
async fn session_cookies_have_their_attributes() {
    for (settings, name, secure) in [
        (vec![], "session", false),
        (
            vec![("BASE_URL", "https://diary.example")],
            "__Host-session",
            true,
        ),
    ] {
        let app = App::start_with(&settings).await;
        let ada = app.member("ada").await;
        assert!(ada.cookie(name).is_some());
        let fields = [("username", "ada"), ("password", PASSWORD)];
        let set = ada.post("/login", &fields).await;
        let taken_back = ada.post("/logout", &[]).await;
        for answer in [set, taken_back] {
            let cookie = answer.header("set-cookie");
            assert!(cookie.starts_with(&format!("{name}=")), "{cookie}");
            for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(cookie.contains(attribute), "{cookie}");
            }
            assert_eq!(cookie.contains("Secure"), secure, "{cookie}");
        }
    }
}

/// Pages of the member leave the browser's cache, but reviews that wait to be sent stay.
#[tokio::test]
async fn signing_out_clears_the_cache_and_nothing_else() {
    let app = App::start().await;
    app.admin("boss").await;
    let ada = app.member("ada").await;
    for client in [ada.clone(), ada.htmx()] {
        ada.sign_in("ada").await;
        let answer = client.post("/logout", &[]).await;
        assert_eq!(answer.header("clear-site-data"), "\"cache\"");
    }
    ada.sign_in("ada").await;
    let wrong = ada
        .post("/settings/deletion", &[("password", "a wrong one")])
        .await;
    assert!(!wrong.headers.contains_key("clear-site-data"));
    let deleted = ada
        .post("/settings/deletion", &[("password", PASSWORD)])
        .await;
    let deleted = deleted.expect(StatusCode::SEE_OTHER);
    assert_eq!(deleted.header("clear-site-data"), "\"cache\"");
}

#[tokio::test]
async fn an_invalid_cookie_is_anonymous() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let good = ada.cookie("session").expect("a cookie");
    let mut mutated = vec![
        String::new(),
        "x".repeat(4000),
        "%00".to_owned(),
        "null".to_owned(),
    ];
    mutated.extend((0..good.len()).map(|at| {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
        String::from_utf8(bytes).expect("ascii")
    }));
    for value in mutated {
        let eve = app.visitor();
        eve.set_cookie("session", &value);
        let page = eve.get("/").await.expect(StatusCode::OK);
        // The last character of the encoding has unused bits.
        if value[..value.len().min(20)] != good[..20] {
            assert!(page.has("a[href='/login']"), "{value}");
        }
    }
}

#[tokio::test]
async fn a_session_lives_for_thirty_idle_days() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for _ in 0..3 {
        app.state.clock.advance(TimeDelta::days(29));
        assert!(ada.is_signed_in().await, "each visit lets it live on");
    }
    app.state.clock.advance(TimeDelta::days(31));
    assert!(!ada.is_signed_in().await);
}

#[tokio::test]
async fn sessions_are_extended_once_a_day() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ada.get("/").await;
    assert!(!ada.get("/").await.headers.contains_key("set-cookie"));
    app.state.clock.advance(TimeDelta::days(1));
    assert!(ada.get("/").await.headers.contains_key("set-cookie"));
    assert!(!ada.get("/").await.headers.contains_key("set-cookie"));
}

/// Of two concurrent changes the second is refused, so that somebody with the old password does not
/// keep access.
#[tokio::test]
async fn one_of_two_concurrent_password_changes_succeeds() {
    let app = App::start().await;
    let owner = app.member("ada").await;
    let thief = app.visitor();
    thief.sign_in("ada").await;
    let change = |client: TestClient, new: &'static str| {
        tokio::spawn(async move {
            let fields = [("current_password", PASSWORD), ("new_password", new)];
            client.post("/settings/password", &fields).await.status
        })
    };
    let changes = [
        change(owner, "words of the owner"),
        change(thief, "words of the thief"),
    ];
    let mut changed = 0;
    for change in changes {
        changed += u32::from(change.await.expect("an answer") == 303);
    }
    assert_eq!(changed, 1);
}

/// Permissions are checked when the request is complete, not when it begins.
#[tokio::test]
async fn a_request_completed_after_the_sign_out_does_nothing() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let ada = app.admin("ada").await;
    let id = movies_diary::accounts::queries::find_by_username(&app.state.db, "ada").await;
    let id = id.expect("an answer").expect("ada").id;
    let review = [
        ("key", "0123456789abcdef"),
        ("title", "Heat"),
        ("year", "1995"),
        ("day_unknown", "on"),
        ("visibility", "public"),
    ];
    let promote = format!("/admin/members/{id}/promotion");
    let enable = format!("/admin/members/{id}/enabling");
    let pending = [
        ada.start_post("/reviews", &review),
        ada.start_post(&promote, &[]),
        ada.start_post(&enable, &[]),
        ada.start_post("/admin/invites", &[]),
        ada.start_post("/settings/visibility", &[("visibility", "public")]),
    ];
    // All requests have begun by now.
    tokio::task::yield_now().await;
    boss.get("/").await;
    for action in ["demotion", "disabling"] {
        let path = format!("/admin/members/{id}/{action}");
        boss.post(path, &[]).await.expect(StatusCode::SEE_OTHER);
    }
    for held in pending {
        assert_eq!(held.finish().await.status, 401);
    }
    assert!(app.visitor().get("/").await.titles().is_empty());
    let back = app.visitor().try_to_sign_in("ada", PASSWORD).await;
    back.expect(StatusCode::UNPROCESSABLE_ENTITY);
}
