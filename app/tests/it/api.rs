//! The API's sign-in, tokens, account and error responses.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::api_client::create_token;
use crate::support::{ApiClient, App, PASSWORD, TestResponse};

async fn sign_in_client(app: &App, username: &str) -> ApiClient {
    let answer = send_sign_in(&app.api_client(), username, PASSWORD).await;
    let token = answer.expect(StatusCode::OK).json();
    app.api_client()
        .with_token(token["token"].as_str().expect("a token"))
}

async fn send_sign_in(program: &ApiClient, username: &str, password: &str) -> TestResponse {
    let body = json!({ "username": username, "password": password });
    program.post("/api/auth/login", &body).await
}

/// Whether `time` is `from_now` away from now, give or take a minute.
fn is_about(app: &App, time: DateTime<Utc>, from_now: TimeDelta) -> bool {
    (time - app.state.clock.now() - from_now).abs() < TimeDelta::minutes(1)
}

async fn is_accepted(program: &ApiClient) -> bool {
    match program.get("/api/me").await.status {
        200 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_program_signs_in_and_out() {
    let app = App::start().await;
    app.member("ada").await;
    let answer = send_sign_in(&app.api_client(), "Ada", PASSWORD).await;
    let body = answer.expect(StatusCode::OK).json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["scope"], "write");
    let ends: DateTime<Utc> = body["expires_at"]
        .as_str()
        .and_then(|end| end.parse().ok())
        .expect("a time");
    assert!(is_about(&app, ends, TimeDelta::days(30)));
    let token = body["token"].as_str().expect("a token");
    assert!(token.starts_with("moviesdiary_"), "{token}");

    let ada = app.api_client().with_token(token);
    let me = ada.get("/api/me").await.json();
    assert_eq!(me["username"], "ada");
    assert_eq!(me["diary_visibility"], "public");
    assert_eq!(me["is_admin"], false);
    ada.post("/api/auth/logout", &Value::Null)
        .await
        .expect(StatusCode::NO_CONTENT);
    assert!(!is_accepted(&ada).await);
}

/// Both get the same answer, so that nobody learns who has an account.
#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_get_the_same_answer() {
    let app = App::start().await;
    app.member("ada").await;
    let wrong = send_sign_in(&app.api_client(), "ada", "not this one").await;
    let unknown = send_sign_in(&app.api_client(), "nobody", "not this one").await;
    assert_eq!(wrong.status, 401);
    assert_eq!(wrong.header("content-type"), "application/problem+json");
    assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
}

/// Attempts by API clients and by browsers count together.
#[tokio::test]
async fn sign_in_attempts_are_limited() {
    let app = App::start().await;
    app.member("ada").await;
    let program = app.api_client();
    let mut last = send_sign_in(&program, "ada", "not this one").await;
    for _ in 0..30 {
        last = send_sign_in(&program, "ada", "not this one").await;
    }
    assert_eq!(last.status, 429);
    assert!(last.header("retry-after").parse::<u32>().is_ok());
    let page = program.http_client().try_to_sign_in("ada", PASSWORD).await;
    assert_eq!(page.status, 429);
}

#[tokio::test]
async fn registration_needs_to_be_open() {
    let body = json!({ "username": "ada", "password": PASSWORD, "time_zone": "Europe/Lisbon" });
    let closed = App::start().await;
    let answer = closed.api_client().post("/api/auth/register", &body).await;
    answer.expect(StatusCode::NOT_FOUND);

    let open = App::start_with(&[("ALLOW_REGISTRATION", "true")]).await;
    let answer = open.api_client().post("/api/auth/register", &body).await;
    let made = answer.expect(StatusCode::CREATED);
    let told = made.json();
    let ada = open
        .api_client()
        .with_token(told["token"].as_str().expect("a token"));
    let member = ada.get(made.header("location")).await;
    assert_eq!(member.expect(StatusCode::OK).json()["username"], "ada");
    let me = ada.get("/api/me").await.json();
    assert_eq!(me["time_zone"], "Europe/Lisbon");
    assert_eq!(me["is_admin"], false);

    let taken = open.api_client().post("/api/auth/register", &body).await;
    let problem = taken.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(problem["errors"][0]["field"], "username");
    // Nobody can make themselves an admin.
    let admin = json!({ "username": "eve", "password": PASSWORD, "role": "admin" });
    let refused = open.api_client().post("/api/auth/register", &admin).await;
    let problem = refused.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|told| told.contains("role"))
    );
}

