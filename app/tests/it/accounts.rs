//! Accounts and sessions, by their properties.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use movies_diary::web::client_address;
use sea_orm::{ConnectionTrait, Statement};

use crate::support::client::encode;
use crate::support::{App, Client, PASSWORD, Review};

const OTHER_PASSWORD: &str = "another four unrelated words";

#[tokio::test]
async fn registration_is_closed_unless_it_is_opened() {
    let closed = App::start().await;
    let visitor = closed.visitor();
    visitor.get("/register").await.expect(StatusCode::NOT_FOUND);
    let fields = [("username", "eve"), ("password", PASSWORD)];
    visitor
        .post("/register", &fields)
        .await
        .expect(StatusCode::NOT_FOUND);
    assert!(!visitor.get("/").await.has("a[href='/register']"));

    let open = App::with(&[("ALLOW_REGISTRATION", "true")]).await;
    let visitor = open.visitor();
    let form = visitor
        .get("/register")
        .await
        .form("form[action='/register']");
    let form = form
        .set("username", "grace")
        .set("password", PASSWORD)
        .set("time_zone", "America/New_York");
    visitor.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert!(visitor.is_signed_in().await);
    visitor.get("/admin").await.expect(StatusCode::NOT_FOUND);
    let settings = visitor.get("/settings").await;
    let profile = settings.form("form[action='/settings/profile']");
    assert_eq!(profile.value("time_zone"), Some("America/New_York"));
}

#[tokio::test]
async fn a_taken_username_is_told_beside_its_field_whatever_its_case() {
    let app = App::with(&[("ALLOW_REGISTRATION", "true")]).await;
    app.member("grace").await;
    let visitor = app.visitor();
    let form = visitor
        .get("/register")
        .await
        .form("form[action='/register']");
    for name in ["grace", "GRACE", " Grace "] {
        let form = form.clone().set("username", name).set("password", PASSWORD);
        let answer = visitor
            .submit(&form)
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.has("#username-error"), "{name}");
        let described = answer.attributes("#username", "aria-describedby");
        assert!(described[0].contains("username-error"), "{described:?}");
    }
}

#[tokio::test]
async fn signing_in_leads_back_to_where_one_was_going() {
    let app = App::start().await;
    app.member("ada").await;
    let visitor = app.visitor();
    let refused = visitor.get("/reviews/new?q=heat&by_hand=1").await;
    let sign_in = visitor.follow(&refused).await;
    let form = sign_in.form("form[action='/login']");
    let wrong = form
        .clone()
        .set("username", "ada")
        .set("password", "wrong password");
    let answer = visitor
        .submit(&wrong)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    let form = answer.form("form[action='/login']");
    assert_eq!(
        form.value("username"),
        Some("ada"),
        "what was typed is kept"
    );
    let answer = visitor.submit(&form.set("password", PASSWORD)).await;
    let page = visitor.follow(&answer).await;
    assert_eq!(page.form("form.review").value("title"), Some("heat"));
}

#[tokio::test]
async fn next_never_leads_to_another_site() {
    let app = App::start().await;
    app.member("ada").await;
    for next in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:1",
    ] {
        let visitor = app.visitor();
        let fields = [("username", "ada"), ("password", PASSWORD), ("next", next)];
        let answer = visitor
            .post("/login", &fields)
            .await
            .expect(StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), "/", "{next}");
    }
}

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

