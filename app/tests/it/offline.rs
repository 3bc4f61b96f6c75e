//! The diary on a device without the network. Away means that the server is stopped.

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

use crate::support::browser::{Browser, Setup};
use crate::support::databases::TestDatabase;
use crate::support::process::{Process, command, run};
use crate::support::wire::serve;
use crate::support::{App, PASSWORD};

/// A member who keeps pages on their device.
struct Scene {
    database: TestDatabase,
    browser: Browser,
    base: String,
}

impl Scene {
    /// The scene and the server, or nothing where there is no browser.
    async fn open(setup: Setup) -> Option<(Self, Process)> {
        let browser = Browser::open(setup).await?;
        let database = TestDatabase::migrated().await;
        let server = Process::serve(&database);
        browser.goto(&server.setup_link()).await;
        browser.fill("#username", "ada").await;
        browser.fill("#display_name", "Ada").await;
        browser.fill("#password", PASSWORD).await;
        browser.click_away("main button.primary").await;
        let scene = Self {
            base: server.base(),
            database,
            browser,
        };
        scene.keep_pages().await;
        Some((scene, server))
    }

    async fn goto(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.base)).await;
    }

    async fn sign_in(&self, username: &str) {
        self.goto("/login").await;
        self.browser.fill("#username", username).await;
        self.browser.fill("#password", PASSWORD).await;
        self.browser.click_away("main button.primary").await;
    }

    async fn keep_pages(&self) {
        self.goto("/settings").await;
        self.browser.click("#device [name=keep]").await;
        self.browser.click_away("#device button.primary").await;
        self.goto("/").await;
        let forms = "caches.match('/reviews/new?by_hand=1').then((form) => form !== undefined)";
        self.browser.until(forms).await;
    }

    fn port(&self) -> u16 {
        let port = self.base.rsplit(':').next().expect("a port");
        port.parse().expect("a number")
    }

    /// The server again, where it was.
    fn serve(&self) -> Process {
        Process::serve_with(&self.database, &[("PORT", &self.port().to_string())])
    }

    /// Logs a film while the network is away.
    async fn log_offline(&self, title: &str, year: &str) {
        self.goto(&format!("/reviews/new?q={title}")).await;
        let titled = format!("document.getElementById('title').value === '{title}'");
        self.browser.until(&titled).await;
        self.browser.fill("#year", year).await;
        self.browser.click_away("form.review button.primary").await;
        self.browser.find(".waiting-review").await;
    }

    async fn says_away(&self) {
        let told = self.browser.text(".kept").await;
        assert!(
            told.starts_with("You’re offline, or the connection is slow. This page is from"),
            "{told}"
        );
    }
}

/// Answers everything as a proxy does whose server is gone, until it is stopped.
struct Proxy {
    has_ended: Arc<AtomicBool>,
    port: u16,
    answers: JoinHandle<()>,
}

const BAD_GATEWAY: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 11\r\nConnection: close\r\n\r\nBad Gateway";

impl Proxy {
    fn start(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port");
        let has_ended = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&has_ended);
        let answers = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                refuse(stream);
            }
        });
        Self {
            has_ended,
            port,
            answers,
        }
    }

    /// Gives the port back.
    fn stop(self) {
        self.has_ended.store(true, Ordering::SeqCst);
        // So that it looks.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        self.answers.join().expect("it ends");
    }
}

fn refuse(mut stream: TcpStream) {
    let mut head = [0; 4096];
    // Whether the browser listens is its own business.
    let _ = stream.read(&mut head);
    let _ = stream.write_all(BAD_GATEWAY);
}

#[tokio::test]
async fn what_is_logged_without_the_network_is_sent_once_when_it_is_back() {
    let Some((scene, server)) = Scene::open(Setup::default()).await else {
        return;
    };
    let browser = &scene.browser;
    server.stop("TERM");
    scene.goto("/").await;
    scene.says_away().await;
    scene.log_offline("Ran", "1985").await;
    scene.log_offline("Heat", "1995").await;
    assert_eq!(browser.path().await, "/");
    let waiting = "document.querySelectorAll('.waiting-review').length === 2";
    browser.until(waiting).await;

    // In between there is something that is not the server.
    let proxy = Proxy::start(scene.port());
    scene.goto("/").await;
    scene.says_away().await;
    browser.until(waiting).await;
    proxy.stop();

    let server = scene.serve();
    scene.goto("/").await;
    browser
        .until("document.querySelectorAll('.entry').length === 2")
        .await;
    browser
        .until("document.getElementById('waiting').hidden")
        .await;
    assert!(!browser.has(".kept").await);
    scene.goto("/").await;
    browser
        .until("document.querySelectorAll('.entry').length === 2")
        .await;
    assert_eq!(browser.text(".entry:first-child .title").await, "Heat 1995");
    drop(server);
}

