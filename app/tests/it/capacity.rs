//! More requests at once than the server can handle: limits on concurrency, on waiting and on
//! memory for bodies.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use axum::routing::get;
use movies_diary::layers::router_with_pages;
use movies_diary::routes::pages;
use movies_diary::web::{BodyBudget, Capacity};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::support::api_client::create_token;
use crate::support::pictures::png;
use crate::support::raw_connection::{RawConnection, serve_router};
use crate::support::{ApiClient, App, ReviewBuilder, TestClient, TestResponse};

/// Longer than any test runs.
const NO_TIMEOUT: Duration = Duration::from_secs(600);

/// A server with a small capacity, and a route `/stay` whose requests occupy their slots until the
/// test releases them.
struct LimitedApp {
    app: App,
    router: Router,
    entered: Arc<Semaphore>,
    released: Arc<Semaphore>,
}

impl LimitedApp {
    async fn start(capacity: Capacity) -> Self {
        let mut app = App::start().await;
        app.state.capacity = capacity;
        let (entered, released) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let (inside, gate) = (Arc::clone(&entered), Arc::clone(&released));
        let stay = async move || {
            inside.add_permits(1);
            gate.acquire().await.expect("it is never closed").forget();
            "at last"
        };
        let routes = pages().into_router().route("/stay", get(stay));
        let router = router_with_pages(routes, app.state.clone());
        Self {
            app,
            router,
            entered,
            released,
        }
    }

    fn visitor(&self) -> TestClient {
        TestClient::new(self.router.clone())
    }

    /// A request that occupies a slot by now.
    async fn start_staying(&self) -> JoinHandle<TestResponse> {
        let staying = self.start_get("/stay");
        self.wait_until_entered().await;
        staying
    }

    async fn wait_until_entered(&self) {
        let entered = self.entered.acquire().await;
        entered.expect("it is never closed").forget();
    }

    fn start_get(&self, path: &'static str) -> JoinHandle<TestResponse> {
        let visitor = self.visitor();
        tokio::spawn(async move { visitor.get(path).await })
    }

    /// Waits until this many more requests would be accepted.
    async fn wait_for_capacity(&self, expected: usize) {
        while self.app.state.capacity.available() != expected {
            tokio::task::yield_now().await;
        }
    }
}

#[track_caller]
fn assert_overloaded(answer: &TestResponse, what: &str) {
    assert_eq!(answer.status, 503, "{what}: {}", answer.body);
    let wait: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=10).contains(&wait), "{what}: {wait}");
}

#[tokio::test]
async fn requests_past_capacity_get_503() {
    let limited = LimitedApp::start(Capacity::new(1, 1, NO_TIMEOUT)).await;
    let ada = limited.app.member("ada").await;
    let full = limited.app.state.capacity.available();
    assert_eq!(full, 2, "whoever is answered leaves");
    let runs = limited.start_staying().await;
    let waits = limited.start_get("/");
    limited.wait_for_capacity(0).await;

    let visitor = limited.visitor();
    for path in ["/", "/users", "/login", "/nowhere", "/feed.atom"] {
        let page = visitor.get(path).await;
        assert_overloaded(&page, path);
        assert_eq!(page.texts("h1"), ["The site is busy"], "{path}");
        assert!(page.has("nav"), "{path}");
    }
    let toast = visitor.htmx().get("/").await;
    assert_overloaded(&toast, "a fragment");
    assert!(toast.body.contains("#toasts") && !toast.has("nav"));
    let program = ApiClient::new(visitor.clone());
    for path in ["/api/me", "/api/openapi.json"] {
        let problem = program.get(path).await;
        assert_overloaded(&problem, path);
        assert_eq!(problem.header("content-type"), "application/problem+json");
        assert_eq!(problem.json()["title"], "The site is busy");
    }
    let mut signed_in = ada.with_copied_cookies();
    signed_in.set_router(limited.router.clone());
    let review = signed_in.post("/reviews", &[("title", "Heat")]).await;
    assert_overloaded(&review, "a review");

    // Cheap routes are still served.
    let page = limited.app.visitor().get("/login").await;
    visitor.get("/health").await.expect(StatusCode::OK);
    visitor.get("/robots.txt").await.expect(StatusCode::OK);
    for asset in page.attributes("link[rel=stylesheet]", "href") {
        visitor.get(&asset).await.expect(StatusCode::OK);
    }
    let poster = visitor.get(format!("/posters/{}-185.webp", "0".repeat(64)));
    poster.await.expect(StatusCode::NOT_FOUND);

    limited.released.add_permits(1);
    runs.await.expect("an answer").expect(StatusCode::OK);
    waits.await.expect("an answer").expect(StatusCode::OK);
    visitor.get("/").await.expect(StatusCode::OK);
    assert_eq!(limited.app.state.capacity.available(), full);
    assert!(signed_in.is_signed_in().await);
}

