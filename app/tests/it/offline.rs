//! The diary on a device without a connection. To simulate that, the server is stopped.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread::JoinHandle;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tokio::sync::Notify;
use tower::ServiceExt;

use crate::support::browser::{Browser, BrowserOptions};
use crate::support::databases::TestDatabase;
use crate::support::process::{ServerProcess, command, run_command};
use crate::support::raw_connection::serve_router;
use crate::support::{App, PASSWORD};

/// A member who saves pages on their device.
struct OfflineFixture {
    database: TestDatabase,
    browser: Browser,
    base: String,
}

impl OfflineFixture {
    /// `None` where no browser is installed.
    async fn open(setup: BrowserOptions) -> Option<(Self, ServerProcess)> {
        let browser = Browser::open(setup).await?;
        let database = TestDatabase::migrated().await;
        let server = ServerProcess::serve(&database);
        browser.goto(&server.setup_link()).await;
        browser.fill("#username", "ada").await;
        browser.fill("#display_name", "Ada").await;
        browser.fill("#password", PASSWORD).await;
        browser.click_and_navigate("main button.primary").await;
        let fixture = Self {
            base: server.base_url(),
            database,
            browser,
        };
        fixture.enable_saved_pages().await;
        Some((fixture, server))
    }

    async fn goto(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.base)).await;
    }

    async fn sign_in(&self, username: &str) {
        self.goto("/login").await;
        self.browser.fill("#username", username).await;
        self.browser.fill("#password", PASSWORD).await;
        self.browser.click_and_navigate("main button.primary").await;
    }

    async fn enable_saved_pages(&self) {
        self.goto("/settings").await;
        self.browser.click("#device [name=keep]").await;
        self.browser
            .click_and_navigate("#device button.primary")
            .await;
        self.goto("/").await;
        let forms = "caches.match('/reviews/new?by_hand=1').then((form) => form !== undefined)";
        self.browser.wait_until(forms).await;
    }

    fn port(&self) -> u16 {
        let port = self.base.rsplit(':').next().expect("a port");
        port.parse().expect("a number")
    }

    /// Starts the server again on the same port.
    fn serve(&self) -> ServerProcess {
        ServerProcess::serve_with(&self.database, &[("PORT", &self.port().to_string())])
    }

    /// Logs a movie while the server is unreachable.
    async fn log_offline(&self, title: &str, year: &str) {
        self.goto(&format!("/reviews/new?q={title}")).await;
        let titled = format!("document.getElementById('title').value === '{title}'");
        self.browser.wait_until(&titled).await;
        self.browser.fill("#year", year).await;
        self.browser
            .click_and_navigate("form.review button.primary")
            .await;
        self.browser.find(".waiting-review").await;
    }

    async fn assert_offline_notice(&self) {
        let notice = self.browser.text(".kept").await;
        assert!(
            notice.starts_with("You’re offline, or the connection is slow. This page is from"),
            "{notice}"
        );
    }
}

/// Answers every request with 502, like a proxy whose server is down, until it is stopped.
struct BadGatewayProxy {
    is_stopped: Arc<AtomicBool>,
    port: u16,
    thread: JoinHandle<()>,
}

const BAD_GATEWAY: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 11\r\nConnection: close\r\n\r\nBad Gateway";

impl BadGatewayProxy {
    fn start(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port");
        let is_stopped = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&is_stopped);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                answer_bad_gateway(stream);
            }
        });
        Self {
            is_stopped,
            port,
            thread,
        }
    }

    /// Frees the port again.
    fn stop(self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        // Wakes the thread up, so that it sees the flag.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        self.thread.join().expect("it ends");
    }
}

fn answer_bad_gateway(mut stream: TcpStream) {
    let mut head = [0; 4096];
    // The browser may have closed the connection already.
    let _ = stream.read(&mut head);
    let _ = stream.write_all(BAD_GATEWAY);
}

