//! Posters that members upload.

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::poster;
use movies_diary::background::sweep_all;

use crate::posters::{
    complete_all_movies, files_under, image_response, log_with_poster, matrix_details, poster_src,
    start, stored_posters, sync_all_posters,
};
use crate::support::api_client::create_token;
use crate::support::catalog_stub::ok;
use crate::support::pictures::{distinct_png, png};
use crate::support::raw_connection::{RawConnection, serve_router};
use crate::support::{App, ReviewBuilder, TestClient};

#[tokio::test]
async fn a_member_uploads_a_poster_and_an_admin_undoes_it() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    let boss = app.admin("boss").await;
    log_with_poster(&upstream, &app, &ada).await;
    let from_catalog = poster_src(&ada.get("/movies/1").await);
    let page = ada.get("/movies/1/correction").await;
    assert!(page.has("form[action='/movies/1/poster'] input[type=file][name=poster]"));
    assert!(page.has("form[action='/movies/1/poster-sync']"));
    let sent = ada.upload("/movies/1/poster", &png(200, 300)).await;
    let page = ada.follow(&sent).await;
    let own = poster_src(&page);
    assert_ne!(own, from_catalog);
    assert!(page.body.contains("uploaded by a member"));

    // A newer poster in the catalog does not replace it, and is not fetched.
    upstream.reset().await;
    let moved = matrix_details().with("poster_path", "/another.jpg");
    upstream.respond("/tmdb/3/movie/603", &[], ok(moved)).await;
    upstream
        .respond(
            "/pictures/w780/another.jpg",
            &[],
            image_response(distinct_png(3)),
        )
        .await;
    app.state.clock.advance(TimeDelta::days(31));
    ada.sign_in("ada").await;
    boss.sign_in("boss").await;
    ReviewBuilder::of("The Matrix", 1999).log(&ada).await;
    complete_all_movies(&app).await;
    sync_all_posters(&app).await;
    assert_eq!(poster_src(&ada.get("/movies/1").await), own);
    let refused = ada.post("/movies/1/poster-sync", &[]).await;
    assert_eq!(refused.status, 409);

    // An admin undoes the upload: the previous poster is back.
    let page = boss.get("/movies/1").await;
    assert!(page.body.contains("<bdi>ADA</bdi> corrected the poster"));
    let undo = page.form("form[action^='/movies/corrections/']");
    let back = boss.follow(&boss.submit(&undo).await).await;
    assert_eq!(poster_src(&back), from_catalog);
    assert!(!back.has("form[action^='/movies/corrections/']"));
    // The catalog's poster may be fetched again.
    let queued = ada.post("/movies/1/poster-sync", &[]).await;
    queued.expect(StatusCode::SEE_OTHER);
    complete_all_movies(&app).await;
    sync_all_posters(&app).await;
    let newest = poster_src(&ada.get("/movies/1").await);
    assert!(newest != from_catalog && newest != own);
}

#[tokio::test]
async fn invalid_pictures_are_reported_by_field() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let path = "/movies/1/poster";
    for (bytes, message) in [
        (b"%PDF-1.7".to_vec(), "read as a picture"),
        (Vec::new(), "read as a picture"),
        (png(20, 20), "too small"),
        (png(9_000, 90), "too large"),
    ] {
        for client in [ada.clone(), ada.htmx()] {
            let page = client.upload(path, &bytes).await;
            let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(page.texts("#poster-file-error").len(), 1);
            assert!(page.errors()[0].contains(message), "{:?}", page.errors());
        }
    }
    let too_large = ada.upload(path, &vec![0; 11 * 1024 * 1024]).await;
    assert_eq!(too_large.status, 413);
    let other_field = ada.upload_as(path, "picture", &png(90, 90)).await;
    assert_eq!(other_field.status, 400);
    assert_eq!(stored_posters(&app).await.len(), 0);
}

/// The session is checked again once the body has arrived.
#[tokio::test]
async fn an_upload_completed_after_the_sign_out_changes_nothing() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let mut pending = ada
        .with_copied_cookies()
        .start_upload("/movies/1/poster", &png(90, 135));
    // The session has been loaded by now: the route reads the body after it.
    pending.wait_until_started().await;
    ada.post("/logout", &[]).await;
    let late = pending.finish().await;
    assert_ne!(late.status, 200);
    assert!(late.status == 303 || late.status == 401, "{}", late.status);
    assert_eq!(stored_posters(&app).await.len(), 0, "{}", late.body);
}