/// Signing out everywhere, changing the password and disabling the account revoke all tokens.
#[tokio::test]
async fn signing_out_everywhere_revokes_all_tokens() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let ada = app.member("ada").await;
    let fields = [
        ("current_password", PASSWORD),
        ("new_password", "some other words"),
    ];

    let (by_hand, by_login) = (
        create_token(&ada, "read").await,
        sign_in_client(&app, "ada").await,
    );
    let by_hand = app.api_client().with_token(&by_hand.token);
    assert!(is_accepted(&by_hand).await && is_accepted(&by_login).await);
    let answer = ada.post("/settings/sessions/ending", &[]).await;
    answer.expect(StatusCode::SEE_OTHER);
    assert!(!is_accepted(&by_hand).await && !is_accepted(&by_login).await);
    assert!(ada.is_signed_in().await);

    let program = sign_in_client(&app, "ada").await;
    let bosses = sign_in_client(&app, "boss").await;
    let answer = ada.post("/settings/password", &fields).await;
    answer.expect(StatusCode::SEE_OTHER);
    assert!(!is_accepted(&program).await, "the password was changed");
    assert!(is_accepted(&bosses).await, "nobody else’s was");

    let token = create_token(&ada, "write").await;
    let program = app.api_client().with_token(&token.token);
    let members = boss.get("/admin").await;
    let disable = members.form("form[action$='/disabling']").action;
    boss.post(&disable, &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(!is_accepted(&program).await, "the account was disabled");
    let enable = disable.replace("disabling", "enabling");
    boss.post(&enable, &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(!is_accepted(&program).await, "and stays so when it is back");
}

/// The database stores only hashes, and a hash is not accepted as a token.
#[tokio::test]
async fn a_token_is_stored_only_as_a_hash() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let made = create_token(&ada, "write").await;
    let db = app.state.db.reader();
    let stored = db
        .query_one_raw(Statement::from_string(
            db.get_database_backend(),
            "SELECT secret_hash FROM api_token",
        ))
        .await
        .expect("an answer")
        .expect("a row");
    let stored: String = stored.try_get_by_index(0).expect("a text");
    assert!(!stored.contains(&made.token) && !made.token.contains(&stored));
    for tried in [stored.clone(), format!("moviesdiary_{stored}")] {
        assert!(!is_accepted(&app.api_client().with_token(&tried)).await);
    }
    assert!(is_accepted(&app.api_client().with_token(&made.token)).await);
    // The token is shown once more after a reload.
    assert!(ada.get("/settings/tokens").await.body.contains(&made.token));
    let page = ada.get("/settings/tokens").await;
    assert!(!page.body.contains(&made.token));
}

#[tokio::test]
async fn a_token_expires_and_is_swept() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let fields = [("name", "For a month"), ("scope", "read"), ("days", "30")];
    let page = ada.post_and_follow("/settings/tokens", &fields).await;
    let token = page.texts("#token").remove(0);
    let program = app.api_client().with_token(&token);
    assert!(is_accepted(&program).await);
    let token_line = page.texts("#tokens li").remove(0);
    assert!(token_line.contains("not used yet"), "{token_line}");
    let last_day = (app.state.clock.now() + TimeDelta::days(30)).format("%-d %b %Y");
    assert!(
        token_line.contains(&format!("valid until {last_day}")),
        "{token_line}"
    );
    let page = ada.get("/settings/tokens").await;
    assert!(
        page.texts("#tokens li")[0].contains("last used"),
        "{}",
        page.body
    );

    app.state.clock.advance(TimeDelta::days(30));
    assert!(!is_accepted(&program).await);
    let swept = movies_diary::background::sweep_all(&app.state).await;
    assert_eq!(
        swept.expect("swept").accounts,
        3,
        "the token, and ada’s session and address"
    );
}

