//! What was typed before the session ended comes back after signing in again.

use axum::http::StatusCode;

use crate::support::answer::FormFields;
use crate::support::pictures::png;
use crate::support::{App, PASSWORD, ReviewBuilder, TestClient, TestResponse};

const COMMENT: &str = "\"Half\" an <hour's> work.\nAnd a second line.";

/// The form for a movie typed by hand, filled in.
async fn filled_form(client: &TestClient) -> FormFields {
    let page = client.get("/reviews/new?q=Heat&by_hand=1").await;
    page.form("form.review")
        .set("year", "1995")
        .set("director", "Michael Mann")
        .set("rating", "4.5")
        .set("watched_on", "2024-03-07")
        .set("liked", "on")
        .set("tags", "crime, LA")
        .set("visibility", "members")
        .set("comment", COMMENT)
}

/// Sends the form after the session has ended, and returns the sign-in form of the answer.
async fn send_signed_out(client: &TestClient, form: &FormFields) -> FormFields {
    client.post("/logout", &[]).await;
    let refused = client.submit(form).await.expect(StatusCode::UNAUTHORIZED);
    refused.form("form[action='/login']")
}

/// Follows the toast of htmx to the whole sign-in page.
async fn open_sign_in_page(client: &TestClient, toast_form: &FormFields) -> FormFields {
    let page = client.submit(toast_form).await.expect(StatusCode::OK);
    page.form("form[action='/login']")
}

async fn sign_in_with(client: &TestClient, form: &FormFields, username: &str) -> TestResponse {
    let form = form
        .clone()
        .set("username", username)
        .set("password", PASSWORD);
    let answer = client.submit(&form).await.expect(StatusCode::SEE_OTHER);
    client.follow(&answer).await.expect(StatusCode::OK)
}

#[track_caller]
fn assert_same_fields(shown: &FormFields, sent: &FormFields) {
    // A day that was typed comes back as “Other day”.
    let is_typed =
        |name: &&(String, String)| !name.0.starts_with("day") && name.0 != "watched_on_shown";
    for (name, value) in sent.fields.iter().filter(is_typed) {
        let found = shown.value(name).map(str::trim);
        assert_eq!(found, Some(value.trim()), "{name}");
    }
}

#[tokio::test]
async fn a_new_review_comes_back_after_signing_in_again() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for (logged_before, by_htmx) in [false, true].into_iter().enumerate() {
        let form = filled_form(&ada).await;
        let client = if by_htmx { ada.htmx() } else { ada.clone() };
        let mut sign_in = send_signed_out(&client, &form).await;
        if by_htmx {
            sign_in = open_sign_in_page(&ada, &sign_in).await;
        }
        // A wrong password loses nothing either.
        let wrong = sign_in.set("username", "ada").set("password", "x");
        let wrong = ada.submit(&wrong).await;
        let sign_in = wrong
            .expect(StatusCode::UNPROCESSABLE_ENTITY)
            .form("form[action='/login']");
        let page = sign_in_with(&ada, &sign_in, "ada").await;
        let shown = page.form("form.review");
        assert_same_fields(&shown, &form);
        let logged = ada.submit(&shown).await.expect(StatusCode::SEE_OTHER);
        let feed = ada.follow(&logged).await;
        assert_eq!(feed.titles().len(), logged_before + 1);
        assert_eq!(feed.texts(".entry:first-child .tags li"), ["crime", "LA"]);
        // It comes back once: the next form is a new one.
        let next = filled_form(&ada).await;
        assert_ne!(next.value("key"), form.value("key"));
    }
}

#[tokio::test]
async fn an_edit_comes_back_after_signing_in_again() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let id = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    for (path, selector) in [
        (format!("/reviews/{id}/edit"), "form.review"),
        (format!("/reviews/{id}/movie"), "details form"),
        (
            "/movies/1/correction".to_owned(),
            "form[action$=correction]",
        ),
    ] {
        let page = ada.get(&path).await;
        let form = page.form(selector);
        let form = form
            .fields
            .iter()
            .filter(|(name, _)| ["title", "director", "comment", "tags"].contains(&name.as_str()))
            .fold(form.clone(), |form, (name, _)| {
                form.set(name, "Typed, again")
            });
        let sign_in = send_signed_out(&ada, &form).await;
        let page = sign_in_with(&ada, &sign_in, "ada").await;
        let shown = page.form(selector);
        assert_eq!(shown.action, form.action);
        assert_same_fields(&shown, &form);
    }
}

#[tokio::test]
async fn another_member_sees_nothing_of_it() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    app.member("eve").await;
    let form = filled_form(&ada).await;
    let sign_in = send_signed_out(&ada, &form).await;
    let eve = ada;
    let page = sign_in_with(&eve, &sign_in, "eve").await;
    assert!(page.titles().is_empty() && !page.body.contains("Half"));
    let form = eve.get("/reviews/new?q=Heat&by_hand=1").await;
    let form = form.form("form.review");
    assert_eq!(form.value("comment").map(str::trim), Some(""));
}

#[tokio::test]
async fn passwords_are_not_carried_along() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let mark = ada.get("/reviews/new?by_hand=1").await.form("form.review");
    let mark = mark.value("by").expect("a mark").to_owned();
    ada.post("/logout", &[]).await;
    let secret = "a secret of mine";
    for more in [vec![], vec![("by", mark.as_str()), ("page", "/settings")]] {
        let mut fields = vec![("current_password", secret), ("new_password", secret)];
        fields.extend(more);
        for client in [ada.clone(), ada.htmx()] {
            let page = client.post("/settings/password", &fields).await;
            let page = page.expect(StatusCode::UNAUTHORIZED);
            assert!(!page.body.contains(secret));
            assert!(page.has("a[href='/login'], form[action='/login']"));
        }
    }
}

#[tokio::test]
async fn a_long_comment_comes_back_whole() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let long = "\u{1f3ac}".repeat(10_000);
    let form = filled_form(&ada).await.set("comment", &long);
    let sign_in = send_signed_out(&ada, &form).await;
    let page = sign_in_with(&ada, &sign_in, "ada").await;
    assert_same_fields(&page.form("form.review"), &form);
}

#[tokio::test]
async fn a_refused_upload_offers_to_sign_in() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    ReviewBuilder::of("Heat", 1995).log(&ada).await;
    ada.post("/logout", &[]).await;
    for client in [ada.clone(), ada.htmx()] {
        let refused = client.upload("/movies/1/poster", &png(120, 180)).await;
        let refused = refused.expect(StatusCode::UNAUTHORIZED);
        assert!(refused.has("a[href='/login'][target='_blank']"));
    }
}

#[tokio::test]
async fn paging_after_signing_out_says_that_only_public_reviews_follow() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    for number in 0..25 {
        ReviewBuilder::of("Heat", 1995)
            .with("comment", &format!("Viewing {number}"))
            .log(&ada)
            .await;
    }
    let visitor = app.visitor();
    for path in ["/", "/movies/1", "/users/ada"] {
        let older = |page: TestResponse| page.attributes(".older a", "href").remove(0);
        let of_member = older(ada.get(path).await);
        let of_visitor = older(visitor.get(path).await);
        let notice = ".entries .notice, .notice";
        for client in [visitor.clone(), visitor.htmx()] {
            let page = client.get(&of_member).await;
            let words = page.texts(notice).join(" ");
            assert!(words.contains("only public reviews follow"), "{path}");
            assert!(page.has(".notice a[href='/login']"), "{path}");
            assert!(!client.get(&of_visitor).await.has(notice), "{path}");
        }
        assert!(!ada.get(&of_member).await.has(notice), "{path}");
    }
}
