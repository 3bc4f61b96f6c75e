//! Posters: how they come, what is kept of them, and who is shown which.

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::movie_poster::{self, PosterFault, PosterState};
use entity::poster;
use movies_diary::diary::completion::complete_next;
use movies_diary::posters::commands::retry;
use movies_diary::posters::{prune, sync_next, verify};
use movies_diary::queue::Outcome;
use sea_orm::{EntityTrait, PaginatorTrait};
use wiremock::ResponseTemplate;

use crate::support::outside::{SEARCH, Upstream, ok, pairs, status};
use crate::support::pictures::{decoded, jpeg, numbered, png, webp};
use crate::support::shapes::{Object, tmdb};
use crate::support::{Answer, App, Client, Review};

/// Where the poster of The Matrix is.
pub const PICTURE: &str = "/pictures/w780/aBc-1_2.jpg";

/// A picture as an answer.
pub fn image(bytes: Vec<u8>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(bytes, "image/jpeg")
}

/// A server that asks a TMDB which knows The Matrix, but has no picture yet.
pub async fn start() -> (Upstream, App) {
    start_with(&[]).await
}

async fn start_with(more: &[(&str, &str)]) -> (Upstream, App) {
    let upstream = Upstream::start().await;
    knows_the_matrix(&upstream).await;
    let app = on(&upstream, more).await;
    (upstream, app)
}

/// Lets TMDB know The Matrix.
pub async fn knows_the_matrix(upstream: &Upstream) {
    let hits = tmdb::results([tmdb::result(603, "The Matrix", "1999-03-31")]);
    for typed in ["The Matrix", "mat"] {
        upstream
            .answers(SEARCH, &[("query", typed)], ok(hits.clone()))
            .await;
    }
    upstream.answers(SEARCH, &[], ok(tmdb::results([]))).await;
    upstream
        .answers("/tmdb/3/movie/603", &[], ok(the_matrix()))
        .await;
}

pub fn the_matrix() -> Object {
    tmdb::details(603, "The Matrix", "1999-03-31")
}

async fn on(upstream: &Upstream, more: &[(&str, &str)]) -> App {
    let settings = upstream.settings(&[("CATALOG", "tmdb")]);
    let mut settings = pairs(&settings);
    settings.extend(more);
    App::with(&settings).await
}

pub async fn complete_all(app: &App) {
    let state = &app.state;
    let next = || complete_next(&state.db, &state.clock, &state.outside, &state.events);
    while next().await.expect("an outcome") == Outcome::Worked {}
}

async fn sync(app: &App) -> Outcome {
    let state = &app.state;
    sync_next(&state.db, &state.clock, &state.posters)
        .await
        .expect("an outcome")
}

pub async fn sync_all(app: &App) {
    while sync(app).await == Outcome::Worked {}
}

async fn row(app: &App, movie: i64) -> movie_poster::Model {
    let row = movie_poster::Entity::find_by_id(movie)
        .one(app.state.db.reader())
        .await;
    row.expect("an answer").expect("a row")
}

pub async fn posters(app: &App) -> Vec<poster::Model> {
    let rows = poster::Entity::find().all(app.state.db.reader()).await;
    rows.expect("an answer")
}

pub fn files_under(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => files.extend(files_under(&path)),
            false => files.push(path),
        }
    }
    files
}

/// Logs The Matrix and lets everything come.
pub async fn with_poster(upstream: &Upstream, app: &App, ada: &Client) -> i64 {
    upstream.answers(PICTURE, &[], image(jpeg(400, 600))).await;
    let review = Review::of("The Matrix", 1999).log(ada).await;
    complete_all(app).await;
    sync_all(app).await;
    review
}

pub fn src(page: &Answer) -> String {
    page.attributes(".poster img", "src").remove(0)
}

#[tokio::test]
async fn a_poster_arrives_and_is_served_in_its_widths() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    let review = Review::of("The Matrix", 1999).log(&ada).await;
    let feed = ada.get("/").await;
    assert_eq!(feed.attributes(".poster.waiting", "data-movie"), ["1"]);
    assert!(!feed.has(".poster img"));
    complete_all(&app).await;
    upstream.answers(PICTURE, &[], image(jpeg(400, 600))).await;
    assert_eq!(sync(&app).await, Outcome::Worked);
    assert_eq!(row(&app, 1).await.state, PosterState::Ready);
    let nothing = sync(&app).await;
    assert_eq!(nothing, Outcome::Idle { until: None });
    assert_eq!(upstream.count(PICTURE).await, 1, "fetched once");

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
            let image = decoded(&file.bytes);
            assert_eq!(format!("{}w", image.width()), width);
            assert!(image.height().abs_diff(image.width() * 3 / 2) <= 1);
        }
    }
    assert!(ada.get("/movies/1").await.body.contains("Poster from"));
    // For readers of feeds and previews.
    let webp = src(&ada.get("/").await);
    let jpeg = webp.replace("-185.webp", "-500.jpg");
    let file = app.visitor().get(&jpeg).await.expect(StatusCode::OK);
    assert_eq!(file.header("content-type"), "image/jpeg");
    assert_eq!(decoded(&file.bytes).width(), 500);
    // In suggestions as well.
    let suggestions = ada.htmx().get("/movies/suggest?q=mat").await;
    assert!(suggestions.has("[role=option] .poster img"));
}

