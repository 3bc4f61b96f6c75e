//! The admin pages: invitations, reset links and members.

use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::support::{App, PASSWORD, ReviewBuilder, TestClient};

/// Submits `action` and returns the path of the one-time link on the page.
async fn create_one_time_link(admin: &TestClient, action: &str) -> String {
    let page = admin
        .post_and_follow(action, &[])
        .await
        .expect(StatusCode::OK);
    let address = page.texts("#link").remove(0);
    let path = address.strip_prefix("http://diary.test");
    path.unwrap_or_else(|| panic!("{address}")).to_owned()
}

#[tokio::test]
async fn an_invitation_makes_one_account_and_no_admin() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let invite = create_one_time_link(&boss, "/admin/invites").await;
    let grace = app.visitor();
    let form = grace.get(&invite).await.form("form[action='/register']");
    let form = form.set("username", "grace").set("password", PASSWORD);
    grace.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert!(grace.is_signed_in().await);
    grace.get("/admin").await.expect(StatusCode::NOT_FOUND);

    let eve = app.visitor();
    eve.get(&invite).await.expect(StatusCode::NOT_FOUND);
    eve.submit(&form.set("username", "eve"))
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_invitation_is_taken_back_or_runs_out() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let taken_back = create_one_time_link(&boss, "/admin/invites").await;
    let ending = boss
        .get("/admin")
        .await
        .attributes(".sessions form", "action")
        .remove(0);
    boss.post(&ending, &[]).await.expect(StatusCode::SEE_OTHER);
    app.visitor()
        .get(&taken_back)
        .await
        .expect(StatusCode::NOT_FOUND);

    let old = create_one_time_link(&boss, "/admin/invites").await;
    app.visitor().get(&old).await.expect(StatusCode::OK);
    app.state.clock.advance(TimeDelta::days(8));
    app.visitor().get(&old).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_reset_link_sets_a_password_once_and_ends_all_sessions() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let ada = app.member("ada").await;
    let id = member_id_of(&boss, "ada").await;
    let superseded = create_one_time_link(&boss, &format!("/admin/members/{id}/reset")).await;
    let reset = create_one_time_link(&boss, &format!("/admin/members/{id}/reset")).await;
    let forgetful = app.visitor();
    forgetful
        .get(&superseded)
        .await
        .expect(StatusCode::NOT_FOUND);
    let form = forgetful.get(&reset).await.form("form[action='/reset']");
    let weak = form.clone().set("password", "password");
    forgetful
        .submit(&weak)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    let form = form.set("password", "entirely new words");
    forgetful.submit(&form).await.expect(StatusCode::SEE_OTHER);
    assert!(forgetful.is_signed_in().await);
    assert!(!ada.is_signed_in().await);
    app.visitor()
        .submit(&form)
        .await
        .expect(StatusCode::NOT_FOUND);
    let answer = app
        .visitor()
        .try_to_sign_in("ada", "entirely new words")
        .await;
    answer.expect(StatusCode::SEE_OTHER);
}

async fn member_id_of(boss: &TestClient, username: &str) -> String {
    let page = boss.get("/admin").await;
    let names = page.texts(".members li span.hint");
    let forms = page.attributes(".members li form:last-child", "action");
    let at = names
        .iter()
        .position(|name| name == username)
        .expect("listed");
    forms[at].split('/').nth(3).expect("an id").to_owned()
}

#[tokio::test]
async fn a_disabled_member_is_out_at_once_and_back_as_they_were() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let ada = app.member("ada").await;
    let review = ReviewBuilder::of("Heat", 1995).log(&ada).await;
    let secret = ReviewBuilder::of("Ran", 1985)
        .with("visibility", "private")
        .log(&ada)
        .await;
    let id = member_id_of(&boss, "ada").await;
    let disable = format!("/admin/members/{id}/disabling");
    boss.post(disable, &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(!ada.is_signed_in().await);
    let refused = app.visitor().try_to_sign_in("ada", PASSWORD).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    boss.get(format!("/reviews/{review}"))
        .await
        .expect(StatusCode::NOT_FOUND);
    boss.get("/users/ada").await.expect(StatusCode::NOT_FOUND);
    assert!(boss.get("/").await.titles().is_empty());

    let enable = format!("/admin/members/{id}/enabling");
    boss.post(enable, &[]).await.expect(StatusCode::SEE_OTHER);
    ada.sign_in("ada").await;
    boss.get(format!("/reviews/{review}"))
        .await
        .expect(StatusCode::OK);
    boss.get(format!("/reviews/{secret}"))
        .await
        .expect(StatusCode::NOT_FOUND);
    assert_eq!(ada.get("/").await.titles(), ["Ran", "Heat"]);
}

#[tokio::test]
async fn an_admin_is_made_and_unmade_but_never_the_last_one() {
    let app = App::start().await;
    let boss = app.admin("boss").await;
    let ada = app.member("ada").await;
    let (boss_id, ada_id) = (
        member_id_of(&boss, "boss").await,
        member_id_of(&boss, "ada").await,
    );
    for path in ["demotion", "disabling"] {
        let last = boss
            .post(format!("/admin/members/{boss_id}/{path}"), &[])
            .await;
        let last = last.expect(StatusCode::CONFLICT);
        assert!(last.body.contains("only admin"));
    }
    boss.post(format!("/admin/members/{ada_id}/promotion"), &[])
        .await;
    ada.get("/admin").await.expect(StatusCode::OK);
    ada.post(format!("/admin/members/{boss_id}/demotion"), &[])
        .await;
    boss.get("/admin").await.expect(StatusCode::NOT_FOUND);
    boss.post("/admin/invites", &[])
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn two_admins_who_demote_each_other_at_once_leave_one() {
    let app = App::start().await;
    let one = app.admin("one").await;
    let two = app.admin("two").await;
    let paths = [
        format!(
            "/admin/members/{}/demotion",
            member_id_of(&one, "two").await
        ),
        format!(
            "/admin/members/{}/demotion",
            member_id_of(&one, "one").await
        ),
    ];
    tokio::join!(one.post(&paths[0], &[]), two.post(&paths[1], &[]));
    let left = [
        one.get("/admin").await.status,
        two.get("/admin").await.status,
    ];
    assert!(left.contains(&200), "{left:?}");
}

#[tokio::test]
async fn invitation_links_start_with_the_base_url() {
    let app = App::start_with(&[("BASE_URL", "https://diary.example")]).await;
    let boss = app.admin("boss").await;
    let page = boss.post_and_follow("/admin/invites", &[]).await;
    let address = page.texts("#link").remove(0);
    assert!(
        address.starts_with("https://diary.example/register?code="),
        "{address}"
    );
}
