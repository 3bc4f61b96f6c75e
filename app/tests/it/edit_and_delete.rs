//! Editing, deleting and restoring reviews.

use axum::http::StatusCode;
use chrono::TimeDelta;
use movies_diary::background;
use sea_orm::{ConnectionTrait, DbErr};

use crate::support::databases::postgres_url;
use crate::support::{App, ReviewBuilder};

#[tokio::test]
async fn an_edit_changes_only_the_edited_fields() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995)
        .with("rating", "3")
        .with("tags", "crime, LA")
        .with("comment", "\n two lines\nand an end ")
        .log(&ada)
        .await;
    for client in [ada.clone(), ada.htmx()] {
        let form = client
            .get(format!("/reviews/{id}/edit"))
            .await
            .form("form.review");
        assert_eq!(form.value("rating"), Some("3"));
        assert_eq!(form.value("tags"), Some("crime, LA"));
        assert_eq!(
            form.value("comment").map(str::trim),
            Some("two lines\nand an end")
        );
        let form = form
            .set("tags", "LA, night")
            .set("day_unknown", "on")
            .set("rewatch", "on");
        let answer = client.submit(&form).await;
        let shown = match answer.status {
            303 => client.follow(&answer).await,
            _ => answer,
        };
        assert_eq!(shown.titles(), ["Heat"]);
        assert_eq!(shown.texts(".tags li"), ["LA", "night"]);
        assert_eq!(
            shown.texts(".byline .quiet, .byline > span:not(.logged)"),
            ["Day unknown"]
        );
        assert_eq!(shown.attributes(".stars", "aria-label"), ["3 of 5 stars"]);
        let form = client
            .get(format!("/reviews/{id}/edit"))
            .await
            .form("form.review");
        assert_eq!(form.value("day"), Some("unknown"));
        let form = form.set("tags", "crime, LA");
        client.submit(&form).await;
    }
}

#[tokio::test]
async fn a_conflicting_edit_is_reported_and_keeps_its_text() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995)
        .with("comment", "First.")
        .log(&ada)
        .await;
    for client in [ada.clone(), ada.htmx()] {
        let form = client
            .get(format!("/reviews/{id}/edit"))
            .await
            .form("form.review");
        let phone = form.clone().set("comment", "From the phone.");
        let desk = form.set("comment", "From the desk.");
        assert!(client.submit(&phone).await.status < 400);
        let conflict = client.submit(&desk).await.expect(StatusCode::CONFLICT);
        assert_eq!(conflict.texts("blockquote .comment"), ["From the phone."]);
        let again = conflict.form("form.review");
        assert_eq!(
            again.value("comment").map(str::trim),
            Some("From the desk.")
        );
        assert!(
            client.submit(&again).await.status < 400,
            "saving again replaces it"
        );
        let page = client.get(format!("/reviews/{id}")).await;
        assert_eq!(page.texts(".comment p, .words p"), ["From the desk."]);
    }
}

/// Another writer that comes first cannot be timed, so a trigger makes the update find no row.
#[tokio::test]
async fn a_change_of_movie_that_comes_second_is_a_conflict() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let link = format!("/reviews/{id}/movie");
    let change = ada.get(&link).await.form("details form");
    let change = change.set("title", "Thief").set("year", "1981");
    skip_updates_of_reviews(&app).await;
    let conflict = ada.submit(&change).await.expect(StatusCode::CONFLICT);
    let messages = conflict.texts("[role=alert]");
    assert!(
        messages[0].starts_with("This review has changed since you opened it"),
        "{messages:?}"
    );
    let form = conflict.form("details form");
    assert_eq!(form.value("title"), Some("Thief"));
    assert_eq!(ada.get("/").await.titles(), ["Heat"]);
}

async fn skip_updates_of_reviews(app: &App) {
    let statements: &[&str] = match postgres_url() {
        None => &["CREATE TRIGGER skip BEFORE UPDATE ON review BEGIN SELECT RAISE(IGNORE); END"],
        Some(_) => &[
            "CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
            "CREATE TRIGGER skip BEFORE UPDATE ON review FOR EACH ROW EXECUTE FUNCTION skip()",
        ],
    };
    for statement in statements {
        let create = app.state.db.write(move |tx| {
            Box::pin(async move { tx.execute_unprepared(statement).await.map(|_| ()) })
        });
        create.await.map_err(|error: DbErr| error).expect(statement);
    }
}

#[tokio::test]
async fn one_of_many_concurrent_edits_is_saved() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let form = ada
        .get(format!("/reviews/{id}/edit"))
        .await
        .form("form.review");
    let edits: Vec<_> = (0..12)
        .map(|number| {
            let (ada, form) = (ada.clone(), form.clone());
            let form = form.set("comment", &format!("Number {number}"));
            tokio::spawn(async move { ada.submit(&form).await.status })
        })
        .collect();
    let mut saved = 0;
    for edit in edits {
        match edit.await.expect("an answer") {
            303 => saved += 1,
            409 => {}
            other => panic!("{other}"),
        }
    }
    assert_eq!(saved, 1);
}

#[tokio::test]
async fn a_refused_edit_keeps_what_was_typed_and_stored() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995)
        .with("comment", "Kept.")
        .log(&ada)
        .await;
    let form = ada
        .get(format!("/reviews/{id}/edit"))
        .await
        .form("form.review");
    let bad = form.set("comment", "Typed.").set("watched_on", "soon");
    let answer = ada
        .submit(&bad)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has(&format!("#r{id}-watched_on-error")));
    assert_eq!(
        answer.form("form.review").value("comment").map(str::trim),
        Some("Typed.")
    );
    assert_eq!(
        ada.get(format!("/reviews/{id}")).await.texts(".words"),
        ["Kept."]
    );
}

