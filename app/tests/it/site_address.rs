//! The address at which people reach the site: `BASE_URL`, the header `Host`, and browsers at an
//! address where they cannot sign in.

use axum::http::StatusCode;
use entity::one_time_link::LinkPurpose;
use movies_diary::accounts::issue_link;
use movies_diary::routes;

use crate::support::browser::{Browser, BrowserOptions, HTTP_HOST};
use crate::support::raw_connection::{RawConnection, serve_router};
use crate::support::{App, PASSWORD, TestClient, TestResponse};

const SITE: &str = "https://films.example";

/// As seen behind nginx, at the address of the machine, at the site’s own, and forged.
const HOSTS: [&str; 5] = [
    "127.0.0.1:3000",
    "192.0.2.7:3000",
    "films.example:81",
    "evil.example",
    "\"><x",
];

type Headers<'a> = &'a [(&'static str, &'a str)];

/// A browser that sends these headers.
fn browser_with(client: &TestClient, headers: Headers<'_>) -> TestClient {
    headers
        .iter()
        .fold(client.clone(), |client, (name, value)| {
            client.header(name, value)
        })
}

#[tokio::test]
async fn with_a_base_url_the_host_decides_nothing() {
    let app = App::start_with(&[("BASE_URL", SITE)]).await;
    app.admin("ada").await;
    for host in HOSTS {
        let browser = app.visitor().header("host", host).header("origin", SITE);
        browser.sign_in("ada").await;
        let page = browser.get("/").await.expect(StatusCode::OK);
        assert_eq!(
            page.attributes("link[rel=canonical]", "href"),
            [format!("{SITE}/")]
        );
        let invitation = browser.post_and_follow("/admin/invites", &[]).await;
        let links = invitation.texts("#link");
        assert!(
            links[0].starts_with(&format!("{SITE}/register?code=")),
            "{links:?}"
        );
        let feed = browser.get("/feed.atom").await.expect(StatusCode::OK);
        assert!(feed.body.contains(&format!("{SITE}/feed.atom")));
        assert!(!feed.body.contains(host), "{host}");
        let page = browser.get("/movies").await.expect(StatusCode::OK);
        assert!(!page.body.contains(host), "{host}");
    }
}

#[tokio::test]
async fn only_forms_of_the_base_url_are_accepted() {
    for (site, other_scheme) in [
        ("https://films.example", "http://films.example"),
        ("http://films.example:8080", "http://films.example"),
    ] {
        let app = App::start_with(&[("BASE_URL", site)]).await;
        app.member("ada").await;
        for host in HOSTS {
            let client = app.visitor().header("host", host);
            let at_host = format!("http://{host}");
            let refused: [Headers<'_>; 7] = [
                &[("origin", other_scheme)],
                &[("origin", &at_host)],
                &[("origin", "https://films.example.evil.example")],
                &[("origin", "null")],
                &[("origin", "null"), ("sec-fetch-site", "cross-site")],
                &[("origin", site), ("sec-fetch-site", "cross-site")],
                &[("sec-fetch-site", "same-site")],
            ];
            for headers in refused {
                let answer = sign_in(&browser_with(&client, headers)).await;
                assert_eq!(answer.status, 403, "{site} at {host} with {headers:?}");
                assert!(!answer.headers.contains_key("set-cookie"));
            }
            let accepted: [Headers<'_>; 5] = [
                &[("origin", site)],
                &[("origin", site), ("sec-fetch-site", "same-origin")],
                &[("origin", "null"), ("sec-fetch-site", "same-origin")],
                &[("sec-fetch-site", "none")],
                &[],
            ];
            for headers in accepted {
                let browser = browser_with(&client, headers);
                // A sign-in counts as an attempt, and those are limited.
                let answer = browser.post("/settings/theme", &[("theme", "dark")]).await;
                assert_eq!(answer.status, 303, "{site} at {host} with {headers:?}");
            }
        }
    }
}

async fn sign_in(client: &TestClient) -> TestResponse {
    client.try_to_sign_in("ada", PASSWORD).await
}

