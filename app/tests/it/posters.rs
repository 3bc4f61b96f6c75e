//! Posters: fetching, storing, serving, and who sees which.

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::movie_poster::{self, PosterFault, PosterState};
use entity::poster;
use movies_diary::diary::completion::complete_next;
use movies_diary::posters::commands::requeue_failed;
use movies_diary::posters::{fetch_next_poster, prune_files, verify_files};
use movies_diary::queue::QueueOutcome;
use sea_orm::{EntityTrait, PaginatorTrait};
use wiremock::ResponseTemplate;

use crate::support::catalog_payloads::{Payload, tmdb};
use crate::support::catalog_stub::{CatalogStub, SEARCH, as_str_pairs, ok, status};
use crate::support::pictures::{decode_picture, distinct_png, jpeg, png, webp};
use crate::support::{App, ReviewBuilder, TestClient, TestResponse};

pub const MATRIX_POSTER_PATH: &str = "/pictures/w780/aBc-1_2.jpg";

pub fn image_response(bytes: Vec<u8>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(bytes, "image/jpeg")
}

/// A server whose catalog is a TMDB stub that knows The Matrix but has no picture yet.
pub async fn start() -> (CatalogStub, App) {
    start_with_stub_and(&[]).await
}

async fn start_with_stub_and(more: &[(&str, &str)]) -> (CatalogStub, App) {
    let upstream = CatalogStub::start().await;
    stub_tmdb_matrix(&upstream).await;
    let app = app_with_stub(&upstream, more).await;
    (upstream, app)
}

pub async fn stub_tmdb_matrix(upstream: &CatalogStub) {
    let hits = tmdb::results([tmdb::result(603, "The Matrix", "1999-03-31")]);
    for typed in ["The Matrix", "mat"] {
        upstream
            .respond(SEARCH, &[("query", typed)], ok(hits.clone()))
            .await;
    }
    upstream.respond(SEARCH, &[], ok(tmdb::results([]))).await;
    upstream
        .respond("/tmdb/3/movie/603", &[], ok(matrix_details()))
        .await;
}

pub fn matrix_details() -> Payload {
    tmdb::details(603, "The Matrix", "1999-03-31")
}

async fn app_with_stub(upstream: &CatalogStub, more: &[(&str, &str)]) -> App {
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let mut settings = as_str_pairs(&settings);
    settings.extend(more);
    App::start_with(&settings).await
}

pub async fn complete_all_movies(app: &App) {
    let state = &app.state;
    let next = || complete_next(&state.diary, &state.online_catalog, &state.events);
    while next().await.expect("an outcome") == QueueOutcome::Worked {}
}

async fn sync_one(app: &App) -> QueueOutcome {
    let state = &app.state;
    fetch_next_poster(&state.db, &state.clock, &state.posters)
        .await
        .expect("an outcome")
}

pub async fn sync_all_posters(app: &App) {
    while sync_one(app).await == QueueOutcome::Worked {}
}

async fn poster_row(app: &App, movie: i64) -> movie_poster::Model {
    let row = movie_poster::Entity::find_by_id(movie)
        .one(app.state.db.reader())
        .await;
    row.expect("an answer").expect("a row")
}

pub async fn stored_posters(app: &App) -> Vec<poster::Model> {
    let rows = poster::Entity::find().all(app.state.db.reader()).await;
    rows.expect("an answer")
}