#[tokio::test]
async fn what_the_server_refuses_stays_to_be_changed() {
    let Some((scene, server)) = Scene::open(Setup::default()).await else {
        return;
    };
    let browser = &scene.browser;
    server.stop("TERM");
    scene.log_offline("Ran", "985").await;
    scene.log_offline("Heat", "95").await;
    let server = scene.serve();
    scene.goto("/").await;
    browser
        .until("document.querySelectorAll('.waiting-review.refused').length === 2")
        .await;
    let refused = browser.text(".waiting-review p").await;
    assert!(refused.starts_with("Ran wasn’t saved: "), "{refused}");
    browser.click_away("[aria-label='Edit: Heat']").await;
    let title = |title: &str| format!("document.getElementById('title').value === '{title}'");
    browser.until(&title("Heat")).await;
    // From one form to the other.
    browser.click("[aria-label='Delete: Heat']").await;
    browser
        .until("document.querySelectorAll('.waiting-review').length === 1")
        .await;
    browser.click("[aria-label='Edit: Ran']").await;
    browser.until(&title("Ran")).await;
    browser.fill("#year", "1985").await;
    browser.click_away("form.review button.primary").await;
    assert_eq!(browser.text(".entry .title").await, "Ran 1985");
    assert!(!browser.has(".waiting-review").await);
    drop(server);
}

/// Pages of one account are never shown to another, nor is anything sent in their name.
#[tokio::test]
async fn who_signs_out_leaves_nothing_on_the_device() {
    let Some((scene, server)) = Scene::open(Setup::default()).await else {
        return;
    };
    let browser = &scene.browser;
    scene.goto("/users/ada").await;
    server.stop("TERM");
    scene.log_offline("Ran", "1985").await;
    let proxy = Proxy::start(scene.port());
    scene.goto("/users/ada").await;
    scene.says_away().await;
    // It asks first.
    browser.click("header.site .own button").await;
    browser.click("dialog button:first-child").await;
    scene.goto("/users/ada").await;
    browser.find(".waiting-review").await;
    browser.click("header.site .own button").await;
    browser.click("dialog button:last-child").await;
    browser
        .until("caches.keys().then((names) => names.every((name) => !name.startsWith('pages-')))")
        .await;
    scene.goto("/users/ada").await;
    assert!(!browser.has("#waiting").await);
    proxy.stop();
    scene.goto("/users/ada").await;
    assert_eq!(browser.text("h1").await, "You’re offline");
    // The server hears of it first, and of what waited nothing.
    let server = scene.serve();
    scene.goto("/settings").await;
    assert_eq!(browser.path().await, "/login");
    scene.goto("/login").await;
    browser.fill("#username", "ada").await;
    browser.fill("#password", PASSWORD).await;
    browser.click_away("main button.primary").await;
    browser
        .until("document.documentElement.dataset.mark.length === 16")
        .await;
    assert!(!browser.has(".entry, .waiting-review").await);
    drop(server);
}

/// A session ends, and somebody else signs in.
#[tokio::test]
async fn pages_of_one_member_are_not_there_for_the_next() {
    let Some((scene, server)) = Scene::open(Setup::default()).await else {
        return;
    };
    let browser = &scene.browser;
    add_member(&scene.database, "eve");
    scene.goto("/users/ada").await;
    browser.client.delete_cookie("session").await.expect("gone");
    scene.sign_in("eve").await;
    assert_eq!(browser.path().await, "/");
    server.stop("TERM");
    for path in ["/", "/users/ada", "/reviews/new?q=Ran"] {
        scene.goto(path).await;
        assert_eq!(browser.text("h1").await, "You’re offline", "{path}");
    }
}

fn add_member(database: &TestDatabase, username: &str) {
    let url = database.url();
    let mut add = command(database.folder(), &[("DATABASE_URL", &url)]);
    add.args(["user", "add", username]);
    let done = run(add, &format!("{PASSWORD}\n"));
    assert!(done.success, "{}", done.err);
}