#[tokio::test]
async fn a_deleted_review_leaves_every_list_at_once_and_comes_back_as_it_was() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let eve = app.member("eve").await;
    let id = ReviewBuilder::of("Heat", 1995)
        .with("rating", "4")
        .with("tags", "crime")
        .with("comment", "As it was.")
        .with("visibility", "members")
        .log(&ada)
        .await;
    let before = eve.get(format!("/reviews/{id}")).await;
    let movie = before.attributes(".title a", "href").remove(0);
    let lists = ["/".to_owned(), "/users/ada".to_owned(), movie];

    let gone = ada
        .htmx()
        .post(format!("/reviews/{id}/deletion"), &[])
        .await;
    let gone = gone.expect(StatusCode::OK);
    assert_eq!(gone.attributes(".gone", "id"), [format!("review-{id}")]);
    assert!(gone.has("[data-lapse] button[autofocus]"));
    for list in &lists {
        assert!(ada.get(list).await.titles().is_empty(), "{list}");
        assert!(eve.get(list).await.titles().is_empty(), "{list}");
    }
    for path in [format!("/reviews/{id}"), format!("/reviews/{id}/edit")] {
        ada.get(path).await.expect(StatusCode::NOT_FOUND);
    }

    let undo = gone.form(".gone form");
    let back = ada.htmx().submit(&undo).await.expect(StatusCode::OK);
    assert_eq!(back.titles(), ["Heat"]);
    let after = eve.get(format!("/reviews/{id}")).await;
    assert_eq!(after.texts("main"), before.texts("main"));
    eve.get(&lists[0]).await.expect(StatusCode::OK);
    app.visitor()
        .get(format!("/reviews/{id}"))
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_javascript_a_review_can_be_restored_for_a_day() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let delete = ada.get("/").await.form(".entry .menu form");
    let answer = ada.submit(&delete).await;
    let page = ada.follow(&answer).await;
    assert_eq!(page.texts(".gone strong"), ["Heat"]);
    // Deleting twice changes nothing.
    ada.submit(&delete).await.expect(StatusCode::SEE_OTHER);
    let undo = page.form(".gone form");
    let answer = ada.submit(&undo).await;
    assert_eq!(ada.follow(&answer).await.titles(), ["Heat"]);
    ada.submit(&undo).await.expect(StatusCode::SEE_OTHER);

    ada.submit(&delete).await;
    let diary = ada.get("/users/ada").await;
    assert!(diary.has("main a[href='/reviews/deleted']"), "a way there");
    assert!(!diary.has(".entry"));
    app.state.clock.advance(TimeDelta::hours(23));
    background::sweep_all(&app.state).await.expect("a round");
    assert!(ada.get("/reviews/deleted").await.has(".gone"));
    app.state.clock.advance(TimeDelta::hours(2));
    assert!(!ada.get("/reviews/deleted").await.has(".gone"));
    ada.submit(&undo).await.expect(StatusCode::NOT_FOUND);
    let swept = background::sweep_all(&app.state).await.expect("a round");
    assert_eq!(swept.reviews, 1);
    ada.get(format!("/reviews/{id}"))
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_can_change_another_members_review() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995)
        .with("comment", "Mine.")
        .log(&ada)
        .await;
    let form = ada
        .get(format!("/reviews/{id}/edit"))
        .await
        .form("form.review");
    for other in [app.member("eve").await, app.admin("boss").await] {
        other
            .get(format!("/reviews/{id}/edit"))
            .await
            .expect(StatusCode::NOT_FOUND);
        let change = form.clone().set("comment", "Not mine.");
        other.submit(&change).await.expect(StatusCode::NOT_FOUND);
        for action in ["deletion", "restoration"] {
            let path = format!("/reviews/{id}/{action}");
            other.post(path, &[]).await.expect(StatusCode::NOT_FOUND);
        }
        assert!(!other.get("/").await.has(".entry .menu"));
    }
    ada.post(format!("/reviews/{id}/deletion"), &[]).await;
    let eve = app.visitor();
    eve.sign_in("eve").await;
    let undo = eve.post(format!("/reviews/{id}/restoration"), &[]).await;
    undo.expect(StatusCode::NOT_FOUND);
    ada.post(format!("/reviews/{id}/restoration"), &[])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(ada.get("/").await.texts(".comment"), ["Mine."]);
}

#[tokio::test]
async fn an_edit_of_a_deleted_review_keeps_its_text() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    for client in [ada.clone(), ada.htmx()] {
        let edit = client.get(format!("/reviews/{id}/edit")).await;
        let form = edit
            .form("form.review")
            .set("comment", "Half an hour's work.");
        ada.post(format!("/reviews/{id}/deletion"), &[]).await;
        let conflict = client.submit(&form).await.expect(StatusCode::CONFLICT);
        assert_eq!(conflict.texts("textarea"), ["Half an hour's work."]);
        assert!(conflict.has("a[href='/reviews/deleted']"));
        ada.post(format!("/reviews/{id}/restoration"), &[]).await;
    }
}

#[tokio::test]
async fn recently_deleted_is_paged() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..23 {
        let id = ReviewBuilder::of(&format!("Film {number}"), 2000)
            .log(&ada)
            .await;
        ada.post(format!("/reviews/{id}/deletion"), &[]).await;
    }
    for client in [ada.clone(), ada.htmx()] {
        let first = client.get("/reviews/deleted").await;
        assert_eq!(first.texts(".gone strong").len(), 20);
        let older = first.attributes(".older a", "href").remove(0);
        let rest = client.get(older).await;
        assert_eq!(rest.texts(".gone strong"), ["Film 2", "Film 1", "Film 0"]);
        assert!(!rest.has(".older"));
    }
}
