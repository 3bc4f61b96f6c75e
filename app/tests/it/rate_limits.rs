//! Limits on guessing passwords and tokens, the client address that they count by, and the cost of
//! hashing.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::StatusCode;
use movies_diary::web::client_address;

use crate::support::api_client::api_client_of;
use crate::support::{ApiClient, App, PASSWORD, TestResponse};

const OTHER_PASSWORD: &str = "another four unrelated words";

/// Each attempt gets the same answer and computes one hash, so that the time is the same, too.
#[tokio::test]
async fn an_unknown_a_disabled_and_a_mistyped_account_look_the_same() {
    let app = App::start().await;
    app.member("ada").await;
    app.member("off").await;
    let boss = app.admin("boss").await;
    let off = movies_diary::accounts::queries::find_by_username(&app.state.db, "off").await;
    let off = off.expect("an answer").expect("a member").id;
    let path = format!("/admin/members/{off}/disabling");
    boss.post(path, &[]).await.expect(StatusCode::SEE_OTHER);

    let mut answers = Vec::new();
    for (username, password) in [
        ("ada", "wrong password"),
        ("bob", PASSWORD),
        ("off", PASSWORD),
    ] {
        let before = app.state.hasher.started_count();
        let answer = app.visitor().try_to_sign_in(username, password).await;
        assert_eq!(
            app.state.hasher.started_count() - before,
            1,
            "one hash for {username}"
        );
        answers.push((answer.status, answer.body.replace(username, "…")));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

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
    // She signed in from this address before, so the limit does not apply to it.
    ada.sign_in("ada").await;
    let fields = [
        ("current_password", PASSWORD),
        ("new_password", OTHER_PASSWORD),
    ];
    let changed = ada.post("/settings/password", &fields).await;
    changed.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn guesses_at_many_accounts_from_one_network_are_slowed_down() {
    let app = App::start().await;
    let mut evaluated = 0;
    for guess in 0..40u16 {
        // One attacker may have all addresses of a /64 network.
        let address = IpAddr::from([0x2001, 0xdb8, 1, 2, guess, 3, 4, 5]);
        let eve = app.visitor().with_address(address);
        let answer = eve
            .try_to_sign_in(&format!("member{guess}"), "a guess")
            .await;
        evaluated += u32::from(answer.status == 422);
    }
    assert!((1..=20).contains(&evaluated), "{evaluated}");
}

#[test]
fn the_client_address_is_the_rightmost_untrusted_hop() {
    let trusted = ["10.0.0.0/8", "192.168.1.1/32", "fd00::/8", "::1/128"]
        .map(|network| network.parse().expect("a network"));
    let cases: &[(&str, &[&str], &str)] = &[
        // No trusted proxy in between: the visitor can put anything in the header.
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
        // No usable header: the last known hop counts.
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
    for (peer, values, expected) in cases {
        let mut headers = axum::http::HeaderMap::new();
        for value in *values {
            headers.append("x-forwarded-for", value.parse().expect("a header"));
        }
        let found = client_address::resolve_client_ip(
            peer.parse().expect("an address"),
            &headers,
            &trusted,
        );
        assert_eq!(found.to_string(), *expected, "{peer} {values:?}");
    }
}

/// Hashing waits in a bounded queue of its own, so pages do not wait for it.
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

#[tokio::test]
async fn hashing_past_its_queue_is_refused_at_once() {
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
    // All cores but one hash, at least one, and 64 passwords wait.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let places = u32::try_from(cores.saturating_sub(1).max(1) + 64).expect("a number");
    assert!(
        refused > 0 && refused >= 200_u32.saturating_sub(2 * places),
        "{refused}"
    );
}

/// A huge password would keep the hasher busy.
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

/// One address alone cannot use up an account's attempts.
#[tokio::test]
async fn one_guesser_does_not_lock_the_account() {
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

/// The limits are requests per minute.
async fn app_with_limits(by_address: &str, by_token: &str) -> App {
    App::start_with(&[
        ("API_REQUESTS_PER_MINUTE_BY_ADDRESS", by_address),
        ("API_REQUESTS_PER_MINUTE_BY_TOKEN", by_token),
    ])
    .await
}

/// An API client with its own token and its own address.
async fn api_client_by_name(app: &App, username: &str) -> ApiClient {
    let member = app.member(username).await;
    api_client_of(app, &member, "read").await
}

/// A 429 that says when to try again.
fn assert_rate_limited(answer: &TestResponse) {
    assert_eq!(answer.status, 429, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["status"], 429);
    assert_eq!(problem["title"], "Too many requests");
    let detail = problem["detail"].as_str().expect("what to do");
    assert!(detail.starts_with("Wait "), "{detail}");
    let wait: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=20).contains(&wait), "{wait}");
    let expected = format!("r=0;t={wait}");
    let left = answer.header("ratelimit");
    assert!(left.contains(&expected), "{expected} is missing in {left}");
}

#[tokio::test]
async fn each_token_has_a_limit_and_reports_what_is_left() {
    let app = app_with_limits("6", "3").await;
    let ada = api_client_by_name(&app, "ada").await;
    let policies = r#""address";q=6;w=60, "token";q=3;w=60"#;
    for (of_address, of_token) in [(5, 2), (4, 1), (3, 0)] {
        let answer = ada.get("/api/me").await.expect(StatusCode::OK);
        assert_eq!(answer.header("ratelimit-policy"), policies);
        let left = format!(r#""address";r={of_address};t=10, "token";r={of_token};t=20"#);
        assert_eq!(answer.header("ratelimit"), left);
        assert!(!answer.headers.contains_key("retry-after"));
    }
    assert_rate_limited(&ada.get("/api/me").await);
    // From another address it is still the same token.
    let elsewhere = ada.http_client().with_address(IpAddr::from([192, 0, 2, 1]));
    assert_rate_limited(&elsewhere.get("/api/me").await);

    let bob = api_client_by_name(&app, "bob").await;
    let beside = bob.http_client().with_address(IpAddr::from([192, 0, 2, 1]));
    beside.get("/api/me").await.expect(StatusCode::OK);
    // Without a token only the address counts, and pages do not count at all.
    let anybody = elsewhere.header("authorization", "");
    assert_eq!(anybody.get("/api/me").await.status, 401);
    let page = ada
        .http_client()
        .get("/movies")
        .await
        .expect(StatusCode::OK);
    assert!(!page.headers.contains_key("ratelimit"));
}

#[tokio::test]
async fn guessing_tokens_is_limited_by_network() {
    let app = app_with_limits("3", "100").await;
    let ada = api_client_by_name(&app, "ada").await;
    // One attacker may have all addresses of a /64 network.
    let at = |last: u16| IpAddr::from([0x2001, 0xdb8, 1, 3, 0, 0, 0, last]);
    let eve = app.api_client();
    for guess in 0..3 {
        let tried = eve.with_token(&format!("moviesdiary_guess{guess}"));
        let answer = tried
            .http_client()
            .with_address(at(guess))
            .get("/api/me")
            .await;
        assert_eq!(answer.status, 401);
        let left = format!(r#""address";r={};t=20"#, 2 - guess);
        assert_eq!(answer.header("ratelimit"), left);
    }
    let right = ada.http_client().with_address(at(7));
    for path in ["/api/me", "/api/openapi.json", "/api/nowhere"] {
        assert_rate_limited(&right.get(path).await);
    }
    // None of it counts against Ada's address or token.
    let answer = ada.get("/api/me").await.expect(StatusCode::OK);
    let left = r#""address";r=2;t=20, "token";r=99;t=1"#;
    assert_eq!(answer.header("ratelimit"), left);
}

#[tokio::test]
async fn rate_limit_headers_are_exposed_to_other_sites() {
    let app = app_with_limits("1", "1").await;
    let elsewhere = app.api_client().header("origin", "https://elsewhere.test");
    elsewhere
        .get("/api/openapi.json")
        .await
        .expect(StatusCode::OK);
    let refused = elsewhere.get("/api/openapi.json").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    let exposed = refused.header("access-control-expose-headers");
    for name in ["link", "retry-after", "ratelimit", "ratelimit-policy"] {
        assert!(
            exposed.split(',').any(|one| one == name),
            "{name}: {exposed}"
        );
    }
}