/// A token created by a token does not outlive it.
#[tokio::test]
async fn a_token_cannot_create_one_that_outlives_it() {
    let app = App::start().await;
    app.member("ada").await;
    let program = sign_in_client(&app, "ada").await;
    let made = program
        .post(
            "/api/me/tokens",
            &json!({ "name": "Phone", "scope": "read" }),
        )
        .await
        .expect(StatusCode::CREATED)
        .json();
    let end: DateTime<Utc> = made["expires_at"]
        .as_str()
        .and_then(|end| end.parse().ok())
        .expect("a time");
    assert!(is_about(&app, end, TimeDelta::days(30)));
    for (end, why) in [
        (end + TimeDelta::seconds(1), "later"),
        (end - TimeDelta::days(31), "passed"),
    ] {
        let body = json!({ "name": "Phone", "scope": "read", "expires_at": end });
        let refused = program.post("/api/me/tokens", &body).await;
        let problem = refused.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
        assert_eq!(problem["errors"][0]["field"], "expires_at");
        let detail = problem["errors"][0]["detail"].as_str().expect("a text");
        assert!(detail.contains(why), "{detail}");
    }
    let listed = program.get("/api/me/tokens").await.json();
    let names: Vec<_> = listed["tokens"]
        .as_array()
        .expect("tokens")
        .iter()
        .map(|token| (token["name"].clone(), token["is_personal"].clone()))
        .collect();
    assert_eq!(names[0], (json!("Phone"), json!(true)));
    assert_eq!(names[1].1, json!(false));
}

/// With `If-Match`, one of several concurrent changes wins. Without it, concurrent changes of
/// different fields are all kept.
#[tokio::test]
async fn concurrent_account_changes_lose_nothing() {
    let app = App::start().await;
    app.member("ada").await;
    let program = sign_in_client(&app, "ada").await;
    let changes = [
        json!({ "display_name": "Ada L." }),
        json!({ "time_zone": "Europe/Lisbon" }),
        json!({ "diary_visibility": "members" }),
    ];
    let sent = changes
        .iter()
        .map(|change| program.patch("/api/me", change));
    for answer in join_all(sent).await {
        answer.expect(StatusCode::OK);
    }
    let me = program.get("/api/me").await;
    assert_eq!(me.json()["display_name"], "Ada L.");
    assert_eq!(me.json()["time_zone"], "Europe/Lisbon");
    assert_eq!(me.json()["diary_visibility"], "members");

    let fits = program.header("if-match", me.header("etag"));
    let names = ["A", "B", "C", "D", "E", "F"].map(|name| json!({ "display_name": name }));
    let sent = names.iter().map(|name| fits.patch("/api/me", name));
    let taken = join_all(sent).await;
    let is_taken = |answer: &&TestResponse| answer.status == 200;
    assert_eq!(taken.iter().filter(is_taken).count(), 1);
}

#[tokio::test]
async fn a_patch_changes_only_the_given_fields() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = sign_in_client(&app, "ada").await;
    let before = program.get("/api/me").await;
    let tag = before.header("etag").to_owned();

    let change = json!({ "display_name": "Ada L.", "diary_visibility": "members" });
    let changed = program
        .header("if-match", &tag)
        .patch("/api/me", &change)
        .await
        .expect(StatusCode::OK);
    let me = changed.json();
    assert_eq!(me["display_name"], "Ada L.");
    assert_eq!(me["diary_visibility"], "members");
    assert_eq!(me["time_zone"], before.json()["time_zone"]);
    assert_ne!(changed.header("etag"), tag);
    // The settings page shows the change.
    assert!(ada.get("/settings").await.body.contains("Ada L."));

    let stale = program
        .header("if-match", &tag)
        .patch("/api/me", &change)
        .await;
    stale.expect(StatusCode::PRECONDITION_FAILED);
    let back = program
        .patch("/api/me", &json!({ "display_name": null }))
        .await;
    assert_eq!(back.json()["display_name"], "ada");
    let zone = program
        .patch("/api/me", &json!({ "time_zone": "Mars/Olympus" }))
        .await;
    let problem = zone.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(problem["errors"][0]["field"], "time_zone");
    let detail = problem["errors"][0]["detail"].as_str().expect("a text");
    assert!(detail.contains("Europe/Lisbon"), "{detail}");
    for body in [
        json!({ "role": "admin" }),
        json!({ "id": 7 }),
        json!({ "diary_visibility": "all" }),
    ] {
        let refused = program.patch("/api/me", &body).await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn every_error_is_a_problem_document() {
    let app = App::start().await;
    let program = app.api_client();
    let kinds = [
        (program.get("/api/nowhere").await, 404),
        (program.get("/api").await, 404),
        (program.get("/api/me").await, 401),
        (
            program
                .with_token("moviesdiary_made_up")
                .get("/api/me")
                .await,
            401,
        ),
        (
            program
                .header("authorization", "Basic YTpi")
                .get("/api/me")
                .await,
            401,
        ),
        (program.delete("/api/me").await, 405),
        (
            program.send(Method::POST, "/api/auth/login", "{").await,
            400,
        ),
        (
            program.send(Method::POST, "/api/auth/login", "{}").await,
            422,
        ),
        (
            program
                .http_client()
                .post("/api/auth/login", &[("username", "ada")])
                .await,
            415,
        ),
        (
            program
                .send(Method::POST, "/api/auth/login", &"x".repeat(300_000))
                .await,
            413,
        ),
    ];
    for (answer, status) in kinds {
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], "about:blank");
        assert!(
            problem["title"]
                .as_str()
                .is_some_and(|title| !title.is_empty())
        );
        let asks_for_token = answer.headers.contains_key("www-authenticate");
        assert_eq!(asks_for_token, status == 401);
    }
}

