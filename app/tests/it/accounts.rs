//! Accounts: registration, profile, password and deletion.

use axum::http::StatusCode;

use crate::support::{App, PASSWORD, ReviewBuilder};

const OTHER_PASSWORD: &str = "another four unrelated words";

#[tokio::test]
async fn registration_is_closed_unless_it_is_opened() {
    let closed = App::start().await;
    let visitor = closed.visitor();
    visitor.get("/register").await.expect(StatusCode::NOT_FOUND);
    let fields = [("username", "eve"), ("password", PASSWORD)];
    visitor
        .post("/register", &fields)
        .await
        .expect(StatusCode::NOT_FOUND);
    assert!(!visitor.get("/").await.has("a[href='/register']"));

    let open = App::start_with(&[("ALLOW_REGISTRATION", "true")]).await;
    let visitor = open.visitor();
    let form = visitor
        .get("/register")
        .await
        .form("form[action='/register']");
    let form = form
        .set("username", "grace")
        .set("password", PASSWORD)
        .set("time_zone", "America/New_York");
    visitor.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert!(visitor.is_signed_in().await);
    visitor.get("/admin").await.expect(StatusCode::NOT_FOUND);
    let settings = visitor.get("/settings").await;
    let profile = settings.form("form[action='/settings/profile']");
    assert_eq!(profile.value("time_zone"), Some("America/New_York"));
}

#[tokio::test]
async fn a_taken_username_is_an_error_whatever_its_case() {
    let app = App::start_with(&[("ALLOW_REGISTRATION", "true")]).await;
    app.member("grace").await;
    let visitor = app.visitor();
    let form = visitor
        .get("/register")
        .await
        .form("form[action='/register']");
    for name in ["grace", "GRACE", " Grace "] {
        let form = form.clone().set("username", name).set("password", PASSWORD);
        let answer = visitor
            .submit(&form)
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.has("#username-error"), "{name}");
        let described = answer.attributes("#username", "aria-describedby");
        assert!(described[0].contains("username-error"), "{described:?}");
    }
}

#[tokio::test]
async fn signing_in_leads_back_to_the_requested_page() {
    let app = App::start().await;
    app.member("ada").await;
    let visitor = app.visitor();
    let refused = visitor.get("/reviews/new?q=heat&by_hand=1").await;
    let sign_in = visitor.follow(&refused).await;
    let form = sign_in.form("form[action='/login']");
    let wrong = form
        .clone()
        .set("username", "ada")
        .set("password", "wrong password");
    let answer = visitor
        .submit(&wrong)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    let form = answer.form("form[action='/login']");
    assert_eq!(
        form.value("username"),
        Some("ada"),
        "what was typed is kept"
    );
    let answer = visitor.submit(&form.set("password", PASSWORD)).await;
    let page = visitor.follow(&answer).await;
    assert_eq!(page.form("form.review").value("title"), Some("heat"));
}

#[tokio::test]
async fn next_never_leads_to_another_site() {
    let app = App::start().await;
    app.member("ada").await;
    for next in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:1",
    ] {
        let visitor = app.visitor();
        let fields = [("username", "ada"), ("password", PASSWORD), ("next", next)];
        let answer = visitor
            .post("/login", &fields)
            .await
            .expect(StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), "/", "{next}");
    }
}

#[tokio::test]
async fn the_profile_is_changed_and_errors_keep_what_was_typed() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let form = ada
        .get("/settings")
        .await
        .form("form[action='/settings/profile']");
    let bad = form
        .clone()
        .set("display_name", &"x".repeat(51))
        .set("time_zone", "Mars/Base");
    let answer = ada
        .submit(&bad)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.errors().len(), 2);
    assert!(answer.body.contains(&"x".repeat(51)));
    let good = form
        .set("display_name", "Ada & Co <b>")
        .set("time_zone", "Asia/Tokyo");
    let answer = ada.submit(&good).await;
    let page = ada.follow(&answer).await;
    assert_eq!(page.texts(".saved"), ["Saved."]);
    let form = page.form("form[action='/settings/profile']");
    assert_eq!(form.value("display_name"), Some("Ada & Co <b>"));
    assert_eq!(form.value("time_zone"), Some("Asia/Tokyo"));
}

#[tokio::test]
async fn a_new_password_needs_the_current_one() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let fields = [
        ("current_password", "a guess"),
        ("new_password", OTHER_PASSWORD),
    ];
    let answer = ada.post("/settings/password", &fields).await;
    let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("#current_password-error"));
    let fields = [("current_password", PASSWORD), ("new_password", "12345678")];
    let answer = ada.post("/settings/password", &fields).await;
    let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("#new_password-error"));
    app.visitor().sign_in("ada").await;
}

#[tokio::test]
async fn a_deleted_account_takes_its_reviews_along_and_leaves_its_name_reserved() {
    let app = App::start_with(&[("ALLOW_REGISTRATION", "true")]).await;
    app.admin("boss").await;
    let ada = app.member("ada").await;
    let eve = app.member("eve").await;
    let gone = ReviewBuilder::of("Heat", 1995)
        .with("tags", "crime")
        .log(&ada)
        .await;
    let kept = ReviewBuilder::of("Heat", 1995).log(&eve).await;

    let wrong = ada
        .post("/settings/deletion", &[("password", "a guess")])
        .await;
    let wrong = wrong.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("#deletion-password-error"));
    eve.get(format!("/reviews/{gone}"))
        .await
        .expect(StatusCode::OK);

    let other = app.visitor();
    other.sign_in("ada").await;
    ada.post("/settings/deletion", &[("password", PASSWORD)])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert!(!ada.is_signed_in().await && !other.is_signed_in().await);
    for path in [format!("/reviews/{gone}"), "/users/ada".to_owned()] {
        eve.get(path).await.expect(StatusCode::NOT_FOUND);
    }
    eve.get(format!("/reviews/{kept}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(eve.get("/").await.titles(), ["Heat"]);

    let form = app
        .visitor()
        .get("/register")
        .await
        .form("form[action='/register']");
    let form = form.set("username", "ada").set("password", PASSWORD);
    let answer = app
        .visitor()
        .submit(&form)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("#username-error"));
}

#[tokio::test]
async fn the_last_admin_cannot_go() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let answer = boss
        .post("/settings/deletion", &[("password", PASSWORD)])
        .await;
    let answer = answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.texts("#deletion-password-error")[0].contains("only admin"));
    assert!(boss.is_signed_in().await);
}
