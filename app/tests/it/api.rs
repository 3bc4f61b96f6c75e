//! What programs ask, by their tokens.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::program::made_token;
use crate::support::{Answer, App, PASSWORD, Program};

async fn signed_in(app: &App, username: &str) -> Program {
    let answer = sign_in(&app.program(), username, PASSWORD).await;
    let token = answer.expect(StatusCode::OK).json();
    app.program()
        .with_token(token["token"].as_str().expect("a token"))
}

async fn sign_in(program: &Program, username: &str, password: &str) -> Answer {
    let body = json!({ "username": username, "password": password });
    program.post("/api/auth/login", &body).await
}

/// Whether that is so far from now, to a minute.
fn is_in(app: &App, time: DateTime<Utc>, from_now: TimeDelta) -> bool {
    (time - app.state.clock.now() - from_now).abs() < TimeDelta::minutes(1)
}

async fn works(program: &Program) -> bool {
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
    let answer = sign_in(&app.program(), "Ada", PASSWORD).await;
    let told = answer.expect(StatusCode::OK).json();
    assert_eq!(told["token_type"], "Bearer");
    assert_eq!(told["scope"], "write");
    let ends: DateTime<Utc> = told["expires_at"]
        .as_str()
        .and_then(|end| end.parse().ok())
        .expect("a time");
    assert!(is_in(&app, ends, TimeDelta::days(30)));
    let token = told["token"].as_str().expect("a token");
    assert!(token.starts_with("moviesdiary_"), "{token}");

    let ada = app.program().with_token(token);
    let me = ada.get("/api/me").await.json();
    assert_eq!(me["username"], "ada");
    assert_eq!(me["diary_visibility"], "public");
    assert_eq!(me["is_admin"], false);
    ada.post("/api/auth/logout", &Value::Null)
        .await
        .expect(StatusCode::NO_CONTENT);
    assert!(!works(&ada).await);
}

/// A6: nobody learns who has an account.
#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_told_alike() {
    let app = App::start().await;
    app.member("ada").await;
    let wrong = sign_in(&app.program(), "ada", "not this one").await;
    let unknown = sign_in(&app.program(), "nobody", "not this one").await;
    assert_eq!(wrong.status, 401);
    assert_eq!(wrong.header("content-type"), "application/problem+json");
    assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
}

/// A7: the tries of programs count with those of browsers.
#[tokio::test]
async fn tries_to_sign_in_are_counted() {
    let app = App::start().await;
    app.member("ada").await;
    let program = app.program();
    let mut last = sign_in(&program, "ada", "not this one").await;
    for _ in 0..30 {
        last = sign_in(&program, "ada", "not this one").await;
    }
    assert_eq!(last.status, 429);
    assert!(last.header("retry-after").parse::<u32>().is_ok());
    let page = program.client().try_to_sign_in("ada", PASSWORD).await;
    assert_eq!(page.status, 429);
}

#[tokio::test]
async fn an_account_is_made_only_where_anybody_may() {
    let body = json!({ "username": "ada", "password": PASSWORD, "time_zone": "Europe/Lisbon" });
    let closed = App::start().await;
    let answer = closed.program().post("/api/auth/register", &body).await;
    answer.expect(StatusCode::NOT_FOUND);

    let open = App::with(&[("ALLOW_REGISTRATION", "true")]).await;
    let answer = open.program().post("/api/auth/register", &body).await;
    let made = answer.expect(StatusCode::CREATED);
    let told = made.json();
    let ada = open
        .program()
        .with_token(told["token"].as_str().expect("a token"));
    let member = ada.get(made.header("location")).await;
    assert_eq!(member.expect(StatusCode::OK).json()["username"], "ada");
    let me = ada.get("/api/me").await.json();
    assert_eq!(me["time_zone"], "Europe/Lisbon");
    assert_eq!(me["is_admin"], false);

    let taken = open.program().post("/api/auth/register", &body).await;
    let problem = taken.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(problem["errors"][0]["field"], "username");
    // B4: nobody says themselves what they are.
    let admin = json!({ "username": "eve", "password": PASSWORD, "role": "admin" });
    let refused = open.program().post("/api/auth/register", &admin).await;
    let problem = refused.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|told| told.contains("role"))
    );
}