#[tokio::test]
async fn reviews_logged_offline_are_sent_once() {
    let Some((fixture, server)) = OfflineFixture::open(BrowserOptions::default()).await else {
        return;
    };
    let browser = &fixture.browser;
    server.stop("TERM");
    fixture.goto("/").await;
    fixture.assert_offline_notice().await;
    fixture.log_offline("Ran", "1985").await;
    fixture.log_offline("Heat", "1995").await;
    assert_eq!(browser.path().await, "/");
    let waiting = "document.querySelectorAll('.waiting-review').length === 2";
    browser.wait_until(waiting).await;

    // A proxy that cannot reach the server counts as offline, too.
    let proxy = BadGatewayProxy::start(fixture.port());
    fixture.goto("/").await;
    fixture.assert_offline_notice().await;
    browser.wait_until(waiting).await;
    proxy.stop();

    let server = fixture.serve();
    fixture.goto("/").await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 2")
        .await;
    browser
        .wait_until("document.getElementById('waiting').hidden")
        .await;
    assert!(!browser.has(".kept").await);
    fixture.goto("/").await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 2")
        .await;
    assert_eq!(browser.text(".entry:first-child .title").await, "Heat 1995");
    drop(server);
}

#[tokio::test]
async fn refused_offline_reviews_can_be_edited() {
    let Some((fixture, server)) = OfflineFixture::open(BrowserOptions::default()).await else {
        return;
    };
    let browser = &fixture.browser;
    server.stop("TERM");
    fixture.log_offline("Ran", "985").await;
    fixture.log_offline("Heat", "95").await;
    let server = fixture.serve();
    fixture.goto("/").await;
    browser
        .wait_until("document.querySelectorAll('.waiting-review.refused').length === 2")
        .await;
    let refused = browser.text(".waiting-review p").await;
    assert!(refused.starts_with("Ran wasn’t saved: "), "{refused}");
    browser
        .click_and_navigate("[aria-label='Edit: Heat']")
        .await;
    let title = |title: &str| format!("document.getElementById('title').value === '{title}'");
    browser.wait_until(&title("Heat")).await;
    // From one form to the other.
    browser.click("[aria-label='Delete: Heat']").await;
    browser
        .wait_until("document.querySelectorAll('.waiting-review').length === 1")
        .await;
    browser.click("[aria-label='Edit: Ran']").await;
    browser.wait_until(&title("Ran")).await;
    browser.fill("#year", "1985").await;
    browser
        .click_and_navigate("form.review button.primary")
        .await;
    assert_eq!(browser.text(".entry .title").await, "Ran 1985");
    assert!(!browser.has(".waiting-review").await);
    drop(server);
}

/// Signing out deletes the account's saved pages and unsent reviews from the device.
#[tokio::test]
async fn signing_out_clears_the_device() {
    let Some((fixture, server)) = OfflineFixture::open(BrowserOptions::default()).await else {
        return;
    };
    let browser = &fixture.browser;
    fixture.goto("/users/ada").await;
    server.stop("TERM");
    fixture.log_offline("Ran", "1985").await;
    let proxy = BadGatewayProxy::start(fixture.port());
    fixture.goto("/users/ada").await;
    fixture.assert_offline_notice().await;
    // Signing out asks for confirmation first.
    browser.click("header.site .own button").await;
    browser.click("dialog button:first-child").await;
    fixture.goto("/users/ada").await;
    browser.find(".waiting-review").await;
    browser.click("header.site .own button").await;
    browser.click("dialog button:last-child").await;
    browser
        .wait_until(
            "caches.keys().then((names) => names.every((name) => !name.startsWith('pages-')))",
        )
        .await;
    fixture.goto("/users/ada").await;
    assert!(!browser.has("#waiting").await);
    proxy.stop();
    fixture.goto("/users/ada").await;
    assert_eq!(browser.text("h1").await, "You’re offline");
    // The worker reports the sign-out first, and never sends the review that waited.
    let server = fixture.serve();
    fixture.goto("/settings").await;
    assert_eq!(browser.path().await, "/login");
    fixture.goto("/login").await;
    browser.fill("#username", "ada").await;
    browser.fill("#password", PASSWORD).await;
    browser.click_and_navigate("main button.primary").await;
    browser
        .wait_until("document.documentElement.dataset.mark.length === 16")
        .await;
    assert!(!browser.has(".entry, .waiting-review").await);
    drop(server);
}