#[tokio::test]
async fn a_flood_fills_the_slots_and_the_queue() {
    let limited = LimitedApp::start(Capacity::new(3, 5, NO_TIMEOUT)).await;
    let flood: Vec<_> = (0..64).map(|_| limited.start_get("/stay")).collect();
    for _ in 0..3 {
        limited.wait_until_entered().await;
    }
    while flood.iter().filter(|one| one.is_finished()).count() < 64 - 3 - 5 {
        tokio::task::yield_now().await;
    }
    assert_eq!(limited.entered.available_permits(), 0, "no fourth one runs");
    limited.released.add_permits(64);
    let (mut done, mut turned_away) = (0, 0);
    for one in flood {
        match one.await.expect("an answer").status {
            200 => done += 1,
            503 => turned_away += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((done, turned_away), (3 + 5, 64 - 3 - 5));
    assert_eq!(limited.app.state.capacity.available(), 3 + 5);
}

#[tokio::test]
async fn waiting_for_a_slot_times_out() {
    let limited = LimitedApp::start(Capacity::new(1, 1, Duration::ZERO)).await;
    let runs = limited.start_staying().await;
    assert_overloaded(&limited.visitor().get("/").await, "a page");
    limited.released.add_permits(1);
    runs.await.expect("an answer").expect(StatusCode::OK);
    limited.visitor().get("/").await.expect(StatusCode::OK);
}

/// A request whose body arrives slowly occupies no slot.
#[tokio::test]
async fn a_slow_body_occupies_no_slot() {
    let limited = LimitedApp::start(Capacity::new(1, 0, NO_TIMEOUT)).await;
    let visitor = limited.visitor();
    let mut forms = Vec::new();
    for path in ["/login", "/api/auth/login"] {
        let mut form = visitor.start_post(path, &[("username", "ada"), ("password", "…")]);
        form.wait_until_started().await;
        forms.push(form);
    }
    visitor.get("/").await.expect(StatusCode::OK);
    for form in forms {
        assert!([415, 422].contains(&form.finish().await.status));
    }
}

/// A slow upload occupies no slot, although its session is loaded before the body.
#[tokio::test]
async fn a_slow_upload_occupies_no_slot() {
    let mut app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    app.state.capacity = Capacity::new(1, 0, NO_TIMEOUT);
    let mut limited = ada.with_copied_cookies();
    limited.set_router(movies_diary::layers::router(app.state.clone()));
    let mut pending = limited.start_upload("/movies/1/poster", &png(90, 135));
    pending.wait_until_started().await;
    assert_eq!(app.state.capacity.available(), 1);
    limited.get("/").await.expect(StatusCode::OK);
    pending.finish().await.expect(StatusCode::SEE_OTHER);
}

/// A response that is read slowly occupies no slot.
#[tokio::test]
async fn a_slowly_read_response_occupies_no_slot() {
    let limited = LimitedApp::start(Capacity::new(1, 0, NO_TIMEOUT)).await;
    let request = Request::builder()
        .method(Method::GET)
        .uri("/")
        .header("host", "diary.test");
    let request = request.body(Body::empty()).expect("a request");
    let unread = limited.router.clone().oneshot(request).await;
    limited.visitor().get("/").await.expect(StatusCode::OK);
    assert_eq!(unread.expect("an answer").status(), StatusCode::OK);
}

/// Memory for bodies is reserved in steps of this many bytes. The first step of each body is free.
const BUDGET_STEP: usize = 16 * 1024;

/// Waits until this many steps are free.
async fn wait_for_body_budget(app: &App, expected: usize) {
    let waiting = async {
        while app.state.body_budget.available_permits() != expected {
            tokio::task::yield_now().await;
        }
    };
    let there = timeout(Duration::from_secs(60), waiting).await;
    there.unwrap_or_else(|_| {
        panic!(
            "{} steps are left",
            app.state.body_budget.available_permits()
        )
    });
}

/// All large bodies together share one memory budget, and small bodies never wait for it.
#[tokio::test]
async fn slow_large_bodies_block_only_large_bodies() {
    let mut app = App::start().await;
    app.state.body_budget = BodyBudget::with_permits(4);
    let router = movies_diary::layers::router(app.state.clone());
    let mut ada = app.member("ada").await;
    ada.set_router(router.clone());
    let address = serve_router(router).await;
    let mut slow = Vec::new();
    for (request, taken) in [("POST /login", 2), ("POST /api/auth/login", 4)] {
        // An announced `Content-Length` reserves nothing.
        let mut silent = RawConnection::connect(address).await;
        silent.send_head(request, 4 * BUDGET_STEP).await;
        let mut sender = RawConnection::connect(address).await;
        sender.send_head(request, 4 * BUDGET_STEP).await;
        sender.send_bytes(3 * BUDGET_STEP).await;
        wait_for_body_budget(&app, 4 - taken).await;
        slow.extend([silent, sender]);
    }

    let mut large = RawConnection::connect(address).await;
    large.send_head("POST /login", 2 * BUDGET_STEP).await;
    large.send_bytes(2 * BUDGET_STEP).await;
    assert_overloaded(&large.read_response().await, "a large body");
    large.send_head("GET /health", 0).await;
    assert_eq!(
        large.read_response().await.status,
        200,
        "the connection is kept"
    );
    // 54 KB when encoded as a form.
    let long = ReviewBuilder::of("Heat", 1995).with("comment", &"ä".repeat(9000));
    assert_overloaded(&long.submit(&ada).await, "a long review");
    ReviewBuilder::of("Alien", 1979).log(&ada).await;

    drop(slow);
    wait_for_body_budget(&app, 4).await;
    long.log(&ada).await;
    wait_for_body_budget(&app, 4).await;
}

/// One address gets a quarter of the memory for large bodies, by pages and the API together.
#[tokio::test]
async fn slow_large_bodies_of_one_address_leave_room_for_others() {
    let mut app = App::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    app.state.body_budget = BodyBudget::with_permits(4 * 16);
    let mut ada = app.member("ada").await;
    let router = movies_diary::layers::router(app.state.clone());
    ada.set_router(router.clone());
    let address = serve_router(router).await;
    let greedy = ("x-forwarded-for", "203.0.113.7");
    let mut slow = Vec::new();
    for request in ["POST /reviews", "POST /api/auth/login"].repeat(2) {
        let mut sender = RawConnection::connect(address).await;
        sender
            .send_head_with(request, 4 * BUDGET_STEP, greedy)
            .await;
        sender.send_bytes(4 * BUDGET_STEP - 1).await;
        slow.push(sender);
        wait_for_body_budget(&app, 4 * 16 - 3 * slow.len()).await;
    }
    // Four steps are left of its sixteen.
    let mut large = RawConnection::connect(address).await;
    large
        .send_head_with("POST /reviews", 6 * BUDGET_STEP, greedy)
        .await;
    large.send_bytes(6 * BUDGET_STEP).await;
    assert_overloaded(&large.read_response().await, "one more of the same address");
    large
        .send_head_with("POST /login", BUDGET_STEP, greedy)
        .await;
    large.send_bytes(BUDGET_STEP).await;
    assert_ne!(large.read_response().await.status, 503, "a small body");
    let long = ReviewBuilder::of("Heat", 1995).with("comment", &"ä".repeat(9000));
    long.log(&ada).await;
    drop(slow);
    wait_for_body_budget(&app, 4 * 16).await;
    let mut again = RawConnection::connect(address).await;
    again
        .send_head_with("POST /reviews", 6 * BUDGET_STEP, greedy)
        .await;
    again.send_bytes(6 * BUDGET_STEP).await;
    assert_eq!(again.read_response().await.status, 401, "not signed in");
}

/// A body that was read keeps its memory reserved while the request waits for a slot.
#[tokio::test]
async fn a_body_keeps_its_budget_while_it_waits() {
    let limited = LimitedApp::start(Capacity::new(1, 1, NO_TIMEOUT)).await;
    let (app, full) = (
        &limited.app,
        limited.app.state.body_budget.available_permits(),
    );
    let runs = limited.start_staying().await;
    let visitor = limited.visitor();
    let password = "x".repeat(2 * BUDGET_STEP);
    let waits = tokio::spawn(async move { visitor.try_to_sign_in("ada", &password).await });
    wait_for_body_budget(app, full - 2).await;
    limited.wait_for_capacity(0).await;
    assert_eq!(app.state.body_budget.available_permits(), full - 2);
    limited.released.add_permits(1);
    for one in [runs, waits] {
        one.await.expect("an answer");
    }
    assert_eq!(app.state.body_budget.available_permits(), full);
}

/// A body whose `Content-Length` exceeds the limit is refused before it is sent.
#[tokio::test]
async fn a_body_announced_as_too_large_is_refused_at_once() {
    const KB: usize = 1024;
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let token = format!("Bearer {}", create_token(&ada, "write").await.token);
    let cookie = format!("session={}", ada.cookie("session").expect("a cookie"));
    let address = serve_router(app.router.clone()).await;
    for (request, most) in [
        ("POST /logout", 64 * KB),
        // It may carry a review along.
        ("POST /login", 256 * KB),
        ("POST /settings/password", 64 * KB),
        ("POST /reviews", 256 * KB),
        ("POST /reviews/1", 256 * KB),
        ("POST /movies/1/poster", 10 * KB * KB + 64 * KB),
        ("POST /api/auth/login", 64 * KB),
        ("PATCH /api/me", 64 * KB),
        ("POST /api/reviews", 256 * KB),
        ("PATCH /api/reviews/1", 256 * KB),
        ("PUT /api/movies/1/poster", 10 * KB * KB),
    ] {
        let by = if request.contains("/api/") {
            ("authorization", &*token)
        } else {
            ("cookie", &*cookie)
        };
        let mut connection = RawConnection::connect(address).await;
        connection.send_head_with(request, most + 1, by).await;
        assert_eq!(connection.read_response().await.status, 413, "{request}");
    }
}

/// A client that sends slightly too much still gets to read the response.
#[tokio::test]
async fn a_slightly_too_large_form_gets_a_page() {
    let app = App::start().await;
    let mut connection = RawConnection::connect(serve_router(app.router.clone()).await).await;
    for body in [5 * BUDGET_STEP, 15 * BUDGET_STEP] {
        connection.send_head("POST /logout", body).await;
        connection.send_bytes(body).await;
        let page = connection.read_response().await;
        assert_eq!(page.status, 413);
        assert_eq!(page.texts("h1"), ["That is too large"]);
    }
    connection.send_head("POST /reviews", 5 * BUDGET_STEP).await;
    connection.send_bytes(5 * BUDGET_STEP).await;
    assert_eq!(
        connection.read_response().await.status,
        401,
        "others may be larger"
    );
}