#[tokio::test]
async fn a_refusal_says_which_address_or_header_to_change() {
    let with_base = App::start_with(&[("BASE_URL", "https://films.example")]).await;
    let without = App::start().await;
    let cases: [(&App, Headers<'_>, &[&str]); 6] = [
        (
            &with_base,
            &[("origin", "http://192.0.2.7:3000")],
            &[
                "you are at http://192.0.2.7:3000",
                "Go to https://films.example and",
            ],
        ),
        (
            &with_base,
            &[("origin", "https://diary.example")],
            &["Go to https://films.example and", "set BASE_URL to it"],
        ),
        (
            &with_base,
            &[
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "cross-site"),
            ],
            &["another site", "sent from https://evil.example"],
        ),
        (
            &with_base,
            &[("origin", "null")],
            &["another site", "the header Origin"],
        ),
        (
            &without,
            &[("origin", "null")],
            &["another site", "the header Origin"],
        ),
        (
            &without,
            &[
                ("origin", "https://films.example"),
                ("host", "127.0.0.1:3000"),
            ],
            &[
                "sent from https://films.example, but to 127.0.0.1:3000",
                "set BASE_URL to it",
                "the header Host",
            ],
        ),
    ];
    for (app, headers, expected) in cases {
        let browser = browser_with(&app.visitor(), headers);
        for client in [browser.clone(), browser.htmx()] {
            let refused = sign_in(&client).await.expect(StatusCode::FORBIDDEN);
            for words in expected {
                assert!(refused.body.contains(words), "{words}: {}", refused.body);
            }
        }
    }
}

/// Browsers ignore `Secure` cookies on http. So nothing must be used up there, neither an
/// invitation nor an attempt.
#[tokio::test]
async fn on_http_people_are_told_where_to_sign_in() {
    let app = App::start_with(&[("BASE_URL", SITE)]).await;
    let boss = app.admin("boss").await;
    let invitation = boss.post_and_follow("/admin/invites", &[]).await;
    let link = invitation.texts("#link").remove(0);
    let path = link.strip_prefix(SITE).expect("an address of the site");
    let here = "http://192.0.2.7:3000";
    // On the machine itself, browsers send the second header with http too.
    for headers in [
        vec![("origin", here)],
        vec![("origin", here), ("sec-fetch-site", "same-origin")],
    ] {
        let page = format!("{here}{path}");
        let ada = browser_with(&app.visitor(), &headers).header("referer", &page);
        let form = app.visitor().get(path).await.form("main form");
        let form = form.set("username", "ada").set("password", PASSWORD);
        let refused = ada.submit(&form.set("time_zone", "UTC")).await;
        let refused = refused.expect(StatusCode::FORBIDDEN);
        assert!(!refused.headers.contains_key("set-cookie"));
        assert_eq!(
            refused.attributes("main a.primary", "href"),
            [link.as_str()]
        );
    }
    app.visitor().get(path).await.expect(StatusCode::OK);
    for (method, path) in routes::list() {
        if method == axum::http::Method::POST && !path.starts_with("/api/") {
            let refused = boss.header("origin", here).post(path, &[]).await;
            let refused = refused.expect(StatusCode::FORBIDDEN);
            assert!(refused.body.contains(&format!("Go to {SITE} and")));
        }
    }
}

/// The form stays usable, because without these headers nobody can be sure.
#[tokio::test]
async fn pages_that_sign_in_say_where_unless_the_browser_is_surely_there() {
    let base_url = ("BASE_URL", SITE);
    let proxies = ("TRUSTED_PROXIES", "10.0.0.0/8");
    let cases: [(Headers<'_>, Headers<'_>, bool); 8] = [
        (&[base_url], &[], true),
        (&[base_url], &[("x-forwarded-proto", "https")], true),
        (&[base_url], &[("sec-fetch-site", "none")], false),
        (&[base_url, proxies], &[], true),
        (&[base_url, proxies], &[("x-forwarded-proto", "http")], true),
        (
            &[base_url, proxies],
            &[("x-forwarded-proto", "https")],
            false,
        ),
        (&[("BASE_URL", "http://films.example")], &[], false),
        (&[], &[("x-forwarded-proto", "http")], false),
    ];
    for (settings, headers, has_notice) in cases {
        let open = [("ALLOW_REGISTRATION", "true")];
        let app = App::start_with(&[&open[..], settings].concat()).await;
        let setup = setup_path(&app).await;
        let browser = browser_with(&app.visitor(), headers);
        for path in [setup.as_str(), "/register", "/login?next=%2Fsettings"] {
            let page = browser.get(path).await.expect(StatusCode::OK);
            assert!(page.has("main form"));
            let links = page.attributes("main .notice a", "href");
            let right = format!("{SITE}{path}");
            assert_eq!(links, has_notice.then_some(right).as_slice(), "{headers:?}");
        }
        assert!(!browser.get("/").await.has(".notice a"));
    }
}