/// A session ends, and another member signs in.
#[tokio::test]
async fn saved_pages_are_not_shown_to_another_member() {
    let Some((fixture, server)) = OfflineFixture::open(BrowserOptions::default()).await else {
        return;
    };
    let browser = &fixture.browser;
    add_member(&fixture.database, "eve");
    fixture.goto("/users/ada").await;
    browser.client.delete_cookie("session").await.expect("gone");
    fixture.sign_in("eve").await;
    assert_eq!(browser.path().await, "/");
    server.stop("TERM");
    for path in ["/", "/users/ada", "/reviews/new?q=Ran"] {
        fixture.goto(path).await;
        assert_eq!(browser.text("h1").await, "You’re offline", "{path}");
    }
}

fn add_member(database: &TestDatabase, username: &str) {
    let url = database.url();
    let mut add = command(database.folder(), &[("DATABASE_URL", &url)]);
    add.args(["user", "add", username]);
    let done = run_command(add, &format!("{PASSWORD}\n"));
    assert!(done.success, "{}", done.stderr);
}

/// Holds a response back until the test lets it go.
#[derive(Clone, Default)]
struct ResponseGate {
    arrived: Arc<Notify>,
    released: Arc<Notify>,
}

/// A server in this process behind the routes of `front`, and a browser in which Ada saves pages.
async fn open_behind(app: &App, front: Router) -> Option<OfflineFixture> {
    let browser = Browser::open(BrowserOptions::default()).await?;
    let port = serve_router(front.fallback_service(app.router.clone()))
        .await
        .port();
    let fixture = OfflineFixture {
        database: TestDatabase::migrated().await,
        browser,
        base: format!("http://localhost:{port}"),
    };
    fixture.sign_in("ada").await;
    fixture.goto("/settings").await;
    fixture.browser.click("#device [name=keep]").await;
    Some(fixture)
}

/// The worker requests a page for one member, and it arrives when another is signed in.
#[tokio::test]
async fn a_late_page_is_not_saved_after_a_sign_out() {
    let app = App::start().await;
    app.member("ada").await;
    app.member("eve").await;
    let gate = ResponseGate::default();
    let (handler_gate, inner) = (gate.clone(), app.router.clone());
    let form = get(move |request: Request| async move {
        // The last page that the worker requests.
        let is_last = request.uri().query() == Some("by_hand=1");
        let answer = inner.oneshot(request).await;
        if is_last {
            handler_gate.arrived.notify_one();
            handler_gate.released.notified().await;
        }
        answer
    });
    let probed = Arc::new(Notify::new());
    let probe_signal = Arc::clone(&probed);
    let probe = get(move || async move { probe_signal.notify_one() });
    let front = Router::new()
        .route("/reviews/new", form)
        .route("/probe", probe);
    let Some(fixture) = open_behind(&app, front).await else {
        return;
    };
    let browser = &fixture.browser;
    browser.click_and_navigate("#device button.primary").await;
    gate.arrived.notified().await;
    browser.click_and_navigate("header.site .own button").await;
    fixture.sign_in("eve").await;
    let saved_caches =
        "caches.keys().then((names) => names.filter((name) => name.startsWith('pages-')).join())";
    // Once the worker has made these requests, it has dealt with everything before them.
    let settled = async || {
        for _ in 0..3 {
            let ask = "navigator.serviceWorker.ready
                .then(({ active }) => active.postMessage({ keep: [`${origin}/probe`] }))";
            browser.run(ask).await;
            probed.notified().await;
            browser.evaluate(saved_caches).await;
        }
    };
    settled().await;
    gate.released.notify_one();
    settled().await;
    assert_eq!(browser.evaluate(saved_caches).await, "");
    fixture.browser.close().await;
}