/// C2, D11
#[tokio::test]
async fn a_file_is_kept_for_good_harms_nobody_and_nothing_else_is_served() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    with_poster(&upstream, &app, &ada).await;
    let src = src(&ada.get("/").await);
    let file = app.visitor().get(&src).await.expect(StatusCode::OK);
    assert_eq!(
        file.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("content-security-policy").contains("sandbox"));
    assert_eq!(file.header("cross-origin-resource-policy"), "cross-origin");
    assert!(!file.headers.contains_key("set-cookie"));
    // The original came from elsewhere, and so did its name.
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

/// The same picture at another site has another name: a name says who was shown it.
#[tokio::test]
async fn names_cannot_be_told_from_the_picture() {
    let mut names = Vec::new();
    for _ in 0..2 {
        let (upstream, app) = start().await;
        let ada = app.member("ada").await;
        with_poster(&upstream, &app, &ada).await;
        names.push(src(&ada.get("/").await));
    }
    assert_ne!(names[0], names[1]);
}

#[tokio::test]
async fn the_page_asks_once_for_all_that_wait_and_gets_those_that_have_come() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    Review::of("The Matrix", 1999).log(&ada).await;
    Review::of("Nobody Knows This", 2004).log(&ada).await;
    let ask = "/movies/posters?entry=1&entry=2&head=1&card=77&line=x";
    // A field that makes no sense is refused, not guessed at.
    assert_eq!(ada.htmx().get(ask).await.status, 400);
    let ask = "/movies/posters?entry=1&entry=2&head=1&card=77";
    let none_yet = ada.htmx().get(ask).await.expect(StatusCode::OK);
    assert!(!none_yet.has("hx-partial"));

    complete_all(&app).await;
    // Nobody knows the second: it is as it will be.
    let known = ada.htmx().get(ask).await;
    let targets = known.attributes("hx-partial", "hx-target");
    assert_eq!(targets, [".poster.at-entry[data-movie='2']"]);
    assert!(!known.has(".waiting"));

    upstream.answers(PICTURE, &[], image(webp(300, 450))).await;
    sync_all(&app).await;
    let come = ada.htmx().get(ask).await;
    let targets = come.attributes("hx-partial", "hx-target");
    assert_eq!(
        targets,
        [
            ".poster.at-entry[data-movie='1']",
            ".poster.at-entry[data-movie='2']",
            ".poster.at-head[data-movie='1']",
        ]
    );
    assert_eq!(come.texts(".poster img").len(), 2);
}