async fn setup_path(app: &App) -> String {
    let movies_diary::AppState { db, clock, .. } = &app.state;
    let code = issue_link(db, clock, LinkPurpose::Setup, None, None).await;
    format!("/setup?code={}", code.expect("a code").expose())
}

#[tokio::test]
async fn a_browser_on_http_is_told_where_to_sign_in() {
    let options = BrowserOptions {
        javascript: false,
        ..BrowserOptions::default()
    };
    let Some(browser) = Browser::open(options).await else {
        return;
    };
    let app = App::start_with(&[("BASE_URL", SITE)]).await;
    app.member("ada").await;
    let port = serve_router(app.router.clone()).await.port();
    browser
        .goto(&format!("http://{HTTP_HOST}:{port}/login"))
        .await;
    assert!(browser.text("main .notice").await.contains(SITE));
    browser.fill("#username", "ada").await;
    browser.fill("#password", PASSWORD).await;
    browser.click_and_navigate("main button.primary").await;
    let advice = browser.text("main .lead").await;
    assert!(
        advice.contains(&format!("Go to {SITE} and try again.")),
        "{advice}"
    );
    let link = browser.find("main a.primary").await.attr("href").await;
    assert_eq!(link.expect("a link"), Some(format!("{SITE}/login")));
}

#[tokio::test]
async fn a_request_has_one_host() {
    for settings in [vec![], vec![("BASE_URL", SITE)]] {
        let app = App::start_with(&settings).await;
        let address = serve_router(app.router.clone()).await;
        for path in [
            "/",
            "/health",
            "/feed.atom",
            "/api/nowhere",
            "/assets/none.js",
        ] {
            let line = format!("GET {path} HTTP/1.1");
            for hosts in [&[][..], &["Host: diary.test", "Host: diary.test"]] {
                let mut connection = RawConnection::connect(address).await;
                connection
                    .send_lines(&[&[line.as_str()], hosts].concat())
                    .await;
                let answer = connection.read_response().await;
                let answer = answer.expect(StatusCode::BAD_REQUEST);
                assert!(answer.body.contains("one header Host"), "{}", answer.body);
                assert_eq!(
                    answer.header("content-type") == "application/problem+json",
                    path.starts_with("/api/"),
                );
            }
            // Health checks use the old version, which has no such header.
            let mut connection = RawConnection::connect(address).await;
            connection.send_lines(&[&line.replace("1.1", "1.0")]).await;
            assert_ne!(connection.read_response().await.status, 400);
        }
    }
}

/// The address in the request line replaces the header (RFC 9112, section 3.2.2).
#[tokio::test]
async fn links_use_a_valid_host_without_a_base_url() {
    let app = App::start().await;
    let address = serve_router(app.router.clone()).await;
    let feed_of = async |lines: &[&str]| {
        let mut connection = RawConnection::connect(address).await;
        connection.send_lines(lines).await;
        connection.read_response().await
    };
    for (line, host) in [
        ("GET /feed.atom HTTP/1.1", "Host: films.test:81"),
        (
            "GET http://films.test:81/feed.atom HTTP/1.1",
            "Host: other.test",
        ),
    ] {
        let feed = feed_of(&[line, host]).await.expect(StatusCode::OK);
        assert!(
            feed.body.contains("http://films.test:81/feed.atom"),
            "{}",
            feed.body
        );
    }
    for host in ["Host: a/b", "Host: a b", "Host: user@films.test", "Host:"] {
        let refused = feed_of(&["GET /feed.atom HTTP/1.1", host]).await;
        refused.expect(StatusCode::BAD_REQUEST);
    }
}