/// The API ignores cookies, and scripts of other sites may call it with a token.
#[tokio::test]
async fn cookies_are_ignored_and_other_sites_may_call() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    assert_eq!(ada.get("/api/me").await.status, 401);
    let token = create_token(&ada, "write").await;
    let elsewhere = app
        .api_client()
        .header("origin", "https://elsewhere.test")
        .header("sec-fetch-site", "cross-site");
    let answer = elsewhere
        .with_token(&token.token)
        .patch("/api/me", &json!({}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(
        !answer
            .headers
            .contains_key("access-control-allow-credentials")
    );
    assert!(!answer.headers.contains_key("set-cookie"));
    let preflight = elsewhere
        .header("access-control-request-method", "PATCH")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        );
    let allowed = preflight
        .http_client()
        .send(Method::OPTIONS, "/api/me", None)
        .await;
    assert_eq!(allowed.status, 200);
    assert!(
        allowed
            .header("access-control-allow-methods")
            .contains("PATCH")
    );
    // Pages still refuse requests from other sites.
    let page = elsewhere.http_client().post("/logout", &[]).await;
    assert_eq!(page.status, 403);
}

#[tokio::test]
async fn the_document_describes_every_route() {
    let app = App::start().await;
    let answer = app.api_client().get("/api/openapi.json").await;
    assert_eq!(answer.header("content-type"), "application/json");
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    let mut described: Vec<_> = paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("methods").keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    described.sort();
    let mut routes: Vec<_> = movies_diary::routes::list()
        .iter()
        .filter(|(_, path)| path.starts_with("/api/"))
        .filter(|(_, path)| !["/api/openapi.json", "/api/docs"].contains(path))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    routes.sort();
    assert_eq!(described, routes);
}

/// The document adds the responses that all operations have in common to each of them.
#[tokio::test]
async fn every_operation_lists_the_common_responses() {
    let app = App::start().await;
    let document = app.api_client().get("/api/openapi.json").await.json();
    let is_there = |reference: &Value| {
        let reference = reference["$ref"].as_str().expect("a reference");
        let pointer = reference.trim_start_matches('#');
        document
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{reference} leads nowhere"))
    };
    let mut names = BTreeSet::new();
    let paths = document["paths"].as_object().expect("paths");
    for operation in paths
        .values()
        .flat_map(|item| item.as_object().expect("methods").values())
    {
        let name = operation["operationId"].as_str().expect("a name");
        assert!(names.insert(name), "{name} names two");
        let answers = operation["responses"].as_object().expect("answers");
        for status in ["400", "405", "408", "429", "500", "503"] {
            assert!(answers.contains_key(status), "{name}: {status}");
        }
        let has_body = operation["requestBody"].is_object();
        for status in ["413", "415", "422"] {
            assert_eq!(answers.contains_key(status), has_body, "{name}: {status}");
        }
        let is_read = name.starts_with("get_");
        // A file is streamed, so it has no ETag.
        let is_file = name.ends_with("_csv") || name == "get_export_format";
        let is_cacheable = is_read && !is_file;
        assert_eq!(answers.contains_key("304"), is_cacheable, "{name}");
        assert_eq!(answers.contains_key("507"), !is_read, "{name}");
        for (status, answer) in answers {
            let answer = match answer.get("$ref") {
                Some(_) => is_there(answer),
                None => answer,
            };
            is_there(&answer["headers"]["ratelimit"]);
            is_there(&answer["headers"]["ratelimit-policy"]);
            is_there(&answer["headers"]["x-request-id"]);
            let says_when = answer["headers"].get("retry-after").is_some();
            assert_eq!(
                says_when,
                ["429", "503"].contains(&status.as_str()),
                "{name}: {status}"
            );
        }
    }
}