/// A6: the same answer, for the same work.
#[tokio::test]
async fn an_unknown_a_disabled_and_a_mistyped_account_look_the_same() {
    let app = App::start().await;
    app.member("ada").await;
    app.member("off").await;
    let boss = app.admin("boss").await;
    let off = movies_diary::accounts::queries::by_username(&app.state.db, "off").await;
    let off = off.expect("an answer").expect("a member").id;
    let path = format!("/admin/members/{off}/disabling");
    boss.post(path, &[]).await.expect(StatusCode::SEE_OTHER);

    let mut answers = Vec::new();
    for (username, password) in [
        ("ada", "wrong password"),
        ("bob", PASSWORD),
        ("off", PASSWORD),
    ] {
        let before = app.state.hasher.count();
        let answer = app.visitor().try_to_sign_in(username, password).await;
        assert_eq!(
            app.state.hasher.count() - before,
            1,
            "one hash for {username}"
        );
        answers.push((answer.status, answer.body.replace(username, "…")));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

/// A7
#[tokio::test]
async fn guesses_from_many_addresses_are_slowed_down() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let mut evaluated = 0;
    for guess in 0..30 {
        let answer = app
            .visitor()
            .try_to_sign_in("ada", &format!("guess number {guess}"))
            .await;
        match answer.status {
            422 => evaluated += 1,
            429 => {
                let wait: u64 = answer.header("retry-after").parse().expect("seconds");
                assert!((1..=60).contains(&wait), "slowed down, not locked: {wait}");
            }
            other => panic!("{other}"),
        }
    }
    assert!(evaluated <= 10, "{evaluated}");
    let right = app.visitor().try_to_sign_in("ada", PASSWORD).await;
    let right = right.expect(StatusCode::TOO_MANY_REQUESTS);
    let form = right.form("form[action='/login']");
    assert_eq!(
        form.value("username"),
        Some("ada"),
        "what was typed is kept"
    );
    assert!(right.texts(".error")[0].contains("Wait"));
    // Where she signed in before, nobody keeps her out.
    ada.sign_in("ada").await;
    let fields = [
        ("current_password", PASSWORD),
        ("new_password", OTHER_PASSWORD),
    ];
    let changed = ada.post("/settings/password", &fields).await;
    changed.expect(StatusCode::SEE_OTHER);
}

/// A7
#[tokio::test]
async fn guesses_at_many_accounts_from_one_network_are_slowed_down() {
    let app = App::start().await;
    let mut evaluated = 0;
    for guess in 0..40u16 {
        // One /64 has addresses enough for everybody.
        let address = IpAddr::from([0x2001, 0xdb8, 1, 2, guess, 3, 4, 5]);
        let eve = app.visitor().at_address(address);
        let answer = eve
            .try_to_sign_in(&format!("member{guess}"), "a guess")
            .await;
        evaluated += u32::from(answer.status == 422);
    }
    assert!((1..=20).contains(&evaluated), "{evaluated}");
}

/// A8
#[test]
fn the_client_address_is_the_rightmost_hop_that_nobody_here_trusts() {
    let trusted = ["10.0.0.0/8", "192.168.1.1/32", "fd00::/8", "::1/128"]
        .map(|network| network.parse().expect("a network"));
    let cases: &[(&str, &[&str], &str)] = &[
        // Nobody in between: the header is the visitor's own words.
        ("203.0.113.7", &[], "203.0.113.7"),
        ("203.0.113.7", &["1.1.1.1"], "203.0.113.7"),
        ("203.0.113.7", &["10.0.0.1"], "203.0.113.7"),
        ("203.0.113.7", &["1.1.1.1, 2.2.2.2"], "203.0.113.7"),
        ("2001:db8::7", &["1.1.1.1"], "2001:db8::7"),
        ("192.168.1.2", &["1.1.1.1"], "192.168.1.2"),
        ("127.0.0.1", &["1.1.1.1"], "127.0.0.1"),
        ("::ffff:203.0.113.7", &[], "203.0.113.7"),
        ("::ffff:203.0.113.7", &["1.1.1.1"], "203.0.113.7"),
        ("fe80::1", &["1.1.1.1"], "fe80::1"),
        // One proxy.
        ("10.0.0.1", &["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", &[" 203.0.113.7 "], "203.0.113.7"),
        ("10.0.0.1", &["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", &["1.1.1.1,2.2.2.2,203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", &["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", &["203.0.113.7:4711"], "203.0.113.7"),
        ("10.0.0.1", &["2001:db8::7"], "2001:db8::7"),
        ("10.0.0.1", &["[2001:db8::7]:4711"], "2001:db8::7"),
        ("10.0.0.1", &["[2001:db8::7]"], "2001:db8::7"),
        ("10.0.0.1", &["::ffff:203.0.113.7"], "203.0.113.7"),
        ("::ffff:10.0.0.1", &["203.0.113.7"], "203.0.113.7"),
        ("fd00::1", &["203.0.113.7"], "203.0.113.7"),
        ("::1", &["203.0.113.7"], "203.0.113.7"),
        ("192.168.1.1", &["203.0.113.7"], "203.0.113.7"),
        // A chain of proxies.
        ("10.0.0.1", &["203.0.113.7, 10.0.0.2"], "203.0.113.7"),
        (
            "10.0.0.1",
            &["203.0.113.7, 10.0.0.2, 10.0.0.3"],
            "203.0.113.7",
        ),
        ("10.0.0.1", &["203.0.113.7", "10.0.0.2"], "203.0.113.7"),
        (
            "10.0.0.1",
            &["1.1.1.1, 203.0.113.7, 192.168.1.1"],
            "203.0.113.7",
        ),
        (
            "10.0.0.1",
            &["10.9.9.9, 203.0.113.7, 10.0.0.2"],
            "203.0.113.7",
        ),
        ("10.0.0.1", &["203.0.113.7, fd00::2"], "203.0.113.7"),
        // Nothing that helps: the last hop that is known.
        ("10.0.0.1", &[], "10.0.0.1"),
        ("10.0.0.1", &[""], "10.0.0.1"),
        ("10.0.0.1", &["unknown"], "10.0.0.1"),
        ("10.0.0.1", &["203.0.113.7, unknown"], "10.0.0.1"),
        ("10.0.0.1", &["203.0.113.7, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", &["_hidden"], "10.0.0.1"),
        ("10.0.0.1", &["203.0.113.7;by=1.1.1.1"], "10.0.0.1"),
        ("10.0.0.1", &["10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", &["203.0.113.7,"], "10.0.0.1"),
        ("10.0.0.1", &["999.1.1.1"], "10.0.0.1"),
    ];
    assert!(cases.len() >= 40);
    for (peer, values, wanted) in cases {
        let mut headers = axum::http::HeaderMap::new();
        for value in *values {
            headers.append("x-forwarded-for", value.parse().expect("a header"));
        }
        let found = client_address::find(peer.parse().expect("an address"), &headers, &trusted);
        assert_eq!(found.to_string(), *wanted, "{peer} {values:?}");
    }
}

/// A9: hashing waits in a bounded queue, and pages do not wait with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_answered_while_passwords_are_checked() {
    let app = App::start().await;
    app.member("ada").await;
    let sign_ins: Vec<_> = (0..64)
        .map(|number| {
            let visitor = app.visitor();
            let name = format!("member{number}");
            tokio::spawn(async move { visitor.try_to_sign_in(&name, "a guess").await.status })
        })
        .collect();
    let visitor = app.visitor();
    let mut pages_before_the_last_sign_in = 0;
    while sign_ins.iter().any(|sign_in| !sign_in.is_finished()) {
        visitor.get("/").await.expect(StatusCode::OK);
        pages_before_the_last_sign_in += 1;
    }
    assert!(pages_before_the_last_sign_in > 5);
    for sign_in in sign_ins {
        let status = sign_in.await.expect("an answer");
        assert!([422, 503].contains(&status), "{status}");
    }
}

/// A9
#[tokio::test]
async fn past_its_queue_hashing_is_refused_at_once() {
    let hasher = movies_diary::accounts::Hasher::default();
    let many: Vec<_> = (0..200)
        .map(|_| {
            let hasher = hasher.clone();
            tokio::spawn(async move { hasher.hash("a password".to_owned()).await.is_ok() })
        })
        .collect();
    let mut refused = 0;
    for hash in many {
        refused += u32::from(!hash.await.expect("an answer"));
    }
    // One a core but one runs, 64 wait.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let places = u32::try_from(cores.saturating_sub(1).max(1) + 64).expect("a number");
    assert!(
        refused > 0 && refused >= 200_u32.saturating_sub(2 * places),
        "{refused}"
    );
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

#[tokio::test]
async fn the_profile_is_changed_and_errors_keep_what_was_typed() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let form = ada
        .get("/settings")
        .await
        .form("form[action='/settings/profile']");
    let bad = form
        .clone()
        .set("display_name", &"x".repeat(51))
        .set("time_zone", "Mars/Base");
    let answer = ada
        .submit(&bad)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.errors().len(), 2);
    assert!(answer.body.contains(&"x".repeat(51)));
    let good = form
        .set("display_name", "Ada & Co <b>")
        .set("time_zone", "Asia/Tokyo");
    let answer = ada.submit(&good).await;
    let page = ada.follow(&answer).await;
    assert_eq!(page.texts(".saved"), ["Saved."]);
    let form = page.form("form[action='/settings/profile']");
    assert_eq!(form.value("display_name"), Some("Ada & Co <b>"));
    assert_eq!(form.value("time_zone"), Some("Asia/Tokyo"));
}

#[tokio::test]
async fn a_new_password_needs_the_current_one() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let fields = [
        ("current_password", "a guess"),
        ("new_password", OTHER_PASSWORD),
    ];
    let answer = ada.post("/settings/password", &fields).await;
    let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("#current_password-error"));
    let fields = [("current_password", PASSWORD), ("new_password", "12345678")];
    let answer = ada.post("/settings/password", &fields).await;
    let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("#new_password-error"));
    app.visitor().sign_in("ada").await;
}

#[tokio::test]
async fn a_deleted_account_takes_its_reviews_along_and_leaves_its_name_reserved() {
    let app = App::with(&[("ALLOW_REGISTRATION", "true")]).await;
    app.admin("boss").await;
    let ada = app.member("ada").await;
    let eve = app.member("eve").await;
    let gone = Review::of("Heat", 1995)
        .with("tags", "crime")
        .log(&ada)
        .await;
    let kept = Review::of("Heat", 1995).log(&eve).await;

    let wrong = ada
        .post("/settings/deletion", &[("password", "a guess")])
        .await;
    let wrong = wrong.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("#deletion-password-error"));
    eve.get(format!("/reviews/{gone}"))
        .await
        .expect(StatusCode::OK);

    let other = app.visitor();
    other.sign_in("ada").await;
    ada.post("/settings/deletion", &[("password", PASSWORD)])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(!ada.is_signed_in().await && !other.is_signed_in().await);
    for path in [format!("/reviews/{gone}"), "/users/ada".to_owned()] {
        eve.get(path).await.expect(StatusCode::NOT_FOUND);
    }
    eve.get(format!("/reviews/{kept}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(eve.get("/").await.titles(), ["Heat"]);

    let form = app
        .visitor()
        .get("/register")
        .await
        .form("form[action='/register']");
    let form = form.set("username", "ada").set("password", PASSWORD);
    let answer = app
        .visitor()
        .submit(&form)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("#username-error"));
}

#[tokio::test]
async fn the_last_admin_cannot_go() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let answer = boss
        .post("/settings/deletion", &[("password", PASSWORD)])
        .await;
    let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.texts("#deletion-password-error")[0].contains("last admin"));
    assert!(boss.is_signed_in().await);
}

/// Nobody keeps a browser waiting for a password for ever.
#[tokio::test]
async fn a_password_of_a_megabyte_is_refused_before_it_is_hashed() {
    let app = App::start().await;
    let visitor = app.visitor();
    let huge = "x".repeat(1024 * 1024);
    let answer = tokio::time::timeout(Duration::from_secs(5), visitor.try_to_sign_in("ada", &huge));
    answer
        .await
        .expect("an answer")
        .expect(StatusCode::PAYLOAD_TOO_LARGE);
}

/// A7: one address alone cannot use an account's tries up.
#[tokio::test]
async fn one_guesser_keeps_nobody_out() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let eve = app.visitor();
    for _ in 0..15 {
        eve.try_to_sign_in("ada", "a guess").await;
    }
    eve.try_to_sign_in("ada", PASSWORD)
        .await
        .expect(StatusCode::TOO_MANY_REQUESTS);
    app.visitor().sign_in("ada").await;
    assert!(ada.is_signed_in().await);
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
