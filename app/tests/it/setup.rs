//! Setup: the first account of a site.

use axum::http::StatusCode;
use entity::one_time_link::LinkPurpose;
use movies_diary::accounts::{issue_link, queries};

use crate::support::{App, PASSWORD};

async fn create_setup_link(app: &App) -> String {
    let code = issue_link(
        &app.state.db,
        &app.state.clock,
        LinkPurpose::Setup,
        None,
        None,
    )
    .await;
    format!("/setup?code={}", code.expect("a code").expose())
}

#[tokio::test]
async fn the_setup_link_makes_an_admin_and_works_once() {
    let app = App::start().await;
    let link = create_setup_link(&app).await;
    let owner = app.visitor();
    let form = owner.get(&link).await.expect(StatusCode::OK).form("form");
    let form = form
        .set("username", "Ada")
        .set("display_name", "Ada L.")
        .set("password", PASSWORD)
        .set("time_zone", "Europe/Lisbon");
    let answer = owner.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/");
    assert!(owner.get("/admin").await.has("h1"), "they are an admin");
    assert_eq!(app.state.site.zone().name(), "Europe/Lisbon");

    let late = app.visitor();
    late.get(&link).await.expect(StatusCode::NOT_FOUND);
    let again = late.submit(&form.set("username", "eve")).await;
    again.expect(StatusCode::NOT_FOUND);
    assert!(!late.is_signed_in().await);
}

#[tokio::test]
async fn pages_say_how_to_create_the_first_account() {
    let app = App::start().await;
    let link = create_setup_link(&app).await;
    let visitor = app.visitor();
    for page in ["/", "/login", "/movies", "/users"] {
        let page = visitor.get(page).await;
        let notices = page.texts("p.notice").concat();
        assert!(
            notices.contains("Follow the link that the server printed"),
            "{}",
            page.body
        );
    }
    let owner = app.visitor();
    let form = owner.get(&link).await.form("form");
    let form = form.set("username", "ada").set("password", PASSWORD);
    owner.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert!(!visitor.get("/").await.has("p.notice"));
}

#[tokio::test]
async fn without_the_code_nobody_becomes_admin() {
    let app = App::start().await;
    create_setup_link(&app).await;
    for code in ["", "guess", "0", "%25"] {
        let eve = app.visitor();
        eve.get(format!("/setup?code={code}"))
            .await
            .expect(StatusCode::NOT_FOUND);
        let fields = [("code", code), ("username", "eve"), ("password", PASSWORD)];
        eve.post("/setup", &fields)
            .await
            .expect(StatusCode::NOT_FOUND);
        eve.post("/register", &fields)
            .await
            .expect(StatusCode::NOT_FOUND);
    }
    assert!(!queries::has_admin(&app.state.db).await.expect("an answer"));
}

#[tokio::test]
async fn concurrent_setups_create_one_admin() {
    let app = App::start().await;
    // Two instances print two codes.
    let links = [create_setup_link(&app).await, create_setup_link(&app).await];
    let posts = (0..50).map(|number| {
        let visitor = app.visitor();
        let code = links[number % 2]
            .split_once('=')
            .expect("a code")
            .1
            .to_owned();
        tokio::spawn(async move {
            let username = format!("admin{number}");
            let fields = [
                ("code", code.as_str()),
                ("username", username.as_str()),
                ("password", PASSWORD),
                ("time_zone", "UTC"),
            ];
            visitor.post("/setup", &fields).await.status
        })
    });
    let posts: Vec<_> = posts.collect();
    let mut made = 0;
    for post in posts {
        match post.await.expect("an answer") {
            303 => made += 1,
            404 => {}
            other => panic!("{other}"),
        }
    }
    assert_eq!(made, 1);
    let (members, _) = queries::members_after(&app.state.db, "")
        .await
        .expect("members");
    assert_eq!(members.len(), 1);
}

#[tokio::test]
async fn a_refused_form_keeps_the_link_and_what_was_typed() {
    let app = App::start().await;
    let link = create_setup_link(&app).await;
    let owner = app.visitor();
    let form = owner.get(&link).await.form("form");
    let bad = form
        .set("username", "a")
        .set("display_name", "Ada")
        .set("password", "12345678");
    let answer = owner
        .submit(&bad)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.errors().len(), 2, "{:?}", answer.errors());
    let form = answer.form("form");
    assert_eq!(form.value("display_name"), Some("Ada"));
    assert_eq!(
        form.value("password"),
        Some(""),
        "a password never comes back"
    );
    let form = form.set("username", "ada").set("password", PASSWORD);
    owner.submit(&form).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn registering_first_does_not_use_up_the_setup_link() {
    let app = App::start_with(&[("ALLOW_REGISTRATION", "true")]).await;
    let link = create_setup_link(&app).await;
    let stranger = app.visitor();
    let form = stranger
        .get("/register")
        .await
        .form("form[action='/register']");
    let form = form.set("username", "eve").set("password", PASSWORD);
    stranger.submit(&form).await.expect(StatusCode::SEE_OTHER);
    let owner = app.visitor();
    let form = owner
        .get(&link)
        .await
        .expect(StatusCode::OK)
        .form("form[action='/setup']");
    let form = form.set("username", "ada").set("password", PASSWORD);
    owner.submit(&form).await.expect(StatusCode::SEE_OTHER);
    owner.get("/admin").await.expect(StatusCode::OK);
    stranger.get("/admin").await.expect(StatusCode::NOT_FOUND);
}