/// B2: what somebody may not know of has no poster for them.
#[tokio::test]
async fn the_poster_of_a_film_that_is_not_there_is_not_there() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    upstream.answers(PICTURE, &[], image(jpeg(400, 600))).await;
    let private = Review::of("The Matrix", 1999).with("visibility", "private");
    private.log(&ada).await;
    complete_all(&app).await;
    sync_all(&app).await;
    let ask = "/movies/posters?entry=1";
    let visitor = app.visitor().htmx();
    assert!(!visitor.get(ask).await.has(".poster"));
    assert!(ada.htmx().get(ask).await.has(".poster img"));
    for path in ["/", "/movies", "/users/ada"] {
        assert!(
            !visitor.get(path).await.body.contains("/posters/"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_again_later_and_given_up_visibly() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    Review::of("The Matrix", 1999).log(&ada).await;
    complete_all(&app).await;
    upstream.answers(PICTURE, &[], status(503)).await;
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
        assert_eq!(sync(&app).await, Outcome::Worked, "{tries}");
        let before = app.state.clock.now();
        let Outcome::Idle { until: Some(until) } = sync(&app).await else {
            panic!("it was tried again at once, after {tries}");
        };
        let early = (until - before - wait).abs();
        assert!(early < TimeDelta::seconds(1), "{tries}: {until}");
        app.state.clock.advance(wait);
    }
    ada.sign_in("ada").await;
    assert!(ada.get("/").await.has(".poster.waiting"));
    assert_eq!(sync(&app).await, Outcome::Worked);
    assert_eq!(sync(&app).await, Outcome::Idle { until: None });
    let gave_up = row(&app, 1).await;
    assert_eq!(gave_up.fault, Some(PosterFault::Unreachable));
    let feed = ada.get("/").await;
    assert!(!feed.has(".poster.waiting"));
    assert_eq!(feed.texts(".poster .drawn"), ["The Matrix"], "a card");
    let told = ada.get("/movies/1/correction").await;
    assert!(told.body.contains("not tried again by itself"));

    // Whoever runs the site asks again for all; then it comes.
    let (db, clock) = (&app.state.db, &app.state.clock);
    assert_eq!(retry(db, clock, Vec::new()).await.expect("asked"), 1);
    upstream.reset().await;
    upstream.answers(PICTURE, &[], image(jpeg(400, 600))).await;
    sync_all(&app).await;
    assert!(ada.get("/").await.has(".poster img"));
}

/// D2: each has a state that says so, and none is asked for again in vain.
#[tokio::test]
async fn what_makes_no_poster_gives_a_clear_state() {
    let whole = jpeg(400, 600);
    let mut polyglot = whole.clone();
    polyglot.extend_from_slice(b"PK\x03\x04 <script>alert(1)</script>");
    for (answer, fault, what) in [
        (status(404), Some(PosterFault::Gone), "not there"),
        (status(410), Some(PosterFault::Gone), "gone"),
        (
            image(b"<!DOCTYPE html><h1>Blocked</h1>".to_vec()),
            Some(PosterFault::NoPicture),
            "a page",
        ),
        (
            image(whole[..whole.len() / 2].to_vec()),
            Some(PosterFault::NoPicture),
            "half",
        ),
        (image(Vec::new()), Some(PosterFault::NoPicture), "nothing"),
        (image(png(1, 1)), Some(PosterFault::TooSmall), "a dot"),
        (image(png(9_000, 90)), Some(PosterFault::TooLarge), "wide"),
        (
            image(vec![0; 11 * 1024 * 1024]),
            Some(PosterFault::TooLarge),
            "11 MB",
        ),
        (image(polyglot), None, "a picture with something behind"),
    ] {
        let (upstream, app) = start().await;
        let ada = app.member("ada").await;
        Review::of("The Matrix", 1999).log(&ada).await;
        complete_all(&app).await;
        upstream.answers(PICTURE, &[], answer).await;
        sync_all(&app).await;
        let row = row(&app, 1).await;
        assert_eq!(row.fault, fault, "{what}");
        assert_eq!(upstream.count(PICTURE).await, 1, "{what}");
        let feed = ada.get("/").await;
        assert!(!feed.has(".poster.waiting"), "{what}");
        assert_eq!(feed.has(".poster img"), fault.is_none(), "{what}");
    }
}

/// D1: an address that leads into this machine is not followed.
#[tokio::test]
async fn a_picture_that_leads_elsewhere_is_not_fetched() {
    let (upstream, app) = start().await;
    let shunned = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    shunned.set_nonblocking(true).expect("it does not wait");
    let port = shunned.local_addr().expect("an address").port();
    let ada = app.member("ada").await;
    Review::of("The Matrix", 1999).log(&ada).await;
    complete_all(&app).await;
    let elsewhere = format!("http://127.0.0.1:{port}/a.jpg");
    let redirect = ResponseTemplate::new(302).insert_header("location", elsewhere.as_str());
    upstream.answers(PICTURE, &[], redirect).await;
    sync_all(&app).await;
    assert_eq!(row(&app, 1).await.fault, Some(PosterFault::Unreachable));
    let came = shunned.accept().expect_err("nobody came");
    assert_eq!(came.kind(), std::io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn without_a_catalog_nothing_is_waited_for() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    let feed = ada.get("/").await;
    assert!(!feed.has(".poster.waiting"));
    assert_eq!(feed.texts(".poster .drawn"), ["Heat"]);
    assert_eq!(row(&app, 1).await.state, PosterState::None);
}

#[tokio::test]
async fn lost_files_are_found_and_stray_ones_removed() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    with_poster(&upstream, &app, &ada).await;
    let (db, clock, store) = (&app.state.db, &app.state.clock, app.state.posters.store());
    let folder = app.database.folder().join("posters");
    let found = verify(db, store).await.expect("checked");
    assert_eq!((found.posters, found.incomplete.len()), (1, 0));

    // A crash left files behind; somebody put something of theirs beside them.
    let stray = folder.join("00/00112233445566778899aabbccddeeff-92.webp");
    std::fs::create_dir_all(stray.parent().expect("a folder")).expect("made");
    std::fs::write(&stray, b"half a poster").expect("written");
    std::fs::write(folder.join("notes.txt"), b"mine").expect("written");
    let pruned = prune(db, clock, store).await.expect("pruned");
    assert_eq!(
        pruned.files, 0,
        "it may belong to a row that is being written"
    );
    clock.advance(TimeDelta::hours(2));
    let pruned = prune(db, clock, store).await.expect("pruned");
    assert_eq!((pruned.files, pruned.bytes), (1, 13));
    assert!(!stray.exists());
    assert_eq!(files_under(&folder).len(), 6, "the poster's, and the note");

    assert!(folder.join("notes.txt").exists());
    for file in files_under(&folder) {
        if file.to_string_lossy().ends_with("-342.webp") {
            std::fs::remove_file(file).expect("removed");
        }
    }
    let found = verify(db, store).await.expect("checked");
    assert_eq!(found.incomplete.len(), 1);
    let asked = retry(db, clock, found.incomplete).await.expect("asked");
    assert_eq!(asked, 1);
    sync_all(&app).await;
    let found = verify(db, store).await.expect("checked");
    assert_eq!(found.incomplete.len(), 0, "it is whole again");
}

/// A page that waits for the poster of a film that turned out to be another.
#[tokio::test]
async fn a_page_that_waits_follows_a_film_into_another() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    ada.upload("/movies/1/poster", &numbered(1)).await;
    Review::of("Haet", 1995).log(&ada).await;
    let form = ada.get("/movies/2/correction").await;
    let form = form.form("form[action='/movies/2/correction']");
    ada.submit(&form.set("title", "Heat")).await;
    for client in [ada.htmx(), app.visitor().htmx()] {
        let come = client.get("/movies/posters?entry=2").await;
        let target = come.attributes("hx-partial", "hx-target");
        assert_eq!(target, [".poster.at-entry[data-movie='2']"]);
        assert_eq!(come.attributes(".poster", "data-movie"), ["1"]);
        assert!(come.has(".poster img"));
    }
}

