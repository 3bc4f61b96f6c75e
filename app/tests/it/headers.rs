//! The headers of every response, and protection against other sites and malformed requests.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode};
use axum::routing::get;
use http_body::Frame;
use movies_diary::layers::router_with_pages;
use movies_diary::{AppState, routes};
use sea_orm::{ConnectionTrait, Statement};
use tower::ServiceExt;

use crate::api_docs;
use crate::support::api_client::{api_client_of, create_token};
use crate::support::{App, ReviewBuilder, TestClient, TestResponse};

#[track_caller]
fn assert_security_headers(answer: &TestResponse, what: &str) {
    let policy = answer.header("content-security-policy");
    // Other sites may frame only the embedded diary; feeds may be read from anywhere.
    let is_embed = what.starts_with("GET /embed/") && answer.status == 200;
    let is_feed = what.starts_with("GET /") && what.ends_with(".atom") && answer.status == 200;
    let ancestors = if is_embed { "*" } else { "'none'" };
    let policy_for = if is_embed || is_feed {
        "cross-origin"
    } else {
        "same-origin"
    };
    let ancestors = format!("; frame-ancestors {ancestors};");
    assert!(policy.contains(&ancestors), "{what}: {policy}");
    // Only the API reference needs more, for a library's styles and icons.
    if what == "GET /api/docs" {
        assert_eq!(policy, api_docs::POLICY);
    } else {
        let policy = policy.replace(&ancestors, "");
        assert!(policy.starts_with("default-src 'none'"), "{what}");
        for forbidden in ["unsafe-inline", "unsafe-eval", "data:", "*"] {
            assert!(!policy.contains(forbidden), "{what}");
        }
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", policy_for),
    ] {
        assert_eq!(answer.header(name), value, "{what}");
    }
    assert!(answer.headers.contains_key("cache-control"), "{what}");
}

#[tokio::test]
async fn every_response_has_security_headers() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    for client in [app.visitor(), ada.clone(), ada.htmx()] {
        for (method, path) in &routes::list() {
            let path = path.replace("{id}", "1").replace("{username}", "ada");
            let path = path.replace("{name}", "none").replace("{code}", "none");
            let answer = client.send(method.clone(), &path, None).await;
            assert_security_headers(&answer, &format!("{method} {path}"));
            assert_ne!(answer.status, 500, "{method} {path}: {}", answer.body);
        }
        for (method, path) in [
            (Method::GET, "/nowhere"),
            (Method::DELETE, "/"),
            (Method::GET, "/reviews/x"),
            (Method::GET, "/reviews/99999999999999999999"),
            (Method::GET, "/%ff%fe"),
            (Method::GET, "/?older=x"),
            (Method::GET, "/users/a%00b"),
            (Method::GET, "/movies/suggest?q=%00"),
            (Method::GET, "/reviews/new?q=%00"),
            (Method::GET, "/admin?after=%00"),
            (Method::PUT, "/reviews/1"),
        ] {
            let answer = client.send(method.clone(), path, None).await;
            assert_security_headers(&answer, &format!("{method} {path}"));
            assert!(
                (400..500).contains(&answer.status),
                "{path}: {}",
                answer.status
            );
            assert!(!answer.body.is_empty(), "{method} {path} says nothing");
        }
    }
}

#[tokio::test]
async fn hsts_is_sent_only_with_https() {
    let plain = App::start().await.visitor().get("/").await;
    assert!(!plain.headers.contains_key("strict-transport-security"));
    let base_url = ("BASE_URL", "https://diary.example");
    for (subdomains, expected) in [
        ("", "max-age=31536000"),
        ("false", "max-age=31536000"),
        ("true", "max-age=31536000; includeSubDomains"),
    ] {
        let subdomains = ("HSTS_INCLUDE_SUBDOMAINS", subdomains);
        let app = App::start_with(&[base_url, subdomains]).await;
        for path in ["/", "/nowhere", "/health", "/api/nowhere"] {
            let secure = app.visitor().get(path).await;
            assert_eq!(secure.header("strict-transport-security"), expected);
        }
        let plain = App::start_with(&[("BASE_URL", "http://diary.example"), subdomains]).await;
        let plain = plain.visitor().get("/").await;
        assert!(!plain.headers.contains_key("strict-transport-security"));
    }
}

