//! Secrets that a page shows after they were created, and once more when it is reloaded.

use axum::http::StatusCode;

use crate::support::{App, TestClient};

/// What is revealed on the page.
async fn revealed(client: &TestClient, page: &str) -> Option<String> {
    client
        .get(page)
        .await
        .expect(StatusCode::OK)
        .texts(".copy output")
        .pop()
}

#[tokio::test]
async fn a_secret_is_still_there_after_one_reload() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let list = boss
        .post("/lists", &[("title", "Noir"), ("visibility", "public")])
        .await;
    let list = list.header("location").to_owned();
    let token = [("name", "Test"), ("scope", "read"), ("days", "30")];
    for (form, fields, page) in [
        ("/settings/tokens", token.as_slice(), "/settings/tokens"),
        ("/settings/calendar/address", &[], "/settings/feeds"),
        ("/watchlist/address", &[], "/users/boss/watchlist"),
        (&format!("{list}/address"), &[], &list),
        ("/admin/invites", &[], "/admin"),
    ] {
        let created = boss.post(form, fields).await;
        assert_eq!(created.header("location"), page, "{form}");
        // Other pages neither show it nor use it up.
        boss.get("/").await;
        let first = revealed(&boss, page).await.expect("a secret");
        assert!(first.len() > 20, "{first}");
        assert_eq!(revealed(&boss, page).await, Some(first.clone()), "{form}");
        assert_ne!(revealed(&boss, page).await, Some(first), "{form}");
    }
}

#[tokio::test]
async fn a_secret_is_only_for_the_member_who_created_it() {
    let app = App::start().await;
    let (ada, _) = (app.member("ada").await, app.member("eve").await);
    ada.post(
        "/settings/tokens",
        &[("name", "Test"), ("scope", "read"), ("days", "30")],
    )
    .await;
    // Somebody else signs in with the same browser.
    ada.post("/logout", &[]).await;
    ada.sign_in("eve").await;
    assert_eq!(revealed(&ada, "/settings/tokens").await, None);
}
