//! More requests at once than can be worked on.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use axum::routing::get;
use movies_diary::web::{Capacity, Room};
use movies_diary::{layered, pages};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::support::pictures::png;
use crate::support::program::made_token;
use crate::support::wire::{Wire, serve};
use crate::support::{Answer, App, Client, Program, Review};

/// For as long as any test runs.
const LONG: Duration = Duration::from_secs(600);

/// A server with few places, and a page that stays on its place until it is let go.
struct Narrow {
    app: App,
    router: Router,
    entered: Arc<Semaphore>,
    let_go: Arc<Semaphore>,
}

impl Narrow {
    async fn start(capacity: Capacity) -> Self {
        let mut app = App::start().await;
        app.state.capacity = capacity;
        let (entered, let_go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let (inside, gate) = (Arc::clone(&entered), Arc::clone(&let_go));
        let stay = async move || {
            inside.add_permits(1);
            gate.acquire().await.expect("it is never closed").forget();
            "at last"
        };
        let routes = pages().into_router().route("/stay", get(stay));
        let router = layered(routes, app.state.clone());
        Self {
            app,
            router,
            entered,
            let_go,
        }
    }

    fn visitor(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// A request that has its place by now.
    async fn staying(&self) -> JoinHandle<Answer> {
        let staying = self.begin("/stay");
        self.entered().await;
        staying
    }

    async fn entered(&self) {
        let entered = self.entered.acquire().await;
        entered.expect("it is never closed").forget();
    }

    fn begin(&self, path: &'static str) -> JoinHandle<Answer> {
        let visitor = self.visitor();
        tokio::spawn(async move { visitor.get(path).await })
    }

    /// Waits until so many more could come.
    async fn left(&self, wanted: usize) {
        while self.app.state.capacity.left() != wanted {
            tokio::task::yield_now().await;
        }
    }
}

#[track_caller]
fn assert_turned_away(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 503, "{what}: {}", answer.body);
    let wait: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=10).contains(&wait), "{what}: {wait}");
}

/// F1
#[tokio::test]
async fn past_capacity_one_waits_and_the_rest_is_told_to_come_again() {
    let narrow = Narrow::start(Capacity::of(1, 1, LONG)).await;
    let ada = narrow.app.member("ada").await;
    let full = narrow.app.state.capacity.left();
    assert_eq!(full, 2, "whoever is answered leaves");
    let runs = narrow.staying().await;
    let waits = narrow.begin("/");
    narrow.left(0).await;

    let visitor = narrow.visitor();
    for path in ["/", "/users", "/login", "/nowhere", "/feed.atom"] {
        let page = visitor.get(path).await;
        assert_turned_away(&page, path);
        assert_eq!(page.texts("h1"), ["Busy just now"], "{path}");
        assert!(page.has("nav"), "{path}");
    }
    let toast = visitor.htmx().get("/").await;
    assert_turned_away(&toast, "a fragment");
    assert!(toast.body.contains("#toasts") && !toast.has("nav"));
    let program = Program::new(visitor.clone());
    for path in ["/api/me", "/api/openapi.json"] {
        let problem = program.get(path).await;
        assert_turned_away(&problem, path);
        assert_eq!(problem.header("content-type"), "application/problem+json");
        assert_eq!(problem.json()["title"], "Busy just now");
    }
    let mut signed_in = ada.copy();
    signed_in.go_to(narrow.router.clone());
    let review = signed_in.post("/reviews", &[("title", "Heat")]).await;
    assert_turned_away(&review, "a review");

    // What costs next to nothing is there.
    let page = narrow.app.visitor().get("/login").await;
    visitor.get("/health").await.expect(StatusCode::OK);
    visitor.get("/robots.txt").await.expect(StatusCode::OK);
    for asset in page.attributes("link[rel=stylesheet]", "href") {
        visitor.get(&asset).await.expect(StatusCode::OK);
    }
    let poster = visitor.get(format!("/posters/{}-185.webp", "0".repeat(64)));
    poster.await.expect(StatusCode::NOT_FOUND);

    narrow.let_go.add_permits(1);
    runs.await.expect("an answer").expect(StatusCode::OK);
    waits.await.expect("an answer").expect(StatusCode::OK);
    visitor.get("/").await.expect(StatusCode::OK);
    assert_eq!(narrow.app.state.capacity.left(), full);
    assert!(signed_in.is_signed_in().await);
}