#[tokio::test]
async fn pages_are_not_cached_and_assets_are_immutable() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let page = ada.get("/").await;
    assert_eq!(page.header("cache-control"), "no-store");
    let mut assets = page.attributes("script", "src");
    assets.extend(page.attributes("link[rel=stylesheet], link[rel=icon]", "href"));
    assert_eq!(assets.len(), 5);
    for asset in assets {
        for (accepted, coding) in [
            ("gzip, zstd", "zstd"),
            ("br, gzip;q=0.5", "gzip"),
            ("zstd;q=0", ""),
        ] {
            // On another day, a page would extend the session and set its cookie.
            app.state.clock.advance(chrono::TimeDelta::days(1));
            let answer = ada.header("accept-encoding", accepted).get(&asset).await;
            let answer = answer.expect(StatusCode::OK);
            assert!(answer.header("cache-control").contains("immutable"));
            assert!(!answer.headers.contains_key("set-cookie"));
            let sent = answer
                .headers
                .get("content-encoding")
                .map(|value| value.as_bytes());
            assert_eq!(sent.unwrap_or_default(), coding.as_bytes(), "{asset}");
        }
    }
}

#[tokio::test]
async fn pages_are_compressed_if_the_client_accepts_it() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for title in ["Heat", "Ran", "Ida"] {
        ReviewBuilder::of(title, 1995).log(&ada).await;
    }
    for (accepted, path, coding) in [
        ("gzip", "/users/ada", Some("gzip")),
        ("zstd, gzip", "/users/ada", Some("zstd")),
        ("identity", "/users/ada", None),
        // Too small to be worth compressing.
        ("zstd, gzip", "/robots.txt", None),
    ] {
        let page = app
            .visitor()
            .header("accept-encoding", accepted)
            .get(path)
            .await;
        let sent = page
            .headers
            .get("content-encoding")
            .and_then(|value| value.to_str().ok());
        assert_eq!(sent, coding);
    }
}

#[tokio::test]
async fn cross_site_posts_are_refused() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let foreign: [&[(&'static str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://diary.test"),
        ],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://diary.test.evil.example")],
    ];
    for (method, path) in &routes::list() {
        // The API ignores cookies, so requests to it may come from any site.
        if *method == Method::GET || path.starts_with("/api/") {
            continue;
        }
        let path = path.replace("{id}", &id.to_string());
        for headers in foreign {
            let client = headers.iter().fold(ada.clone(), |client, (name, value)| {
                client.header(name, value)
            });
            let refused = client.post(&path, &[]).await;
            assert_eq!(refused.status, 403, "{path} with {headers:?}");
            assert!(refused.body.contains("another site"), "{}", refused.body);
        }
    }
    assert!(ada.is_signed_in().await);
    assert_eq!(ada.get("/").await.titles(), ["Heat"]);
    for own in [
        ada.header("sec-fetch-site", "same-origin"),
        ada.header("origin", "http://diary.test"),
        ada.header("sec-fetch-site", "none"),
    ] {
        ReviewBuilder::of("Ran", 1985).log(&own).await;
    }
}

/// Reading a page changes nothing in the database.
#[tokio::test]
async fn no_get_request_writes() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    let id = ReviewBuilder::of("Heat", 1995)
        .with("tags", "a")
        .log(&ada)
        .await;
    let program = api_client_of(&app, &ada, "write")
        .await
        .http_client()
        .clone();
    let before = dump_tables(&app).await;
    for client in [ada.clone(), ada.htmx(), app.visitor(), program] {
        for (_, path) in &routes::list() {
            let path = path.replace("{id}", &id.to_string());
            client.get(path.replace("{username}", "ada")).await;
        }
    }
    assert_eq!(dump_tables(&app).await, before);
}

