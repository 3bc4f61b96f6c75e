//! Addresses from which a member signed in lately: no back-off of the account applies to them.

use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::familiar_address;
use movies_diary::background::sweep_all;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::support::{App, PASSWORD, TestClient};

const NEW_PASSWORD: &str = "another four unrelated words";

/// Guesses from many addresses until the account's limit is reached.
async fn exhaust_account_limit(app: &App, username: &str) {
    for _ in 0..12 {
        app.visitor().try_to_sign_in(username, "a guess").await;
    }
}

/// The same data, served by a new process.
async fn restart(app: App) -> App {
    let App {
        state, database, ..
    } = app;
    state.db.close().await.expect("it closes");
    App::start_on(database, &[]).await
}

fn at_same_address(client: &TestClient, app: &App) -> TestClient {
    let mut client = client.clone();
    client.set_router(app.router.clone());
    client
}

async fn familiar_count(app: &App) -> u64 {
    let count = familiar_address::Entity::find().count(app.state.db.reader());
    count.await.expect("a count")
}

#[tokio::test]
async fn a_familiar_address_stays_exempt_after_a_restart_and_others_do_not() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let bob = app.member("bob").await;
    let app = restart(app).await;
    let (ada, bob) = (at_same_address(&ada, &app), at_same_address(&bob, &app));
    exhaust_account_limit(&app, "ada").await;
    for other in [&app.visitor(), &bob] {
        other
            .try_to_sign_in("ada", PASSWORD)
            .await
            .expect(StatusCode::TOO_MANY_REQUESTS);
    }
    ada.sign_in("ada").await;
}

/// Otherwise somebody who shares a network with a member could find out that the account exists, and
/// guess more often.
#[tokio::test]
async fn guesses_from_a_familiar_address_are_limited_as_from_any_other() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let mut answers = Vec::new();
    for name in ["ada", "nobody"] {
        let mut statuses = Vec::new();
        for _ in 0..6 {
            statuses.push(ada.try_to_sign_in(name, "a guess").await.status);
        }
        answers.push(statuses);
    }
    // Ada's own sign-in counts.
    assert_eq!(answers[0], [422, 422, 422, 422, 429, 429]);
    assert_eq!(answers[1], [422, 422, 422, 422, 422, 429]);
}

#[tokio::test]
async fn an_address_is_forgotten_thirty_days_after_the_last_sign_in() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    app.state.clock.advance(TimeDelta::days(29));
    ada.sign_in("ada").await;
    app.state.clock.advance(TimeDelta::days(29));
    sweep_all(&app.state).await.expect("swept");
    exhaust_account_limit(&app, "ada").await;
    ada.sign_in("ada").await;
    app.state.clock.advance(TimeDelta::days(31));
    let refused = ada.try_to_sign_in("ada", PASSWORD).await;
    refused.expect(StatusCode::TOO_MANY_REQUESTS);
    sweep_all(&app.state).await.expect("swept");
    assert_eq!(familiar_count(&app).await, 0);
}

/// Whoever knew the old password may have signed in with it.
#[tokio::test]
async fn a_new_password_leaves_only_the_address_that_set_it() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    let eve = app.visitor();
    eve.sign_in("ada").await;
    let fields = [
        ("current_password", PASSWORD),
        ("new_password", NEW_PASSWORD),
    ];
    ada.post("/settings/password", &fields)
        .await
        .expect(StatusCode::SEE_OTHER);
    exhaust_account_limit(&app, "ada").await;
    eve.try_to_sign_in("ada", NEW_PASSWORD)
        .await
        .expect(StatusCode::TOO_MANY_REQUESTS);
    ada.try_to_sign_in("ada", NEW_PASSWORD)
        .await
        .expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_deleted_member_leaves_no_address_behind() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    assert_eq!(familiar_count(&app).await, 1);
    ada.post("/settings/deletion", &[("password", PASSWORD)])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(familiar_count(&app).await, 0);
}

#[tokio::test]
async fn two_members_at_one_address_do_not_show_in_the_table() {
    let app = App::start().await;
    let ada = app.member("ada").await;
    app.member("bob").await;
    // Bob signs in on Ada's machine.
    ada.with_copied_cookies().sign_in("bob").await;
    let rows = familiar_address::Entity::find()
        .all(app.state.db.reader())
        .await
        .expect("rows");
    assert_eq!(rows.len(), 3);
    let mut hashes: Vec<_> = rows.into_iter().map(|row| row.network_hash).collect();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 3, "no two rows share a hash");
}
