//! Sessions, by their properties.

use std::net::IpAddr;

use axum::http::StatusCode;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Statement};

use crate::support::client::encode;
use crate::support::{App, Client, PASSWORD};

const OTHER_PASSWORD: &str = "another four unrelated words";

/// A1
#[tokio::test]
async fn each_sign_in_has_a_new_session_and_ends_the_one_before() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let first = ada.cookie("session").expect("a cookie");
    let old = ada.copy();
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

async fn change_password(client: &Client, current: &str, new: &str) {
    let fields = [("current_password", current), ("new_password", new)];
    let answer = client.post("/settings/password", &fields).await;
    answer.expect(StatusCode::SEE_OTHER);
}

/// A2
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

/// A3
#[tokio::test]
async fn a_request_under_way_never_revives_a_session_that_signed_out() {
    let app = App::start().await;
    for round in 0..20 {
        let ada = match round {
            0 => app.member("ada").await,
            _ => {
                let again = app.visitor().at_address(IpAddr::from([10, 9, 0, round]));
                session_without_a_password(&app, &again).await;
                again
            }
        };
        // The next page of each writes: it is another day.
        app.state.clock.advance(TimeDelta::days(1));
        let (other, leaving) = (ada.copy(), ada.copy());
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

/// Signs in as ada through a reset link, which counts no tries at the account.
async fn session_without_a_password(app: &App, client: &Client) {
    use entity::one_time_link::Purpose;
    let ada = movies_diary::accounts::queries::by_username(&app.state.db, "ada").await;
    let id = ada.expect("an answer").expect("ada").id;
    let code = movies_diary::accounts::issue_link(
        &app.state.db,
        &app.state.clock,
        Purpose::Reset,
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

/// A4
#[tokio::test]
async fn nothing_that_is_stored_opens_anything() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    let invite = ada
        .post("/admin/invites", &[])
        .await
        .attributes("#link", "value")
        .remove(0);
    let stored = every_stored_text(&app).await;
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
            .get(format!("/register?{}", encode(&[("code", &text)])))
            .await;
        assert_eq!(page.status, 404, "{text}");
    }
}

async fn every_stored_text(app: &App) -> Vec<String> {
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

/// A5
#[tokio::test]
async fn cookies_carry_their_attributes_when_set_and_when_taken_back() {
    for (settings, name, secure) in [
        (vec![], "session", false),
        (
            vec![("BASE_URL", "https://diary.example")],
            "__Host-session",
            true,
        ),
    ] {
        let app = App::with(&settings).await;
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

#[tokio::test]
async fn a_mutated_cookie_is_nobody_and_no_error() {
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
        // The last character holds bits that mean nothing.
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
async fn pages_do_not_write_but_once_a_day() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ada.get("/").await;
    assert!(!ada.get("/").await.headers.contains_key("set-cookie"));
    app.state.clock.advance(TimeDelta::days(1));
    assert!(ada.get("/").await.headers.contains_key("set-cookie"));
    assert!(!ada.get("/").await.headers.contains_key("set-cookie"));
}

/// A2: of two who change the password at once, the second is refused, so that whoever
/// has the old one does not outlive the change.
#[tokio::test]
async fn a_password_is_changed_only_while_the_old_one_holds() {
    let app = App::start().await;
    let owner = app.member("ada").await;
    let thief = app.visitor();
    thief.sign_in("ada").await;
    let change = |client: Client, new: &'static str| {
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

/// A2: who somebody is counts when their request is whole, not when it begins.
#[tokio::test]
async fn a_request_held_back_does_nothing_after_the_sign_out() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let ada = app.admin("ada").await;
    let id = movies_diary::accounts::queries::by_username(&app.state.db, "ada").await;
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
    let held = [
        ada.hold_post("/reviews", &review),
        ada.hold_post(&promote, &[]),
        ada.hold_post(&enable, &[]),
        ada.hold_post("/admin/invites", &[]),
        ada.hold_post("/settings/visibility", &[("visibility", "public")]),
    ];
    // All of them have begun.
    tokio::task::yield_now().await;
    boss.get("/").await;
    for action in ["demotion", "disabling"] {
        let path = format!("/admin/members/{id}/{action}");
        boss.post(path, &[]).await.expect(StatusCode::SEE_OTHER);
    }
    for held in held {
        assert_eq!(held.finish().await.status, 401);
    }
    assert!(app.visitor().get("/").await.titles().is_empty());
    let back = app.visitor().try_to_sign_in("ada", PASSWORD).await;
    back.expect(StatusCode::UNPROCESSABLE_ENTITY);
}