/// The API ignores a session cookie, whichever site sent the request.
#[tokio::test]
async fn the_api_ignores_cookies() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    create_token(&ada, "write").await;
    let before = dump_tables(&app).await;
    let routes = routes::list();
    let api = routes.iter().filter(|(_, path)| path.starts_with("/api/"));
    for (method, path) in api.filter(|(method, _)| method != Method::GET) {
        let path = path.replace("{id}", &id.to_string());
        for site in ["same-origin", "cross-site"] {
            let client = ada
                .header("sec-fetch-site", site)
                .header("content-type", "application/json");
            let body = r#"{"title": "Ran", "year": 1985}"#.to_owned();
            let answer = client.send(method.clone(), &path, Some(body)).await;
            assert!([401, 404, 422].contains(&answer.status), "{method} {path}");
        }
    }
    assert_eq!(dump_tables(&app).await, before);
}

/// Every row of the main tables, as text.
async fn dump_tables(app: &App) -> Vec<String> {
    let db = app.state.db.reader();
    let backend = db.get_database_backend();
    let mut rows = Vec::new();
    for (table, columns) in [
        ("site", "id, time_zone, tag_authority, tag_date"),
        (
            "member",
            "id, username, display_name, password_hash, role, time_zone, diary_visibility, disabled_at",
        ),
        ("session", "id, secret_hash, data, seen_at, expires_at"),
        ("one_time_link", "id, code_hash"),
        ("movie", "id, identity_key, title, year, imdb_id, tmdb_id"),
        (
            "review",
            "id, movie_id, rating, comment, audience, version, updated_at, deleted_at",
        ),
        ("review_tag", "review_id, tag"),
        ("idempotency_key", "key, body_hash"),
        ("secret_address", "member_id, purpose, code_hash"),
        ("list_address", "list_id, code_hash"),
        ("api_token", "id, member_id, secret_hash, scope"),
    ] {
        let columns = columns
            .split(", ")
            .map(|column| format!("coalesce(CAST({column} AS text), '-')"));
        let all = columns.collect::<Vec<_>>().join(" || '|' || ");
        let query = format!("SELECT {all} AS line FROM {table} ORDER BY 1");
        let found = db
            .query_all_raw(Statement::from_string(backend, query))
            .await;
        let lines = found.expect("rows").into_iter();
        rows.extend(lines.map(|row| {
            format!(
                "{table}: {}",
                row.try_get::<String>("", "line").expect("a line")
            )
        }));
    }
    assert!(rows.len() >= 6);
    rows
}

/// Every form refuses a field that it does not have.
#[tokio::test]
async fn unknown_form_fields_are_refused() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let before = dump_tables(&app).await;
    for (method, path) in &routes::list() {
        // The API takes JSON; the tests in `api` do the same for it.
        if *method == Method::POST && !path.starts_with("/api/") {
            for _ in 0..3 {
                let field = format!("field{:x}", rand::random::<u32>());
                let path = path.replace("{id}", &id.to_string());
                let path = path.replace("{movie}", "1").replace("{number}", "1");
                let answer = ada.post(&path, &[(field.as_str(), "1")]).await;
                assert_eq!(answer.status, 400, "{path} took {field}");
            }
        }
    }
    assert_eq!(dump_tables(&app).await, before);
}

#[tokio::test]
async fn a_too_large_body_is_refused() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (path, bytes) in [
        ("/login", 257 * 1024),
        ("/settings/profile", 65 * 1024),
        ("/reviews", 257 * 1024),
    ] {
        let large = "x".repeat(bytes);
        let answer = ada.post(path, &[("comment", &large)]).await;
        assert_eq!(answer.status, 413, "{path}");
        assert!(answer.body.contains("too large"), "{path}");
    }
    let long = "ä".repeat(10_000);
    let review = ReviewBuilder::of("Heat", 1995).with("comment", &long);
    review.submit(&ada).await.expect(StatusCode::SEE_OTHER);
}