/// E3: two instances on one database fetch each poster once.
#[tokio::test]
async fn two_instances_never_fetch_the_same_poster_twice() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    for number in 0..10_u8 {
        let path = format!("/pictures/w780/{number}.jpg");
        upstream.answers(&path, &[], image(numbered(number))).await;
        let details = tmdb::details(
            700 + i64::from(number),
            &format!("Film {number}"),
            "2000-01-01",
        )
        .with("poster_path", format!("/{number}.jpg"));
        let id = 700 + i64::from(number);
        upstream
            .answers(&format!("/tmdb/3/movie/{id}"), &[], ok(details))
            .await;
        let id = id.to_string();
        Review::of(&format!("Film {number}"), 2000)
            .with("tmdb_id", &id)
            .log(&ada)
            .await;
    }
    complete_all(&app).await;
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let state = app.state.clone();
            tokio::spawn(async move {
                for _ in 0..20 {
                    sync_next(&state.db, &state.clock, &state.posters)
                        .await
                        .expect("an outcome");
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("no panic");
    }
    sync_all(&app).await;
    assert_eq!(upstream.count("/pictures/").await, 10);
    assert_eq!(posters(&app).await.len(), 10);
    let ready = movie_poster::Entity::find().count(app.state.db.reader());
    assert_eq!(ready.await.expect("a number"), 10);
}

/// When two films turn out to be one, the poster stays.
#[tokio::test]
async fn a_film_that_stays_takes_the_poster_of_the_one_that_goes() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Haet", 1995).log(&ada).await;
    ada.upload("/movies/1/poster", &numbered(1)).await;
    let poster = src(&ada.get("/movies/1").await);
    Review::of("Heat", 1995).log(&ada).await;
    let form = ada.get("/movies/1/correction").await;
    let form = form.form("form[action='/movies/1/correction']");
    let corrected = ada.submit(&form.set("title", "Heat")).await;
    assert_eq!(corrected.header("location"), "/movies/2");
    assert_eq!(src(&ada.follow(&corrected).await), poster);
    // Whose choice it was went along, so that it can be taken back.
    let boss = app.admin("boss").await;
    let undo = boss.get("/movies/2").await;
    boss.submit(&undo.form("form[action^='/movies/corrections/']"))
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(!ada.get("/movies/2").await.has(".poster img"));
}