/// Somebody signs out without a connection. Once it is back, the server fails at first.
#[tokio::test]
async fn saved_pages_are_hidden_until_the_sign_out_is_confirmed() {
    let app = App::start().await;
    app.member("ada").await;
    let failure_mode = Arc::new(AtomicU8::new(1));
    let (now, inner) = (Arc::clone(&failure_mode), app.router.clone());
    let logout = post(move |request: Request| async move {
        let numbered = [("x-request-id", "1")];
        match now.load(Ordering::SeqCst) {
            1 => (StatusCode::BAD_GATEWAY, "Bad Gateway").into_response(),
            2 => (StatusCode::SERVICE_UNAVAILABLE, numbered).into_response(),
            _ => inner.oneshot(request).await.into_response(),
        }
    });
    let Some(fixture) = open_behind(&app, Router::new().route("/logout", logout)).await else {
        return;
    };
    let browser = &fixture.browser;
    browser.click_and_navigate("#device button.primary").await;
    fixture.goto("/").await;
    browser.click("header.site .own button").await;
    browser
        .wait_until("caches.has('signing-out').then((has) => has)")
        .await;
    failure_mode.store(2, Ordering::SeqCst);
    for path in ["/users/ada", "/settings"] {
        fixture.goto(path).await;
        assert_eq!(browser.text("h1").await, "You’re offline", "{path}");
    }
    failure_mode.store(3, Ordering::SeqCst);
    fixture.goto("/settings").await;
    assert_eq!(browser.path().await, "/login");
    fixture.browser.close().await;
}

/// The fields of the first review that waits to be sent, as JSON.
const FIRST_QUEUED: &str = "new Promise((done) => {
    const opening = indexedDB.open('movies-diary');
    opening.onsuccess = () => {
        const all = opening.result.transaction('waiting').objectStore('waiting').getAll();
        all.onsuccess = () => { opening.result.close(); done(JSON.stringify(all.result[0].fields)); };
    };
})";

/// Somebody goes back to the form of a waiting review and enters another movie.
#[tokio::test]
async fn a_changed_waiting_form_is_another_review() {
    let Some((fixture, server)) = OfflineFixture::open(BrowserOptions::default()).await else {
        return;
    };
    let browser = &fixture.browser;
    server.stop("TERM");
    fixture.log_offline("Ran", "1985").await;
    let written = browser.evaluate(FIRST_QUEUED).await;
    let written = written.as_str().expect("a form").replace("Ran", "Heat");
    // A browser may restore the form with its old key, so this sends the same key.
    let send = format!(
        "fetch('/reviews', {{ method: 'POST', body: new URLSearchParams({written}) }}).then(() => true)"
    );
    browser.evaluate(&send).await;
    fixture.goto("/").await;
    browser
        .wait_until("document.querySelectorAll('.waiting-review').length === 2")
        .await;
    let server = fixture.serve();
    fixture.goto("/").await;
    browser
        .wait_until("document.querySelectorAll('.entry').length === 2")
        .await;
    drop(server);
}