/// A2: whatever ends the sessions ends the tokens.
#[tokio::test]
async fn who_is_signed_out_everywhere_has_no_token_either() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let ada = app.member("ada").await;
    let fields = [
        ("current_password", PASSWORD),
        ("new_password", "some other words"),
    ];

    let (by_hand, by_login) = (made_token(&ada, "read").await, signed_in(&app, "ada").await);
    let by_hand = app.program().with_token(&by_hand.token);
    assert!(works(&by_hand).await && works(&by_login).await);
    let answer = ada.post("/settings/sessions/ending", &[]).await;
    answer.expect(StatusCode::SEE_OTHER);
    assert!(!works(&by_hand).await && !works(&by_login).await);
    assert!(ada.is_signed_in().await);

    let program = signed_in(&app, "ada").await;
    let bosses = signed_in(&app, "boss").await;
    let answer = ada.post("/settings/password", &fields).await;
    answer.expect(StatusCode::SEE_OTHER);
    assert!(!works(&program).await, "the password was changed");
    assert!(works(&bosses).await, "nobody else’s was");

    let token = made_token(&ada, "write").await;
    let program = app.program().with_token(&token.token);
    let members = boss.get("/admin").await;
    let disable = members.form("form[action$='/disabling']").action;
    boss.post(&disable, &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(!works(&program).await, "the account was disabled");
    let enable = disable.replace("disabling", "enabling");
    boss.post(&enable, &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(!works(&program).await, "and stays so when it is back");
}

/// A4: what is stored opens nothing.
#[tokio::test]
async fn a_token_is_stored_only_as_a_hash() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let made = made_token(&ada, "write").await;
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
        assert!(!works(&app.program().with_token(&tried)).await);
    }
    assert!(works(&app.program().with_token(&made.token)).await);
    // It was shown that one time.
    let page = ada.get("/settings/tokens").await;
    assert!(!page.body.contains(&made.token));
}

#[tokio::test]
async fn a_token_ends_by_itself_and_is_forgotten() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let fields = [("name", "For a month"), ("scope", "read"), ("days", "30")];
    let page = ada.post("/settings/tokens", &fields).await;
    let token = page.attributes("#token", "value").remove(0);
    let program = app.program().with_token(&token);
    assert!(works(&program).await);
    let told = page.texts("#tokens li").remove(0);
    assert!(told.contains("not used yet"), "{told}");
    let last_day = (app.state.clock.now() + TimeDelta::days(30)).format("%-d %b %Y");
    assert!(told.contains(&format!("works until {last_day}")), "{told}");
    let page = ada.get("/settings/tokens").await;
    assert!(
        page.texts("#tokens li")[0].contains("last used"),
        "{}",
        page.body
    );

    app.state.clock.advance(TimeDelta::days(30));
    assert!(!works(&program).await);
    let swept = movies_diary::background::sweep(&app.state).await;
    assert_eq!(
        swept.expect("swept").accounts,
        2,
        "the token, and ada’s session"
    );
}