/// An answer that somebody waits for, until the test lets it go.
#[derive(Clone, Default)]
struct Gate {
    came: Arc<Notify>,
    goes: Arc<Notify>,
}

/// A diary in this process, a browser in which ada keeps pages, and what stands in front of
/// the server.
async fn behind(app: &App, front: Router) -> Option<Scene> {
    let browser = Browser::open(Setup::default()).await?;
    let port = serve(front.fallback_service(app.router.clone()))
        .await
        .port();
    let scene = Scene {
        database: TestDatabase::migrated().await,
        browser,
        base: format!("http://localhost:{port}"),
    };
    scene.sign_in("ada").await;
    scene.goto("/settings").await;
    scene.browser.click("#device [name=keep]").await;
    Some(scene)
}

/// What the worker asked for while one member was there comes when it is another.
#[tokio::test]
async fn a_page_that_comes_late_is_not_kept_for_who_left() {
    let app = App::start().await;
    app.member("ada").await;
    app.member("eve").await;
    let gate = Gate::default();
    let (held, inner) = (gate.clone(), app.router.clone());
    let form = get(move |request: Request| async move {
        // The last that is asked for.
        let is_last = request.uri().query() == Some("by_hand=1");
        let answer = inner.oneshot(request).await;
        if is_last {
            held.came.notify_one();
            held.goes.notified().await;
        }
        answer
    });
    let probed = Arc::new(Notify::new());
    let told = Arc::clone(&probed);
    let probe = get(move || async move { told.notify_one() });
    let front = Router::new()
        .route("/reviews/new", form)
        .route("/probe", probe);
    let Some(scene) = behind(&app, front).await else {
        return;
    };
    let browser = &scene.browser;
    browser.click_away("#device button.primary").await;
    gate.came.notified().await;
    browser.click_away("header.site .own button").await;
    scene.sign_in("eve").await;
    let kept =
        "caches.keys().then((names) => names.filter((name) => name.startsWith('pages-')).join())";
    // By the time that the worker has asked for something else, and been told what there is, it
    // has done with what came before.
    let settled = async || {
        for _ in 0..3 {
            let ask = "navigator.serviceWorker.ready
                .then(({ active }) => active.postMessage({ keep: [`${origin}/probe`] }))";
            browser.run(ask).await;
            probed.notified().await;
            browser.evaluate(kept).await;
        }
    };
    settled().await;
    gate.goes.notify_one();
    settled().await;
    assert_eq!(browser.evaluate(kept).await, "");
    scene.browser.close().await;
}

/// Somebody signs out while the network is away. When it is back, the server has trouble.
#[tokio::test]
async fn until_the_server_hears_that_somebody_left_nothing_of_theirs_is_shown() {
    let app = App::start().await;
    app.member("ada").await;
    let trouble = Arc::new(AtomicU8::new(1));
    let (now, inner) = (Arc::clone(&trouble), app.router.clone());
    let logout = post(move |request: Request| async move {
        let numbered = [("x-request-id", "1")];
        match now.load(Ordering::SeqCst) {
            1 => (StatusCode::BAD_GATEWAY, "Bad Gateway").into_response(),
            2 => (StatusCode::SERVICE_UNAVAILABLE, numbered).into_response(),
            _ => inner.oneshot(request).await.into_response(),
        }
    });
    let Some(scene) = behind(&app, Router::new().route("/logout", logout)).await else {
        return;
    };
    let browser = &scene.browser;
    browser.click_away("#device button.primary").await;
    scene.goto("/").await;
    browser.click("header.site .own button").await;
    browser
        .until("caches.has('signing-out').then((has) => has)")
        .await;
    trouble.store(2, Ordering::SeqCst);
    for path in ["/users/ada", "/settings"] {
        scene.goto(path).await;
        assert_eq!(browser.text("h1").await, "You’re offline", "{path}");
    }
    trouble.store(3, Ordering::SeqCst);
    scene.goto("/settings").await;
    assert_eq!(browser.path().await, "/login");
    scene.browser.close().await;
}