/// A review is waiting, and by the time the connection is back another member is signed in.
#[tokio::test]
async fn waiting_reviews_are_not_sent_for_another_member() {
    let Some((fixture, server)) = OfflineFixture::open(BrowserOptions::default()).await else {
        return;
    };
    let browser = &fixture.browser;
    add_member(&fixture.database, "eve");
    server.stop("TERM");
    fixture.log_offline("Ran", "1985").await;
    let server = fixture.serve();
    let sign_in = format!(
        "fetch('/login', {{ method: 'POST', redirect: 'manual',          body: new URLSearchParams({{ username: 'eve', password: '{PASSWORD}' }}) }}).then(() => true)"
    );
    browser.evaluate(&sign_in).await;
    // The page sends while it holds the lock.
    let send = "navigator.locks.request('outbox', () => {})
        .then(() => { dispatchEvent(new Event('online')); })
        .then(() => navigator.locks.request('outbox', () => true))";
    assert_eq!(browser.evaluate(send).await, true);
    assert!(browser.has(".waiting-review:not(.refused)").await);
    drop(server);
}

/// A browser may refuse to store anything. The site still works.
#[tokio::test]
async fn a_broken_browser_database_breaks_nothing_else() {
    let Some((fixture, server)) = OfflineFixture::open(BrowserOptions::default()).await else {
        return;
    };
    let browser = &fixture.browser;
    // A newer version of the database than the script opens.
    let broken = "new Promise((done) => {
        const opening = indexedDB.open('movies-diary', 2);
        opening.onsuccess = () => { opening.result.close(); done(true); };
    })";
    browser.evaluate(broken).await;
    fixture.goto("/reviews/new?by_hand=1").await;
    browser.fill("#title", "Ran").await;
    browser.fill("#year", "1985").await;
    browser
        .click_and_navigate("form.review button.primary")
        .await;
    assert_eq!(browser.text(".entry .title").await, "Ran 1985");
    browser.click_and_navigate("header.site .own button").await;
    fixture.goto("/settings").await;
    assert_eq!(browser.path().await, "/login");
    drop(server);
}

/// A new build's worker takes over at once, and a form opened before that can still be sent.
#[tokio::test]
async fn a_new_version_breaks_no_open_form() {
    let Some(browser) = Browser::open(BrowserOptions::default()).await else {
        return;
    };
    let app = App::start().await;
    let ada = app.member("ada").await;
    let next = Arc::new(AtomicBool::new(false));
    let base = format!(
        "http://localhost:{}",
        serve_router(serve_two_builds(&app, &next)).await.port()
    );
    browser.goto(&format!("{base}/login")).await;
    browser.fill("#username", "ada").await;
    browser.fill("#password", PASSWORD).await;
    browser.click_and_navigate("main button.primary").await;
    browser.goto(&format!("{base}/reviews/new?by_hand=1")).await;
    browser.fill("#title", "Heat").await;
    browser.fill("#year", "1995").await;
    let shells =
        "caches.keys().then((names) => names.filter((name) => name.startsWith('shell-')).length)";
    browser
        .wait_until(&format!("{shells}.then((count) => count === 1)"))
        .await;

    next.store(true, Ordering::SeqCst);
    browser
        .evaluate("navigator.serviceWorker.ready.then((one) => one.update()).then(() => true)")
        .await;
    browser
        .wait_until(&format!("{shells}.then((count) => count === 2)"))
        .await;
    let title = "document.getElementById('title').value";
    assert_eq!(browser.evaluate(title).await, "Heat");
    browser
        .click_and_navigate("form.review button.primary")
        .await;
    assert_eq!(ada.get("/users/ada").await.titles(), ["Heat"]);
    browser.assert_no_console_errors().await;
}

/// The routes of the server. Once `next` is set, its service worker is that of the next build.
fn serve_two_builds(app: &App, next: &Arc<AtomicBool>) -> Router {
    let (visitor, next) = (app.visitor(), Arc::clone(next));
    let worker = move || async move {
        let worker = visitor.get("/sw.js").await.body;
        let build = if next.load(Ordering::SeqCst) {
            "BUILD=\"next-"
        } else {
            "BUILD=\""
        };
        let kind = [("content-type", "text/javascript")];
        (kind, worker.replacen("BUILD=\"", build, 1))
    };
    Router::new()
        .route("/sw.js", get(worker))
        .fallback_service(app.router.clone())
}
