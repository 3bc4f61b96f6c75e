//! The program behind a real nginx, which gets the very lines of the README.

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::header::{HeaderMap, HeaderValue, ORIGIN, SET_COOKIE};

use crate::support::browser::{Browser, BrowserOptions, HTTP_HOST};
use crate::support::databases::TestDatabase;
use crate::support::nginx::{Nginx, Ports};
use crate::support::process::ServerProcess;
use crate::support::{PASSWORD, TestResponse};

const HOST: &str = "films.example.org";

/// What the README leaves to the person: nginx replaces `Host` unless it is told to pass it on.
const HOST_LINES: [&str; 3] = [
    "",
    "proxy_set_header Host $host;",
    "proxy_set_header Host $http_host;",
];

/// A browser that does not send Fetch Metadata, only `Origin`.
struct OldBrowser {
    client: reqwest::Client,
    origin: String,
}

impl OldBrowser {
    fn at(origin: String) -> Self {
        movies_diary::outgoing::install_crypto_provider();
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, HeaderValue::from_str(&origin).expect("a value"));
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .resolve(HOST, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .tls_danger_accept_invalid_certs(true)
            .build()
            .expect("a client");
        Self { client, origin }
    }

    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.origin))
    }

    fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(format!("{}{path}", self.origin))
    }
}

async fn send(request: reqwest::RequestBuilder) -> TestResponse {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.expect("a body");
    TestResponse {
        status,
        headers,
        body: String::from_utf8_lossy(&bytes).into_owned(),
        bytes,
    }
}

async fn start_site(ports: Ports, base_url: &str) -> (TestDatabase, ServerProcess) {
    let database = TestDatabase::migrated().await;
    let port = ports.site.to_string();
    let settings = [
        ("PORT", port.as_str()),
        ("BASE_URL", base_url),
        ("TRUSTED_PROXIES", "127.0.0.1"),
        ("API_REQUESTS_PER_MINUTE_BY_ADDRESS", "1"),
    ];
    let server = ServerProcess::serve_with(&database, &settings);
    (database, server)
}

#[tokio::test]
async fn the_lines_of_the_readme_work_in_nginx() {
    for host_line in HOST_LINES {
        let ports = Ports::find();
        let Some(nginx) = Nginx::start(ports, host_line) else {
            return;
        };
        let site = format!("https://{HOST}:{}", ports.https);
        let (_database, server) = start_site(ports, &site).await;
        let ada = OldBrowser::at(site.clone());
        sign_up(&ada, &server).await;
        upload_10_megabytes(&ada).await;
        assert_addresses_are_told_apart(&ada).await;
        assert_http_leads_to(&site, ports).await;
        assert_eq!(nginx.error_log(), "", "{host_line}");
    }
}

async fn sign_up(ada: &OldBrowser, server: &ServerProcess) {
    let link = server.setup_link();
    let path = link.strip_prefix(&ada.origin).expect("a link to the proxy");
    let form = send(ada.get(path)).await.form("main form");
    let form = form.set("username", "ada").set("password", PASSWORD);
    let done = send(
        ada.post("/setup")
            .form(&form.set("time_zone", "UTC").fields),
    )
    .await;
    assert_eq!(done.status, 303, "{}", done.body);
    let cookie = done.headers[SET_COOKIE].to_str().expect("a text");
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    assert_eq!(send(ada.get("/settings")).await.status, 200);
    send(ada.post("/logout").form(&[("", ""); 0])).await;
    let fields = [("username", "ada"), ("password", PASSWORD)];
    let done = send(ada.post("/login").form(&fields)).await;
    assert_eq!(done.status, 303, "{}", done.body);
    // Signed in already.
    assert_eq!(send(ada.get("/login")).await.status, 303);
}

/// It is not a picture, but the site says so, not nginx.
async fn upload_10_megabytes(ada: &OldBrowser) {
    let fields = [
        ("key", "0123456789abcdef"),
        ("title", "Heat"),
        ("year", "1995"),
        ("day_unknown", "on"),
        ("visibility", "public"),
    ];
    assert_eq!(send(ada.post("/reviews").form(&fields)).await.status, 303);
    let file = reqwest::multipart::Part::bytes(vec![0; 10 * 1000 * 1000]).file_name("a.png");
    let form = reqwest::multipart::Form::new().part("poster", file);
    let refused = send(ada.post("/movies/1/poster").multipart(form)).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
}

/// The limit is one request a minute for each address.
async fn assert_addresses_are_told_apart(ada: &OldBrowser) {
    for (address, status) in [("192.0.2.1", 404), ("192.0.2.1", 429), ("192.0.2.2", 404)] {
        let request = ada.get("/api/nowhere").header("x-forwarded-for", address);
        assert_eq!(send(request).await.status, status, "{address}");
    }
}

async fn assert_http_leads_to(site: &str, ports: Ports) {
    let lost = OldBrowser::at(format!("http://{HOST}:{}", ports.http));
    let page = send(lost.get("/login")).await;
    let right = format!("{site}/login");
    assert_eq!(page.attributes("main .notice a", "href"), [right]);
    let fields = [("username", "ada"), ("password", PASSWORD)];
    let refused = send(lost.post("/login").form(&fields)).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(refused.body.contains(&format!("Go to {site} and")));
    let page = send(OldBrowser::at(site.to_owned()).get("/login")).await;
    assert!(!page.has(".notice"));
}

/// Without https, browsers send no Fetch Metadata, so only `Origin` tells where a form is from.
#[tokio::test]
async fn a_browser_signs_in_behind_nginx_without_https() {
    let ports = Ports::find();
    let (Some(_nginx), Some(browser)) = (
        Nginx::start(ports, ""),
        Browser::open(BrowserOptions::default()).await,
    ) else {
        return;
    };
    let site = format!("http://{HTTP_HOST}:{}", ports.http);
    let (_database, server) = start_site(ports, &site).await;
    browser.goto(&server.setup_link()).await;
    browser.fill("#username", "ada").await;
    browser.fill("#password", PASSWORD).await;
    browser.click_and_navigate("main button.primary").await;
    browser.goto(&format!("{site}/settings")).await;
    assert_eq!(browser.path().await, "/settings");
}