pub fn files_under(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(files_under(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// Logs The Matrix, and fetches its facts and its poster.
pub async fn log_with_poster(upstream: &CatalogStub, app: &App, ada: &TestClient) -> i64 {
    upstream
        .respond(MATRIX_POSTER_PATH, &[], image_response(jpeg(400, 600)))
        .await;
    let review = ReviewBuilder::of("The Matrix", 1999).log(ada).await;
    complete_all_movies(app).await;
    sync_all_posters(app).await;
    review
}

pub fn poster_src(page: &TestResponse) -> String {
    page.attributes(".poster img", "src").remove(0)
}

#[tokio::test]
async fn a_poster_arrives_and_is_served_in_its_widths() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("The Matrix", 1999).log(&ada).await;
    let feed = ada.get("/").await;
    assert_eq!(feed.attributes(".poster.waiting", "data-movie"), ["1"]);
    assert!(!feed.has(".poster img"));
    complete_all_movies(&app).await;
    upstream
        .respond(MATRIX_POSTER_PATH, &[], image_response(jpeg(400, 600)))
        .await;
    assert_eq!(sync_one(&app).await, QueueOutcome::Worked);
    assert_eq!(poster_row(&app, 1).await.state, PosterState::Ready);
    let nothing = sync_one(&app).await;
    assert_eq!(nothing, QueueOutcome::Idle { until: None });
    assert_eq!(
        upstream.request_count(MATRIX_POSTER_PATH).await,
        1,
        "fetched once"
    );

    for path in [
        "/".to_owned(),
        format!("/reviews/{review}"),
        "/users/ada".to_owned(),
        "/movies".to_owned(),
        "/movies/1".to_owned(),
    ] {
        let page = ada.get(&path).await;
        assert!(!page.has(".poster.waiting"), "{path}");
        let alt = page.attributes(".poster img", "alt");
        assert_eq!(alt[0], "Poster of The Matrix", "{path}");
        let srcset = page.attributes(".poster img", "srcset").remove(0);
        for candidate in srcset.split(", ") {
            let (address, width) = candidate.split_once(' ').expect("address and width");
            let file = app.visitor().get(address).await.expect(StatusCode::OK);
            assert_eq!(file.header("content-type"), "image/webp");
            let image = decode_picture(&file.bytes);
            assert_eq!(format!("{}w", image.width()), width);
            assert!(image.height().abs_diff(image.width() * 3 / 2) <= 1);
        }
    }
    assert!(ada.get("/movies/1").await.body.contains("Poster from"));
    // For feed readers and link previews.
    let webp = poster_src(&ada.get("/").await);
    let jpeg = webp.replace("-185.webp", "-500.jpg");
    let file = app.visitor().get(&jpeg).await.expect(StatusCode::OK);
    assert_eq!(file.header("content-type"), "image/jpeg");
    assert_eq!(decode_picture(&file.bytes).width(), 500);
    // Suggestions show it as well.
    let suggestions = ada.htmx().get("/movies/suggest?q=mat").await;
    // Screen readers hear the title once, not also as the name of the poster.
    assert!(suggestions.has("[role=option] > [aria-hidden=true] .poster img"));
    assert!(!suggestions.has("[role=option] > :not([aria-hidden]) img"));
}

#[tokio::test]
async fn poster_files_are_immutable_and_nothing_else_is_served() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    log_with_poster(&upstream, &app, &ada).await;
    let src = poster_src(&ada.get("/").await);
    let file = app.visitor().get(&src).await.expect(StatusCode::OK);
    assert_eq!(
        file.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("content-security-policy").contains("sandbox"));
    assert_eq!(file.header("cross-origin-resource-policy"), "cross-origin");
    assert!(!file.headers.contains_key("set-cookie"));
    // The name of the original file is not exposed.
    assert!(!src.contains("aBc-1_2"));
    let (head, _) = src.split_at(src.len() - "-185.webp".len());
    for bad in [
        format!("{head}-186.webp"),
        format!("{head}-185.png"),
        format!("{head}.jpg"),
        head.to_owned(),
        "/posters/00112233445566778899aabbccddeeff-185.webp".to_owned(),
        "/posters/..%2f..%2fmovies-diary.db".to_owned(),
        "/posters/%2e%2e%2fmovies-diary.db".to_owned(),
        "/posters/movies-diary.db".to_owned(),
    ] {
        let answer = app.visitor().get(&bad).await;
        assert_eq!(answer.status, 404, "{bad}");
        assert_eq!(answer.header("cache-control"), "no-store", "{bad}");
    }
}

/// The same picture has another name at another site: a name proves that its owner has seen the
/// poster.
#[tokio::test]
async fn names_do_not_follow_from_the_picture() {
    let mut names = Vec::new();
    for _ in 0..2 {
        let (upstream, app) = start().await;
        let ada = app.member("ada").await;
        log_with_poster(&upstream, &app, &ada).await;
        names.push(poster_src(&ada.get("/").await));
    }
    assert_ne!(names[0], names[1]);
}

#[tokio::test]
async fn one_poll_returns_all_posters_that_have_arrived() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("The Matrix", 1999).log(&ada).await;
    ReviewBuilder::of("Nobody Knows This", 2004).log(&ada).await;
    let poll = "/movies/posters?entry=1&entry=2&head=1&card=77&line=x";
    // An invalid field is refused.
    assert_eq!(ada.htmx().get(poll).await.status, 400);
    let ask = "/movies/posters?entry=1&entry=2&head=1&card=77";
    let none_yet = ada.htmx().get(ask).await.expect(StatusCode::OK);
    assert!(!none_yet.has("hx-partial"));

    complete_all_movies(&app).await;
    // No source knows the second movie, so its drawn card is final.
    let known = ada.htmx().get(ask).await;
    let targets = known.attributes("hx-partial", "hx-target");
    assert_eq!(targets, [".poster.at-entry[data-movie='2']"]);
    assert!(!known.has(".waiting"));

    upstream
        .respond(MATRIX_POSTER_PATH, &[], image_response(webp(300, 450)))
        .await;
    sync_all_posters(&app).await;
    let arrived = ada.htmx().get(ask).await;
    let targets = arrived.attributes("hx-partial", "hx-target");
    assert_eq!(
        targets,
        [
            ".poster.at-entry[data-movie='1']",
            ".poster.at-entry[data-movie='2']",
            ".poster.at-head[data-movie='1']",
        ]
    );
    assert_eq!(arrived.texts(".poster img").len(), 2);
}

