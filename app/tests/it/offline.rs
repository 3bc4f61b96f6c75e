//! The diary on a device without the network. Away means that the server is stopped.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use axum::Router;
use axum::routing::get;

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
            told.starts_with("The network is away. This page is from"),
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
    let server = scene.serve();
    scene.goto("/").await;
    let refused = browser.text(".waiting-review.refused p").await;
    assert!(refused.starts_with("Ran was not saved: "), "{refused}");
    browser.click_away(".waiting-review button").await;
    browser
        .until("document.getElementById('title').value === 'Ran'")
        .await;
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
    assert_eq!(browser.text("h1").await, "The network is away");
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
        assert_eq!(browser.text("h1").await, "The network is away", "{path}");
    }
}

fn add_member(database: &TestDatabase, username: &str) {
    let url = database.url();
    let mut add = command(database.folder(), &[("DATABASE_URL", &url)]);
    add.args(["user", "add", username]);
    let done = run(add, &format!("{PASSWORD}\n"));
    assert!(done.success, "{}", done.err);
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