/// Concurrent uploads are limited, because they are held in memory.
#[tokio::test]
async fn concurrent_uploads_are_limited() {
    let app = App::start().await;
    let mut pending = Vec::new();
    for number in 0..4 {
        let member = app.member(&format!("member{number}")).await;
        ReviewBuilder::of("Heat", 1995).log(&member).await;
        for file in 0..2 {
            let picture = distinct_png(number * 2 + file);
            let mut upload = member.start_upload("/movies/1/poster", &picture);
            upload.wait_until_started().await;
            pending.push(upload);
        }
    }
    let other = app.member("other").await;
    ReviewBuilder::of("Heat", 1995).log(&other).await;
    let busy = other.upload("/movies/1/poster", &distinct_png(9)).await;
    assert_eq!(busy.status, 503);
    assert!(busy.headers.contains_key("retry-after"));
    for upload in pending {
        upload.finish().await.expect(StatusCode::SEE_OTHER);
    }
    let again = other.upload("/movies/1/poster", &distinct_png(9)).await;
    again.expect(StatusCode::SEE_OTHER);
}

/// By form and by the API together.
#[tokio::test]
async fn slow_uploads_of_one_member_keep_nobody_else_out() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let grace = app.member("grace").await;
    for member in [&ada, &grace] {
        ReviewBuilder::of("Heat", 1995).log(member).await;
    }
    let program = bearer(&app, &create_token(&ada, "write").await.token);
    let mut pending = vec![
        ada.start_upload("/movies/1/poster", &distinct_png(1)),
        program.start_put("/api/movies/1/poster", &distinct_png(2)),
    ];
    for upload in &mut pending {
        upload.wait_until_started().await;
    }
    let advice = "You can upload two pictures at a time. Try again in 10 seconds.";
    let page = ada.upload("/movies/1/poster", &distinct_png(3)).await;
    assert_eq!((page.status, page.header("retry-after")), (429, "10"));
    assert_eq!(page.texts("h1"), ["You’ve reached a limit"]);
    assert!(page.body.contains(advice), "{}", page.body);
    let toast = ada.htmx().upload("/movies/1/poster", &png(90, 90)).await;
    assert_eq!(toast.status, 429);
    assert!(toast.body.contains(advice), "{}", toast.body);
    let problem = program.put("/api/movies/1/poster", &distinct_png(3)).await;
    assert_eq!((problem.status, problem.header("retry-after")), (429, "10"));
    assert_eq!(problem.json()["detail"], advice);

    let others = grace.upload("/movies/1/poster", &distinct_png(4)).await;
    others.expect(StatusCode::SEE_OTHER);
    let form = pending.remove(0);
    form.finish().await.expect(StatusCode::SEE_OTHER);
    let next = ada.upload("/movies/1/poster", &distinct_png(5)).await;
    next.expect(StatusCode::SEE_OTHER);
    let api = pending.remove(0);
    api.finish().await.expect(StatusCode::NO_CONTENT);
}

/// Pictures that are rejected count too.
#[tokio::test]
async fn a_member_uploads_at_most_200_pictures_a_day() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let grace = app.member("grace").await;
    for member in [&ada, &grace] {
        ReviewBuilder::of("Heat", 1995).log(member).await;
    }
    let program = bearer(&app, &create_token(&ada, "write").await.token);
    let path = "/api/movies/1/poster";
    for _ in 0..199 {
        assert_eq!(program.put(path, b"no picture").await.status, 422);
    }
    app.state.clock.advance(TimeDelta::hours(19));
    let last = program.put(path, &distinct_png(1)).await;
    last.expect(StatusCode::NO_CONTENT);
    let shown = poster_src(&ada.get("/movies/1").await);
    let advice = "You can upload up to 200 pictures, or 200 MB, a day. Try again in 5 hours.";
    let problem = program.put(path, &distinct_png(2)).await;
    assert_eq!(problem.status, 429, "{}", problem.body);
    assert_eq!(problem.json()["detail"], advice);
    let wait: i64 = problem.header("retry-after").parse().expect("seconds");
    assert!((1..=5 * 60 * 60).contains(&wait), "{wait}");
    let page = ada.upload("/movies/1/poster", &distinct_png(2)).await;
    assert_eq!(page.status, 429);
    assert!(page.body.contains(advice), "{}", page.body);
    assert_eq!(poster_src(&ada.get("/movies/1").await), shown);

    let others = grace.upload("/movies/1/poster", &distinct_png(3)).await;
    others.expect(StatusCode::SEE_OTHER);
    sweep_all(&app.state).await.expect("swept");
    assert_eq!(program.put(path, &distinct_png(2)).await.status, 429);
    app.state.clock.advance(TimeDelta::seconds(wait));
    for _ in 0..2 {
        let next_day = program.put(path, &distinct_png(2)).await;
        next_day.expect(StatusCode::NO_CONTENT);
        sweep_all(&app.state).await.expect("swept");
    }
}