/// A movie that a viewer may not know of has no poster for them.
#[tokio::test]
async fn the_poster_of_a_hidden_movie_is_hidden() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    upstream
        .respond(MATRIX_POSTER_PATH, &[], image_response(jpeg(400, 600)))
        .await;
    let private = ReviewBuilder::of("The Matrix", 1999).with("visibility", "private");
    private.log(&ada).await;
    complete_all_movies(&app).await;
    sync_all_posters(&app).await;
    let poll = "/movies/posters?entry=1";
    let visitor = app.visitor().htmx();
    assert!(!visitor.get(poll).await.has(".poster"));
    assert!(ada.htmx().get(poll).await.has(".poster img"));
    for path in ["/", "/movies", "/users/ada"] {
        assert!(
            !visitor.get(path).await.body.contains("/posters/"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn failed_downloads_are_retried_and_given_up() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("The Matrix", 1999).log(&ada).await;
    complete_all_movies(&app).await;
    upstream.respond(MATRIX_POSTER_PATH, &[], status(503)).await;
    let waits = [
        TimeDelta::seconds(1),
        TimeDelta::seconds(2),
        TimeDelta::seconds(4),
        TimeDelta::minutes(1),
        TimeDelta::minutes(10),
        TimeDelta::hours(1),
        TimeDelta::hours(6),
        TimeDelta::days(1),
    ];
    for (tries, wait) in waits.into_iter().enumerate() {
        assert_eq!(sync_one(&app).await, QueueOutcome::Worked, "{tries}");
        let before = app.state.clock.now();
        let QueueOutcome::Idle { until: Some(until) } = sync_one(&app).await else {
            panic!("it was tried again at once, after {tries}");
        };
        let early = (until - before - wait).abs();
        assert!(early < TimeDelta::seconds(1), "{tries}: {until}");
        app.state.clock.advance(wait);
    }
    ada.sign_in("ada").await;
    assert!(ada.get("/").await.has(".poster.waiting"));
    assert_eq!(sync_one(&app).await, QueueOutcome::Worked);
    assert_eq!(sync_one(&app).await, QueueOutcome::Idle { until: None });
    let gave_up = poster_row(&app, 1).await;
    assert_eq!(gave_up.fault, Some(PosterFault::Unreachable));
    let feed = ada.get("/").await;
    assert!(!feed.has(".poster.waiting"));
    assert_eq!(feed.texts(".poster .drawn"), ["The Matrix"], "a card");
    let page = ada.get("/movies/1/correction").await;
    assert!(page.body.contains("won’t be retried automatically"));

    // An operator queues all posters again; now it arrives.
    let (db, clock) = (&app.state.db, &app.state.clock);
    assert_eq!(
        requeue_failed(db, clock, Vec::new()).await.expect("asked"),
        1
    );
    upstream.reset().await;
    upstream
        .respond(MATRIX_POSTER_PATH, &[], image_response(jpeg(400, 600)))
        .await;
    sync_all_posters(&app).await;
    assert!(ada.get("/").await.has(".poster img"));
}

/// Servers in trouble send pages, or part of a picture, with status 200.
#[tokio::test]
async fn garbage_instead_of_a_poster_is_retried_and_given_up() {
    let whole = jpeg(400, 600);
    for garbage in [
        b"<!DOCTYPE html><h1>Blocked</h1>".to_vec(),
        whole[..whole.len() / 2].to_vec(),
        Vec::new(),
    ] {
        let (upstream, app) = start().await;
        let ada = app.member("ada").await;
        ReviewBuilder::of("The Matrix", 1999).log(&ada).await;
        complete_all_movies(&app).await;
        let garbage = image_response(garbage);
        upstream.respond(MATRIX_POSTER_PATH, &[], garbage).await;
        sync_all_posters(&app).await;
        assert!(ada.get("/").await.has(".poster.waiting"));
        let page = ada.get("/movies/1/correction").await;
        assert!(page.body.contains("It will be retried automatically"));

        app.state.clock.advance(TimeDelta::seconds(1));
        sync_all_posters(&app).await;
        assert_eq!(upstream.request_count(MATRIX_POSTER_PATH).await, 2);
        upstream.reset().await;
        let picture = image_response(whole.clone());
        upstream.respond(MATRIX_POSTER_PATH, &[], picture).await;
        app.state.clock.advance(TimeDelta::seconds(2));
        sync_all_posters(&app).await;
        assert!(ada.get("/").await.has(".poster img"));
    }

    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("The Matrix", 1999).log(&ada).await;
    complete_all_movies(&app).await;
    let garbage = image_response(b"no picture".to_vec());
    upstream.respond(MATRIX_POSTER_PATH, &[], garbage).await;
    for _ in 0..12 {
        sync_all_posters(&app).await;
        app.state.clock.advance(TimeDelta::days(1));
    }
    assert_eq!(upstream.request_count(MATRIX_POSTER_PATH).await, 9);
    let gave_up = poster_row(&app, 1).await;
    assert_eq!(gave_up.fault, Some(PosterFault::Unreadable));
    ada.sign_in("ada").await;
    let page = ada.get("/movies/1/correction").await;
    assert!(page.body.contains("can’t be read as a picture"));
}

/// Each fault has its own state, and none of these is retried.
#[tokio::test]
async fn each_fault_is_recorded() {
    let mut polyglot = jpeg(400, 600);
    polyglot.extend_from_slice(b"PK\x03\x04 <script>alert(1)</script>");
    for (answer, fault, what) in [
        (status(404), Some(PosterFault::Gone), "not there"),
        (status(410), Some(PosterFault::Gone), "gone"),
        (
            image_response(png(1, 1)),
            Some(PosterFault::TooSmall),
            "a dot",
        ),
        (
            image_response(png(9_000, 90)),
            Some(PosterFault::TooLarge),
            "wide",
        ),
        (
            image_response(vec![0; 11 * 1024 * 1024]),
            Some(PosterFault::TooLarge),
            "11 MB",
        ),
        (
            image_response(polyglot),
            None,
            "a picture with something behind",
        ),
    ] {
        let (upstream, app) = start().await;
        let ada = app.member("ada").await;
        ReviewBuilder::of("The Matrix", 1999).log(&ada).await;
        complete_all_movies(&app).await;
        upstream.respond(MATRIX_POSTER_PATH, &[], answer).await;
        sync_all_posters(&app).await;
        let row = poster_row(&app, 1).await;
        assert_eq!(row.fault, fault, "{what}");
        assert_eq!(
            upstream.request_count(MATRIX_POSTER_PATH).await,
            1,
            "{what}"
        );
        let feed = ada.get("/").await;
        assert!(!feed.has(".poster.waiting"), "{what}");
        assert_eq!(feed.has(".poster img"), fault.is_none(), "{what}");
    }
}

/// A redirect to an address on this machine is not followed.
#[tokio::test]
async fn a_redirect_to_this_machine_is_not_followed() {
    let (upstream, app) = start().await;
    let shunned = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    shunned.set_nonblocking(true).expect("it does not wait");
    let port = shunned.local_addr().expect("an address").port();
    let ada = app.member("ada").await;
    ReviewBuilder::of("The Matrix", 1999).log(&ada).await;
    complete_all_movies(&app).await;
    let elsewhere = format!("http://127.0.0.1:{port}/a.jpg");
    let redirect = ResponseTemplate::new(302).insert_header("location", elsewhere.as_str());
    upstream.respond(MATRIX_POSTER_PATH, &[], redirect).await;
    sync_all_posters(&app).await;
    assert_eq!(
        poster_row(&app, 1).await.fault,
        Some(PosterFault::Unreachable)
    );
    let came = shunned.accept().expect_err("nobody came");
    assert_eq!(came.kind(), std::io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn without_a_catalog_no_poster_is_pending() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let feed = ada.get("/").await;
    assert!(!feed.has(".poster.waiting"));
    assert_eq!(feed.texts(".poster .drawn"), ["Heat"]);
    assert_eq!(poster_row(&app, 1).await.state, PosterState::None);
}

#[tokio::test]
async fn missing_files_are_found_and_stray_ones_pruned() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    log_with_poster(&upstream, &app, &ada).await;
    let (db, clock, store) = (&app.state.db, &app.state.clock, app.state.posters.store());
    let folder = app.database.folder().join("posters");
    let found = verify_files(db, store).await.expect("checked");
    assert_eq!((found.posters, found.incomplete.len()), (1, 0));

    // A crash left a file behind, and somebody put a file of their own beside it.
    let stray = folder.join("00/00112233445566778899aabbccddeeff-92.webp");
    std::fs::create_dir_all(stray.parent().expect("a folder")).expect("made");
    std::fs::write(&stray, b"half a poster").expect("written");
    std::fs::write(folder.join("notes.txt"), b"mine").expect("written");
    let pruned = prune_files(db, clock, store).await.expect("pruned");
    assert_eq!(
        pruned.files, 0,
        "it may belong to a row that is being written"
    );
    clock.advance(TimeDelta::hours(2));
    let pruned = prune_files(db, clock, store).await.expect("pruned");
    assert_eq!((pruned.files, pruned.bytes), (1, 13));
    assert!(!stray.exists());
    assert_eq!(files_under(&folder).len(), 6, "the poster's, and the note");

    assert!(folder.join("notes.txt").exists());
    for file in files_under(&folder) {
        if file.to_string_lossy().ends_with("-342.webp") {
            std::fs::remove_file(file).expect("removed");
        }
    }
    let found = verify_files(db, store).await.expect("checked");
    assert_eq!(found.incomplete.len(), 1);
    let queued = requeue_failed(db, clock, found.incomplete)
        .await
        .expect("asked");
    assert_eq!(queued, 1);
    sync_all_posters(&app).await;
    let found = verify_files(db, store).await.expect("checked");
    assert_eq!(found.incomplete.len(), 0, "it is whole again");
}

#[tokio::test]
async fn damaged_files_are_found_and_fetched_again() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    log_with_poster(&upstream, &app, &ada).await;
    let (db, clock, store) = (&app.state.db, &app.state.clock, app.state.posters.store());
    let src = poster_src(&ada.get("/").await);
    let whole = app.visitor().get(&src).await.bytes;
    let mut files = files_under(&app.database.folder().join("posters"));
    files.sort();
    assert_eq!(files.len(), 5);
    let contents = files.iter().map(|file| std::fs::read(file).expect("read"));
    let contents: Vec<_> = contents.collect();
    for (number, file) in files.iter().enumerate() {
        let content = &contents[number];
        let other = &contents[(number + 1) % contents.len()];
        for damaged in [
            Vec::new(),
            content[..content.len() / 2].to_vec(),
            vec![0; content.len()],
            other.clone(),
            vec![0; 11 * 1024 * 1024],
        ] {
            let what = format!("{} bytes in {}", damaged.len(), file.display());
            std::fs::write(file, damaged).expect("written");
            let found = verify_files(db, store).await.expect("checked");
            assert_eq!((found.posters, found.damaged.len()), (1, 1), "{what}");
            assert!(src.contains(&found.damaged[0]), "{what}");
            assert_eq!(found.incomplete.len(), 0, "{what}");
        }
    }
    let found = verify_files(db, store).await.expect("checked");
    assert_eq!(
        found.damaged.len(),
        1,
        "one poster, although all are damaged"
    );
    let queued = requeue_failed(db, clock, found.damaged).await;
    assert_eq!(queued.expect("asked"), 1);
    sync_all_posters(&app).await;
    let found = verify_files(db, store).await.expect("checked");
    assert_eq!(found.damaged.len(), 0, "it is whole again");
    assert_eq!(app.visitor().get(&src).await.bytes, whole);
}

/// The page waits for the poster of a movie that was merged into another.
#[tokio::test]
async fn polling_follows_a_merged_movie() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    ada.upload("/movies/1/poster", &distinct_png(1)).await;
    ReviewBuilder::of("Haet", 1995).log(&ada).await;
    let form = ada.get("/movies/2/correction").await;
    let form = form.form("form[action='/movies/2/correction']");
    ada.submit(&form.set("title", "Heat")).await;
    for client in [ada.htmx(), app.visitor().htmx()] {
        let arrived = client.get("/movies/posters?entry=2").await;
        let target = arrived.attributes("hx-partial", "hx-target");
        assert_eq!(target, [".poster.at-entry[data-movie='2']"]);
        assert_eq!(arrived.attributes(".poster", "data-movie"), ["1"]);
        assert!(arrived.has(".poster img"));
    }
}

