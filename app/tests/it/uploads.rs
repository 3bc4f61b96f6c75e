//! Posters that members send.

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::poster;
use movies_diary::background::sweep;

use crate::posters::{
    complete_all, files_under, image, posters, src, start, sync_all, the_matrix, with_poster,
};
use crate::support::outside::ok;
use crate::support::pictures::{numbered, png};
use crate::support::{App, Review};

#[tokio::test]
async fn a_member_sends_a_poster_and_an_admin_takes_it_back() {
    let (upstream, app) = start().await;
    let ada = app.member("ada").await;
    let boss = app.admin("boss").await;
    with_poster(&upstream, &app, &ada).await;
    let from_catalog = src(&ada.get("/movies/1").await);
    let page = ada.get("/movies/1/correction").await;
    assert!(page.has("form[action='/movies/1/poster'] input[type=file][name=poster]"));
    assert!(page.has("form[action='/movies/1/poster-sync']"));
    let sent = ada.upload("/movies/1/poster", &png(200, 300)).await;
    let page = ada.follow(&sent).await;
    let own = src(&page);
    assert_ne!(own, from_catalog);
    assert!(page.body.contains("sent by a member"));

    // The catalog does not replace it, whatever it has by now, and nobody looks for it.
    upstream.reset().await;
    let moved = the_matrix().with("poster_path", "/another.jpg");
    upstream.answers("/tmdb/3/movie/603", &[], ok(moved)).await;
    upstream
        .answers("/pictures/w780/another.jpg", &[], image(numbered(3)))
        .await;
    app.state.clock.advance(TimeDelta::days(31));
    ada.sign_in("ada").await;
    boss.sign_in("boss").await;
    Review::of("The Matrix", 1999).log(&ada).await;
    complete_all(&app).await;
    sync_all(&app).await;
    assert_eq!(src(&ada.get("/movies/1").await), own);
    let refused = ada.post("/movies/1/poster-sync", &[]).await;
    assert_eq!(refused.status, 409);

    // An admin takes it back: what was there before is there again.
    let page = boss.get("/movies/1").await;
    assert!(page.body.contains("ADA corrected the poster"));
    let undo = page.form("form[action^='/movies/corrections/']");
    let back = boss.follow(&boss.submit(&undo).await).await;
    assert_eq!(src(&back), from_catalog);
    assert!(!back.has("form[action^='/movies/corrections/']"));
    // And the catalog's is looked for again.
    let looked = ada.post("/movies/1/poster-sync", &[]).await;
    looked.expect(StatusCode::SEE_OTHER);
    complete_all(&app).await;
    sync_all(&app).await;
    let newest = src(&ada.get("/movies/1").await);
    assert!(newest != from_catalog && newest != own);
}

#[tokio::test]
async fn what_is_sent_and_is_no_poster_is_told_beside_the_field() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    let path = "/movies/1/poster";
    for (bytes, told) in [
        (b"%PDF-1.7".to_vec(), "no picture that can be read"),
        (Vec::new(), "no picture that can be read"),
        (png(20, 20), "too small"),
        (png(9_000, 90), "too large"),
    ] {
        for client in [ada.clone(), ada.htmx()] {
            let page = client.upload(path, &bytes).await;
            let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(page.texts("#poster-file-error").len(), 1);
            assert!(page.errors()[0].contains(told), "{:?}", page.errors());
        }
    }
    let too_large = ada.upload(path, &vec![0; 11 * 1024 * 1024]).await;
    assert_eq!(too_large.status, 413);
    let other_field = ada.upload_as(path, "picture", &png(90, 90)).await;
    assert_eq!(other_field.status, 400);
    assert_eq!(posters(&app).await.len(), 0);
}

/// Whoever was signed out while their picture was on its way does not change anything.
#[tokio::test]
async fn a_picture_held_back_until_after_sign_out_changes_nothing() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    let mut held = ada.copy().hold_upload("/movies/1/poster", &png(90, 135));
    // The session has been looked up by now: the route reads the body after it.
    held.begun().await;
    ada.post("/logout", &[]).await;
    let late = held.finish().await;
    assert_ne!(late.status, 200);
    assert!(late.status == 303 || late.status == 401, "{}", late.status);
    assert_eq!(posters(&app).await.len(), 0, "{}", late.body);
}

/// Pictures under way are bounded: they are held in memory.
#[tokio::test]
async fn past_so_many_pictures_at_once_one_is_told_to_come_again() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    Review::of("Heat", 1995).log(&ada).await;
    let mut held = Vec::new();
    for number in 0..8 {
        let mut one = ada.hold_upload("/movies/1/poster", &numbered(number));
        one.begun().await;
        held.push(one);
    }
    let busy = ada.upload("/movies/1/poster", &numbered(9)).await;
    assert_eq!(busy.status, 503);
    assert!(busy.headers.contains_key("retry-after"));
    for one in held {
        one.finish().await.expect(StatusCode::SEE_OTHER);
    }
    let again = ada.upload("/movies/1/poster", &numbered(9)).await;
    again.expect(StatusCode::SEE_OTHER);
}

/// Two films with one picture share its files; a picture that nobody shows any more stays
/// for a year.
#[tokio::test]
async fn superseded_files_stay_for_a_year() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (title, year) in [("Heat", 1995), ("Ran", 1985)] {
        Review::of(title, year).log(&ada).await;
    }
    for movie in [1, 2] {
        let path = format!("/movies/{movie}/poster");
        let sent = ada.upload(path, &numbered(1)).await;
        sent.expect(StatusCode::SEE_OTHER);
    }
    assert_eq!(posters(&app).await.len(), 1, "one picture");
    let folder = app.database.folder().join("posters");
    assert_eq!(files_under(&folder).len(), 5);
    let first = src(&ada.get("/movies/1").await);

    ada.upload("/movies/1/poster", &numbered(2)).await;
    let superseded = |posters: &[poster::Model]| {
        let mut old = posters.iter().filter(|row| row.superseded_at.is_some());
        old.next().is_some()
    };
    assert!(!superseded(&posters(&app).await), "the other film has it");
    ada.upload("/movies/2/poster", &numbered(2)).await;
    assert!(superseded(&posters(&app).await));
    app.state.clock.advance(TimeDelta::days(364));
    assert_eq!(sweep(&app.state).await.expect("swept").posters, 0);
    app.visitor().get(&first).await.expect(StatusCode::OK);
    app.state.clock.advance(TimeDelta::days(2));
    assert_eq!(sweep(&app.state).await.expect("swept").posters, 1);
    assert_eq!(app.visitor().get(&first).await.status, 404);
    assert_eq!(files_under(&folder).len(), 5);
}