/// F1
#[tokio::test]
async fn of_a_flood_so_many_run_and_so_many_wait() {
    let narrow = Narrow::start(Capacity::of(3, 5, LONG)).await;
    let flood: Vec<_> = (0..64).map(|_| narrow.begin("/stay")).collect();
    for _ in 0..3 {
        narrow.entered().await;
    }
    while flood.iter().filter(|one| one.is_finished()).count() < 64 - 3 - 5 {
        tokio::task::yield_now().await;
    }
    assert_eq!(narrow.entered.available_permits(), 0, "no fourth one runs");
    narrow.let_go.add_permits(64);
    let (mut done, mut turned_away) = (0, 0);
    for one in flood {
        match one.await.expect("an answer").status {
            200 => done += 1,
            503 => turned_away += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((done, turned_away), (3 + 5, 64 - 3 - 5));
    assert_eq!(narrow.app.state.capacity.left(), 3 + 5);
}

/// F1
#[tokio::test]
async fn nobody_waits_for_long() {
    let narrow = Narrow::start(Capacity::of(1, 1, Duration::ZERO)).await;
    let runs = narrow.staying().await;
    assert_turned_away(&narrow.visitor().get("/").await, "a page");
    narrow.let_go.add_permits(1);
    runs.await.expect("an answer").expect(StatusCode::OK);
    narrow.visitor().get("/").await.expect(StatusCode::OK);
}

/// F2: who sends slowly holds no place.
#[tokio::test]
async fn a_body_on_its_way_holds_no_place() {
    let narrow = Narrow::start(Capacity::of(1, 0, LONG)).await;
    let visitor = narrow.visitor();
    let mut forms = Vec::new();
    for path in ["/login", "/api/auth/login"] {
        let mut form = visitor.hold_post(path, &[("username", "ada"), ("password", "…")]);
        form.begun().await;
        forms.push(form);
    }
    visitor.get("/").await.expect(StatusCode::OK);
    for form in forms {
        assert!([415, 422].contains(&form.finish().await.status));
    }
}

/// F2: nor who sends a picture, also where it is known by then who they are.
#[tokio::test]
async fn a_picture_on_its_way_holds_no_place() {
    let mut app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    app.state.capacity = Capacity::of(1, 0, LONG);
    let mut narrow = ada.copy();
    narrow.go_to(movies_diary::router(app.state.clone()));
    let mut held = narrow.hold_upload("/movies/1/poster", &png(90, 135));
    held.begun().await;
    assert_eq!(app.state.capacity.left(), 1);
    narrow.get("/").await.expect(StatusCode::OK);
    held.finish().await.expect(StatusCode::SEE_OTHER);
}

/// F2: nor who reads slowly.
#[tokio::test]
async fn an_answer_on_its_way_holds_no_place() {
    let narrow = Narrow::start(Capacity::of(1, 0, LONG)).await;
    let request = Request::builder()
        .method(Method::GET)
        .uri("/")
        .header("host", "diary.test");
    let request = request.body(Body::empty()).expect("a request");
    let unread = narrow.router.clone().oneshot(request).await;
    narrow.visitor().get("/").await.expect(StatusCode::OK);
    assert_eq!(unread.expect("an answer").status(), StatusCode::OK);
}

/// How many bytes a body is given room for at a time, the first time for nothing.
const STEP: usize = 16 * 1024;

/// Waits until there are so many steps.
async fn room_left(app: &App, wanted: usize) {
    let waiting = async {
        while app.state.room.left() != wanted {
            tokio::task::yield_now().await;
        }
    };
    let there = timeout(Duration::from_secs(60), waiting).await;
    there.unwrap_or_else(|_| panic!("{} steps are left", app.state.room.left()));
}

/// F1: all large bodies together take up so much and no more, and small ones are in nobody's way.
#[tokio::test]
async fn whoever_sends_much_and_slowly_keeps_only_large_bodies_out() {
    let mut app = App::start().await;
    app.state.room = Room::of(4);
    let router = movies_diary::router(app.state.clone());
    let mut ada = app.member("ada").await;
    ada.go_to(router.clone());
    let address = serve(router).await;
    let mut slow = Vec::new();
    for (request, taken) in [("POST /login", 2), ("POST /api/auth/login", 4)] {
        // What is said to come takes up nothing.
        let mut silent = Wire::to(address).await;
        silent.head(request, 4 * STEP).await;
        let mut sender = Wire::to(address).await;
        sender.head(request, 4 * STEP).await;
        sender.bytes(3 * STEP).await;
        room_left(&app, 4 - taken).await;
        slow.extend([silent, sender]);
    }

    let mut large = Wire::to(address).await;
    large.head("POST /login", 2 * STEP).await;
    large.bytes(2 * STEP).await;
    assert_turned_away(&large.answer().await, "a large body");
    large.head("GET /health", 0).await;
    assert_eq!(large.answer().await.status, 200, "the connection is kept");
    // 54 KB, as a form has it.
    let long = Review::of("Heat", 1995).with("comment", &"ä".repeat(9000));
    assert_turned_away(&long.send(&ada).await, "a long review");
    Review::of("Alien", 1979).log(&ada).await;

    drop(slow);
    room_left(&app, 4).await;
    long.log(&ada).await;
    room_left(&app, 4).await;
}

/// F1: what is read takes up its room for as long as it waits.
#[tokio::test]
async fn a_body_that_waits_for_a_place_keeps_its_room() {
    let narrow = Narrow::start(Capacity::of(1, 1, LONG)).await;
    let (app, full) = (&narrow.app, narrow.app.state.room.left());
    let runs = narrow.staying().await;
    let visitor = narrow.visitor();
    let password = "x".repeat(2 * STEP);
    let waits = tokio::spawn(async move { visitor.try_to_sign_in("ada", &password).await });
    room_left(app, full - 2).await;
    narrow.left(0).await;
    assert_eq!(app.state.room.left(), full - 2);
    narrow.let_go.add_permits(1);
    for one in [runs, waits] {
        one.await.expect("an answer");
    }
    assert_eq!(app.state.room.left(), full);
}

/// D8: who says that they send too much is told so before they do.
#[tokio::test]
async fn a_body_that_is_said_to_be_too_large_is_not_waited_for() {
    const KB: usize = 1024;
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    let token = format!("Bearer {}", made_token(&ada, "write").await.token);
    let cookie = format!("session={}", ada.cookie("session").expect("a cookie"));
    let address = serve(app.router.clone()).await;
    for (request, most) in [
        ("POST /login", 64 * KB),
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
        let by = match request.contains("/api/") {
            true => ("authorization", &*token),
            false => ("cookie", &*cookie),
        };
        let mut wire = Wire::to(address).await;
        wire.head_with(request, most + 1, by).await;
        assert_eq!(wire.answer().await.status, 413, "{request}");
    }
}

/// D8: whoever sends a little too much reads that it was.
#[tokio::test]
async fn a_form_that_is_a_little_too_large_is_told_on_a_page() {
    let app = App::start().await;
    let mut wire = Wire::to(serve(app.router.clone()).await).await;
    for body in [5 * STEP, 15 * STEP] {
        wire.head("POST /login", body).await;
        wire.bytes(body).await;
        let page = wire.answer().await;
        assert_eq!(page.status, 413);
        assert_eq!(page.texts("h1"), ["That is too much at once"]);
    }
    wire.head("POST /reviews", 5 * STEP).await;
    wire.bytes(5 * STEP).await;
    assert_eq!(wire.answer().await.status, 401, "others may be larger");
}