/// The timeout is 30 seconds, shortened for the test.
#[tokio::test]
async fn a_stalled_body_times_out() {
    let app = App::start().await;
    assert_eq!(app.state.request_timeout.as_secs(), 30);
    let page = send_stalled_body(&app, "/login", "application/x-www-form-urlencoded").await;
    assert!(page.texts("h1")[0].contains("too long"));
    for path in ["/api/auth/login", "/api/reviews", "/api/me/tokens"] {
        let problem = send_stalled_body(&app, path, "application/json").await;
        assert_eq!(problem.json()["title"], "That took too long", "{path}");
    }
}

/// The response to a request whose body never arrives.
async fn send_stalled_body(app: &App, path: &str, kind: &str) -> TestResponse {
    let mut request = Request::post(path)
        .header("host", "diary.test")
        .header("content-type", kind)
        .header("content-length", "100")
        .body(Body::new(StalledBody))
        .expect("a request");
    let peer = SocketAddr::from(([127, 0, 0, 1], 50_000));
    request.extensions_mut().insert(ConnectInfo(peer));
    let hurried = AppState {
        request_timeout: Duration::from_millis(20),
        ..app.state.clone()
    };
    let router = movies_diary::layers::router(hurried);
    let response = router.oneshot(request).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
    let answer = TestResponse::read(response).await;
    assert_security_headers(&answer, "a time-out");
    answer
}

/// A body that never yields a frame.
struct StalledBody;

impl HttpBody for StalledBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn other_content_types_are_refused() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (kind, body) in [
        ("application/json", "{}"),
        ("text/plain", "title=Heat"),
        ("multipart/form-data; boundary=x", "--x--"),
    ] {
        let client = ada.header("content-type", kind);
        let answer = client
            .send(Method::POST, "/reviews", Some(body.to_owned()))
            .await;
        assert_eq!(answer.status, 400, "{kind}");
    }
}

#[tokio::test]
async fn a_panic_shows_only_the_request_id() {
    let app = App::start().await;
    let panics = routes::pages().into_router().route(
        "/panics",
        get(async || -> &'static str { panic!("the secret reason") }),
    );
    let state: AppState = app.state.clone();
    let client = TestClient::new(router_with_pages(panics, state));
    for client in [client.clone(), client.htmx()] {
        let page = client
            .get("/panics")
            .await
            .expect(StatusCode::INTERNAL_SERVER_ERROR);
        assert_security_headers(&page, "a panic");
        assert!(!page.body.contains("secret reason"));
        let number = page.header("x-request-id").to_owned();
        assert_eq!(page.texts("code"), [number]);
        client.get("/health").await.expect(StatusCode::OK);
    }
}

/// Whatever people enter is shown as text.
#[tokio::test]
async fn user_input_is_escaped() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let attack = "\"><img src=x onerror=alert(1)><script>alert(1)</script>'</textarea>";
    let form = ada
        .get("/settings")
        .await
        .form("form[action='/settings/profile']");
    ada.submit(&form.set("display_name", &attack[..50]))
        .await
        .expect(StatusCode::SEE_OTHER);
    let review = ReviewBuilder::of(attack, 1995)
        .with("director", attack)
        .with("comment", attack)
        .with("tags", &attack[..30]);
    let id = review.log(&ada).await;
    let query = url::form_urlencoded::byte_serialize(attack.as_bytes()).collect::<String>();
    for path in [
        "/".to_owned(),
        "/users/ada".to_owned(),
        "/settings".to_owned(),
        "/movies/1".to_owned(),
        format!("/reviews/{id}"),
        format!("/reviews/{id}/edit"),
        format!("/reviews/new?q={query}"),
        format!("/reviews/new?q={query}&by_hand=1"),
        format!("/movies/suggest?q={query}"),
        format!("/login?next={query}"),
        format!("/register?code={query}"),
        format!("/users/{query}"),
    ] {
        for client in [ada.clone(), ada.htmx(), app.visitor()] {
            let page = client.get(&path).await;
            assert!(!page.body.contains("<img"), "{path}");
            assert!(!page.body.contains("<script>"), "{path}");
            assert!(!page.has("[onerror]"), "{path}");
        }
    }
}