/// Instances that share a database fetch each poster once.
#[tokio::test]
async fn two_instances_never_fetch_the_same_poster_twice() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    for number in 0..10_u8 {
        let path = format!("/pictures/w780/{number}.jpg");
        upstream
            .respond(&path, &[], image_response(distinct_png(number)))
            .await;
        let details = tmdb::details(
            700 + i64::from(number),
            &format!("Film {number}"),
            "2000-01-01",
        )
        .with("poster_path", format!("/{number}.jpg"));
        let id = 700 + i64::from(number);
        upstream
            .respond(&format!("/tmdb/3/movie/{id}"), &[], ok(details))
            .await;
        let id = id.to_string();
        ReviewBuilder::of(&format!("Film {number}"), 2000)
            .with("tmdb_id", &id)
            .log(&ada)
            .await;
    }
    complete_all_movies(&app).await;
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let state = app.state.clone();
            tokio::spawn(async move {
                for _ in 0..20 {
                    fetch_next_poster(&state.db, &state.clock, &state.posters)
                        .await
                        .expect("an outcome");
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("no panic");
    }
    sync_all_posters(&app).await;
    assert_eq!(upstream.request_count("/pictures/").await, 10);
    assert_eq!(stored_posters(&app).await.len(), 10);
    let ready = movie_poster::Entity::find().count(app.state.db.reader());
    assert_eq!(ready.await.expect("a number"), 10);
}

/// When two movies are merged, the poster stays.
#[tokio::test]
async fn a_merge_keeps_the_poster() {
    let app = App::start().await;
    let ada = app.admin("ada").await;
    ReviewBuilder::of("Haet", 1995).log(&ada).await;
    ada.upload("/movies/1/poster", &distinct_png(1)).await;
    let poster = poster_src(&ada.get("/movies/1").await);
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let form = ada.get("/movies/1/correction").await;
    let form = form.form("form[action='/movies/1/correction']");
    let corrected = ada.submit(&form.set("title", "Heat")).await;
    assert_eq!(corrected.header("location"), "/movies/2");
    assert_eq!(poster_src(&ada.follow(&corrected).await), poster);
    // The record of the upload moves along, so that an admin can undo it.
    let boss = app.admin("boss").await;
    let undo = boss.get("/movies/2").await;
    boss.submit(&undo.form("form[action^='/movies/corrections/']"))
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(!ada.get("/movies/2").await.has(".poster img"));
}