#[tokio::test]
async fn a_member_uploads_at_most_200_megabytes_a_day() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let program = bearer(&app, &create_token(&ada, "write").await.token);
    let path = "/api/movies/1/poster";
    let large = vec![0; 10 * 1024 * 1024];
    for _ in 0..20 {
        assert_eq!(program.put(path, &large).await.status, 422);
    }
    let problem = program.put(path, &distinct_png(1)).await;
    assert_eq!(problem.status, 429, "{}", problem.body);
    assert_eq!(
        problem.json()["detail"],
        "You can upload up to 200 pictures, or 200 MB, a day. Try again in 24 hours."
    );
    app.state.clock.advance(TimeDelta::days(1));
    let next_day = program.put(path, &distinct_png(1)).await;
    next_day.expect(StatusCode::NO_CONTENT);
}

/// Otherwise a member could send 10 MB again and again, always without the last byte.
#[tokio::test]
async fn uploads_that_break_off_count_towards_the_megabytes() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let token = create_token(&ada, "write").await.token;
    let path = "/api/movies/1/poster";
    let address = serve_router(app.router.clone()).await;
    let length = 10 * 1024 * 1024;
    for _ in 0..21 {
        let mut connection = RawConnection::connect(address).await;
        let bearer = format!("Bearer {token}");
        let request = format!("PUT {path}");
        connection
            .send_head_with(&request, length, ("authorization", &bearer))
            .await;
        connection.send_bytes(length - 1).await;
        connection.break_off().await;
    }
    let program = bearer(&app, &token);
    let problem = program.put(path, &distinct_png(1)).await;
    assert_eq!(problem.status, 429, "{}", problem.body);
}

/// A browser reads the response only after it has sent the whole file.
#[tokio::test]
async fn a_refused_upload_is_read_to_its_end() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let mut pending = Vec::new();
    for number in 0..2 {
        let mut upload = ada.start_upload("/movies/1/poster", &distinct_png(number));
        upload.wait_until_started().await;
        pending.push(upload);
    }
    let cookie = format!("session={}", ada.cookie("session").expect("a cookie"));
    let address = serve_router(app.router.clone()).await;
    let mut connection = RawConnection::connect(address).await;
    let length = 10 * 1024 * 1024;
    let request = "POST /movies/1/poster";
    let session = ("cookie", &*cookie);
    connection.send_head_with(request, length, session).await;
    connection.send_bytes(length).await;
    let page = connection.read_response().await;
    assert_eq!(page.status, 429);
    connection.send_head("GET /health", 0).await;
    assert_eq!(connection.read_response().await.status, 200);
    for upload in pending {
        upload.finish().await.expect(StatusCode::SEE_OTHER);
    }
}

/// A program that sends this token.
fn bearer(app: &App, token: &str) -> TestClient {
    app.visitor()
        .header("authorization", &format!("Bearer {token}"))
}

/// Two movies with the same picture share its files. A picture that is no longer used is kept for a
/// year.
#[tokio::test]
async fn superseded_files_are_kept_for_a_year() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (title, year) in [("Heat", 1995), ("Ran", 1985)] {
        ReviewBuilder::of(title, year).log(&ada).await;
    }
    for movie in [1, 2] {
        let path = format!("/movies/{movie}/poster");
        let sent = ada.upload(path, &distinct_png(1)).await;
        sent.expect(StatusCode::SEE_OTHER);
    }
    assert_eq!(stored_posters(&app).await.len(), 1, "one picture");
    let folder = app.database.folder().join("posters");
    assert_eq!(files_under(&folder).len(), 5);
    let first = poster_src(&ada.get("/movies/1").await);

    ada.upload("/movies/1/poster", &distinct_png(2)).await;
    let superseded = |posters: &[poster::Model]| {
        let mut old = posters.iter().filter(|row| row.superseded_at.is_some());
        old.next().is_some()
    };
    assert!(
        !superseded(&stored_posters(&app).await),
        "the other film has it"
    );
    ada.upload("/movies/2/poster", &distinct_png(2)).await;
    assert!(superseded(&stored_posters(&app).await));
    app.state.clock.advance(TimeDelta::days(364));
    assert_eq!(sweep_all(&app.state).await.expect("swept").posters, 0);
    app.visitor().get(&first).await.expect(StatusCode::OK);
    app.state.clock.advance(TimeDelta::days(2));
    assert_eq!(sweep_all(&app.state).await.expect("swept").posters, 1);
    assert_eq!(app.visitor().get(&first).await.status, 404);
    assert_eq!(files_under(&folder).len(), 5);
}