/// The fields of the first review that waits to be sent, as JSON.
const FIRST_QUEUED: &str = "new Promise((done) => {
    const opening = indexedDB.open('movies-diary');
    opening.onsuccess = () => {
        const all = opening.result.transaction('waiting').objectStore('waiting').getAll();
        all.onsuccess = () => { opening.result.close(); done(JSON.stringify(all.result[0].fields)); };
    };
})";

/// Back to the form of what waits, and another film typed into it.
#[tokio::test]
async fn a_form_that_waits_and_is_written_anew_is_another_review() {
    let Some((scene, server)) = Scene::open(Setup::default()).await else {
        return;
    };
    let browser = &scene.browser;
    server.stop("TERM");
    scene.log_offline("Ran", "1985").await;
    let written = browser.evaluate(FIRST_QUEUED).await;
    let written = written.as_str().expect("a form").replace("Ran", "Heat");
    // As the browser brings it back, which is for the browser to decide: with its key.
    let send = format!(
        "fetch('/reviews', {{ method: 'POST', body: new URLSearchParams({written}) }}).then(() => true)"
    );
    browser.evaluate(&send).await;
    scene.goto("/").await;
    browser
        .until("document.querySelectorAll('.waiting-review').length === 2")
        .await;
    let server = scene.serve();
    scene.goto("/").await;
    browser
        .until("document.querySelectorAll('.entry').length === 2")
        .await;
    drop(server);
}

/// A review waits, and by the time that the network is back somebody else is signed in.
#[tokio::test]
async fn what_waits_goes_on_waiting_while_somebody_else_is_there() {
    let Some((scene, server)) = Scene::open(Setup::default()).await else {
        return;
    };
    let browser = &scene.browser;
    add_member(&scene.database, "eve");
    server.stop("TERM");
    scene.log_offline("Ran", "1985").await;
    let server = scene.serve();
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

/// A browser may refuse to store anything. The site works as ever.
#[tokio::test]
async fn where_the_store_of_the_browser_is_broken_nothing_else_is() {
    let Some((scene, server)) = Scene::open(Setup::default()).await else {
        return;
    };
    let browser = &scene.browser;
    // Of a later version than the one that is asked for.
    let broken = "new Promise((done) => {
        const opening = indexedDB.open('movies-diary', 2);
        opening.onsuccess = () => { opening.result.close(); done(true); };
    })";
    browser.evaluate(broken).await;
    scene.goto("/reviews/new?by_hand=1").await;
    browser.fill("#title", "Ran").await;
    browser.fill("#year", "1985").await;
    browser.click_away("form.review button.primary").await;
    assert_eq!(browser.text(".entry .title").await, "Ran 1985");
    browser.click_away("header.site .own button").await;
    scene.goto("/settings").await;
    assert_eq!(browser.path().await, "/login");
    drop(server);
}

/// A new build is in charge at once, and a form that was open before it is still sent.
#[tokio::test]
async fn a_new_version_breaks_no_open_form() {
    let Some(browser) = Browser::open(Setup::default()).await else {
        return;
    };
    let app = App::start().await;
    let ada = app.member("ada").await;
    let next = Arc::new(AtomicBool::new(false));
    let base = format!(
        "http://localhost:{}",
        serve(two_builds(&app, &next)).await.port()
    );
    browser.goto(&format!("{base}/login")).await;
    browser.fill("#username", "ada").await;
    browser.fill("#password", PASSWORD).await;
    browser.click_away("main button.primary").await;
    browser.goto(&format!("{base}/reviews/new?by_hand=1")).await;
    browser.fill("#title", "Heat").await;
    browser.fill("#year", "1995").await;
    let shells =
        "caches.keys().then((names) => names.filter((name) => name.startsWith('shell-')).length)";
    browser
        .until(&format!("{shells}.then((count) => count === 1)"))
        .await;

    next.store(true, Ordering::SeqCst);
    browser
        .evaluate("navigator.serviceWorker.ready.then((one) => one.update()).then(() => true)")
        .await;
    browser
        .until(&format!("{shells}.then((count) => count === 2)"))
        .await;
    let title = "document.getElementById('title').value";
    assert_eq!(browser.evaluate(title).await, "Heat");
    browser.click_away("form.review button.primary").await;
    assert_eq!(ada.get("/users/ada").await.titles(), ["Heat"]);
    browser.assert_no_complaints().await;
}

/// The server, and its next build once `next` says so.
fn two_builds(app: &App, next: &Arc<AtomicBool>) -> Router {
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