/// Making tokens by tokens prolongs nothing.
#[tokio::test]
async fn a_token_makes_none_that_outlives_it() {
    let app = App::start().await;
    app.member("ada").await;
    let program = signed_in(&app, "ada").await;
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
    assert!(is_in(&app, end, TimeDelta::days(30)));
    for (end, why) in [
        (end + TimeDelta::seconds(1), "later"),
        (end - TimeDelta::days(31), "over"),
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

/// Of those who made their change of the same state one is right; whoever does not say what it
/// is made of wants what it says, whatever else has changed.
#[tokio::test]
async fn changes_of_an_account_at_once_lose_nothing() {
    let app = App::start().await;
    app.member("ada").await;
    let program = signed_in(&app, "ada").await;
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
    let is_taken = |answer: &&Answer| answer.status == 200;
    assert_eq!(taken.iter().filter(is_taken).count(), 1);
}

#[tokio::test]
async fn one_changes_what_is_said_and_nothing_else() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let program = signed_in(&app, "ada").await;
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
    // The page says the same.
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
async fn what_went_wrong_is_a_problem_whatever_it_was() {
    let app = App::start().await;
    let program = app.program();
    let kinds = [
        (program.get("/api/nowhere").await, 404),
        (program.get("/api").await, 404),
        (program.get("/api/").await, 404),
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
                .client()
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

/// C4: a cookie opens nothing, and other sites' scripts ask by token.
#[tokio::test]
async fn cookies_count_nothing_and_other_sites_may_ask() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    assert_eq!(ada.get("/api/me").await.status, 401);
    let token = made_token(&ada, "write").await;
    let elsewhere = app
        .program()
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
    let asked = elsewhere
        .header("access-control-request-method", "PATCH")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        );
    let allowed = asked.client().send(Method::OPTIONS, "/api/me", None).await;
    assert_eq!(allowed.status, 200);
    assert!(
        allowed
            .header("access-control-allow-methods")
            .contains("PATCH")
    );
    // Pages are as closed to other sites as they were.
    let page = elsewhere.client().post("/logout", &[]).await;
    assert_eq!(page.status, 403);
}

#[tokio::test]
async fn the_document_describes_every_route() {
    let app = App::start().await;
    let answer = app.program().get("/api/openapi.json").await;
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
    let mut routes: Vec<_> = movies_diary::routes()
        .list()
        .iter()
        .filter(|(_, path)| path.starts_with("/api/"))
        .filter(|(_, path)| !["/api/openapi.json", "/api/docs"].contains(path))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    routes.sort();
    assert_eq!(described, routes);
}

/// What no handler names stands beside what it does.
#[tokio::test]
async fn the_document_says_of_every_operation_what_all_of_them_answer() {
    let app = App::start().await;
    let document = app.program().get("/api/openapi.json").await.json();
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
        assert_eq!(answers.contains_key("304"), is_read, "{name}");
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

/// B4: neither who one is nor anything else comes in by a field that is not described.
#[tokio::test]
async fn no_operation_takes_a_field_that_it_does_not_know() {
    let app = App::with(&[("ALLOW_REGISTRATION", "true")]).await;
    app.member("ada").await;
    let program = signed_in(&app, "ada").await;
    let heat = json!({ "title": "Heat", "year": 1995 });
    let review = program.post("/api/reviews", &heat).await.json();
    let before = program.get("/api/me").await.body;
    let document = program.get("/api/openapi.json").await.json();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            if operation["requestBody"]["content"]["application/json"].is_null() {
                continue;
            }
            let of = match path.starts_with("/api/movies") {
                true => &review["movie_id"],
                false => &review["id"],
            };
            let path = path.replace("{id}", &of.to_string());
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            for field in ["role", "member_id", "is_admin", "x"] {
                let body = json!({ field: "admin" }).to_string();
                let answer = program.send(method.clone(), &path, &body).await;
                assert_eq!(answer.status, 422, "{method} {path} took {field}");
                assert!(answer.body.contains(field), "{}", answer.body);
                asked += 1;
            }
        }
    }
    assert!(asked >= 32, "only {asked}");
    assert_eq!(program.get("/api/me").await.body, before);
}

/// A2: whoever is being signed out everywhere leaves no token behind.
#[tokio::test]
async fn no_token_is_made_while_all_of_them_end() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for round in 0..20 {
        let program = app
            .program()
            .with_token(&made_token(&ada, "write").await.token);
        let body = json!({ "name": format!("Round {round}"), "scope": "write" });
        let (made, ended) = tokio::join!(
            program.post("/api/me/tokens", &body),
            ada.post("/settings/sessions/ending", &[]),
        );
        assert_eq!(ended.status, 303);
        match made.status {
            201 => {
                let token = made.json()["token"].as_str().expect("a token").to_owned();
                assert!(!works(&app.program().with_token(&token)).await, "{round}");
            }
            status => assert_eq!(status, 401, "{}", made.body),
        }
        assert!(!works(&program).await);
    }
}

/// A program that signs in each time it runs goes on doing so; its oldest tokens end.
#[tokio::test]
async fn who_signs_in_time_and_again_is_not_shut_out() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let kept = made_token(&ada, "read").await;
    let first = signed_in(&app, "ada").await;
    let second = signed_in(&app, "ada").await;
    for _ in 0..97 {
        made_token(&ada, "read").await;
    }
    assert!(works(&first).await);
    app.state.clock.advance(TimeDelta::hours(2));
    assert!(works(&second).await);
    let third = signed_in(&app, "ada").await;
    assert!(works(&third).await && works(&second).await && !works(&first).await);
    assert!(works(&app.program().with_token(&kept.token)).await);
}

/// Whoever has a token that works no more comes for another with it.
#[tokio::test]
async fn a_token_that_works_no_more_keeps_nobody_from_signing_in() {
    let app = App::start().await;
    app.member("ada").await;
    let program = app.program().with_token("moviesdiary_over");
    let refused = program.get("/api/feed").await;
    let refused = refused.expect(StatusCode::UNAUTHORIZED);
    assert!(refused.header("www-authenticate").contains("invalid_token"));
    sign_in(&program, "ada", PASSWORD)
        .await
        .expect(StatusCode::OK);
    program
        .get("/api/openapi.json")
        .await
        .expect(StatusCode::OK);
    let wrong = sign_in(&program, "ada", "wrong").await;
    assert!(!wrong.header("www-authenticate").contains("error"));
}

/// RFC 7396: `null` takes away, and what cannot be taken away is not silently left.
#[tokio::test]
async fn what_cannot_be_taken_away_is_refused() {
    let app = App::start().await;
    app.member("ada").await;
    let program = signed_in(&app, "ada").await;
    let nobody = json!({ "diary_visibility": null });
    let answer = program.patch("/api/me", &nobody).await;
    let problem = answer.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(problem["errors"][0]["field"], "diary_visibility");
}