/// Undescribed fields are refused, so that nobody sets a role or an owner through them.
#[tokio::test]
async fn unknown_json_fields_are_refused() {
    let app = App::start_with(&[("ALLOW_REGISTRATION", "true")]).await;
    app.member("ada").await;
    let program = sign_in_client(&app, "ada").await;
    let heat = json!({ "title": "Heat", "year": 1995 });
    let review = program.post("/api/reviews", &heat).await.json();
    let list = program
        .post("/api/lists", &json!({ "title": "Noir" }))
        .await;
    let list = list.json()["id"].clone();
    let entries = format!("/api/lists/{list}/entries");
    let on_list = json!({ "movie_id": review["movie_id"] });
    program.post(&entries, &on_list).await;
    let before = program.get("/api/me").await.body;
    let document = program.get("/api/openapi.json").await.json();
    let mut request_count = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            if operation["requestBody"]["content"]["application/json"].is_null() {
                continue;
            }
            let of = match path.split('/').nth(2) {
                Some("movies") => &review["movie_id"],
                Some("lists") => &list,
                _ => &review["id"],
            };
            let path = path
                .replace("{id}", &of.to_string())
                .replace("{movie_id}", &review["movie_id"].to_string())
                .replace("{entry}", &review["movie_id"].to_string())
                .replace("{row}", "1")
                .replace("{year}", "2026");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            for field in ["role", "member_id", "is_admin", "x"] {
                let body = json!({ field: "admin" }).to_string();
                let answer = program.send(method.clone(), &path, &body).await;
                assert_eq!(answer.status, 422, "{method} {path} took {field}");
                assert!(answer.body.contains(field), "{}", answer.body);
                request_count += 1;
            }
        }
    }
    assert!(request_count >= 32, "only {request_count}");
    assert_eq!(program.get("/api/me").await.body, before);
}

/// Signing out everywhere leaves no token behind, even one that is being created.
#[tokio::test]
async fn no_token_survives_a_concurrent_sign_out_everywhere() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for round in 0..20 {
        let program = app
            .api_client()
            .with_token(&create_token(&ada, "write").await.token);
        let body = json!({ "name": format!("Round {round}"), "scope": "write" });
        let (made, ended) = tokio::join!(
            program.post("/api/me/tokens", &body),
            ada.post("/settings/sessions/ending", &[]),
        );
        assert_eq!(ended.status, 303);
        match made.status {
            201 => {
                let token = made.json()["token"].as_str().expect("a token").to_owned();
                assert!(
                    !is_accepted(&app.api_client().with_token(&token)).await,
                    "{round}"
                );
            }
            status => assert_eq!(status, 401, "{}", made.body),
        }
        assert!(!is_accepted(&program).await);
    }
}

/// An API client that signs in on every run keeps working: its oldest tokens are revoked.
#[tokio::test]
async fn repeated_sign_ins_revoke_only_the_oldest_token() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let personal = create_token(&ada, "read").await;
    let first = sign_in_client(&app, "ada").await;
    let second = sign_in_client(&app, "ada").await;
    for _ in 0..97 {
        create_token(&ada, "read").await;
    }
    assert!(is_accepted(&first).await);
    app.state.clock.advance(TimeDelta::hours(2));
    assert!(is_accepted(&second).await);
    let third = sign_in_client(&app, "ada").await;
    assert!(is_accepted(&third).await && is_accepted(&second).await && !is_accepted(&first).await);
    assert!(is_accepted(&app.api_client().with_token(&personal.token)).await);
}

/// A client with an expired token can still sign in for a new one.
#[tokio::test]
async fn an_invalid_token_does_not_prevent_signing_in() {
    let app = App::start().await;
    app.member("ada").await;
    let program = app.api_client().with_token("moviesdiary_over");
    let refused = program.get("/api/feed").await;
    let refused = refused.expect(StatusCode::UNAUTHORIZED);
    assert!(refused.header("www-authenticate").contains("invalid_token"));
    send_sign_in(&program, "ada", PASSWORD)
        .await
        .expect(StatusCode::OK);
    program
        .get("/api/openapi.json")
        .await
        .expect(StatusCode::OK);
    let wrong = send_sign_in(&program, "ada", "wrong").await;
    assert!(!wrong.header("www-authenticate").contains("error"));
}

/// RFC 7396: `null` removes a field. If a field cannot be removed, that is an error, not ignored.
#[tokio::test]
async fn null_for_a_required_field_is_refused() {
    let app = App::start().await;
    app.member("ada").await;
    let program = sign_in_client(&app, "ada").await;
    let nobody = json!({ "diary_visibility": null });
    let answer = program.patch("/api/me", &nobody).await;
    let problem = answer.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(problem["errors"][0]["field"], "diary_visibility");
}
