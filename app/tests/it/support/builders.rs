//! What is there before a test begins.

use std::sync::LazyLock;

use axum::http::StatusCode;
use entity::Visibility;
use entity::member::{self, Role};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};

use super::answer::Answer;
use super::app::App;
use super::client::Client;

/// Every member's password.
pub const PASSWORD: &str = "four unrelated words";

/// Its hash, made once: it takes a while.
pub static PASSWORD_HASH: LazyLock<String> =
    LazyLock::new(|| password_auth::generate_hash(PASSWORD));

/// Makes an account without asking anybody.
pub async fn new_member(app: &App, username: &str, is_admin: bool, hash: &str) {
    let row = member::ActiveModel {
        username: Set(username.to_owned()),
        display_name: Set(username.to_uppercase()),
        password_hash: Set(hash.to_owned()),
        role: Set(if is_admin { Role::Admin } else { Role::Member }),
        time_zone: Set(Some("UTC".to_owned())),
        diary_visibility: Set(Visibility::Public),
        disabled_at: Set(None),
        created_at: Set(app.state.clock.now()),
        ..Default::default()
    };
    app.state
        .db
        .write(move |tx| {
            Box::pin(async move {
                member::Entity::insert(row)
                    .exec_without_returning(tx)
                    .await?;
                Ok::<_, DbErr>(())
            })
        })
        .await
        .expect("a member");
}

/// A review to be logged through the form.
#[derive(Clone, Debug)]
pub struct Review {
    fields: Vec<(&'static str, String)>,
}

impl Review {
    /// Of a movie typed by hand.
    pub fn of(title: &str, year: i32) -> Self {
        Self { fields: Vec::new() }
            .with("title", title)
            .with("year", &year.to_string())
    }

    /// With another field filled in.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.push((name, value.to_owned()));
        self
    }

    /// Logs it as a browser without JavaScript would, and says what came back.
    pub async fn send(&self, client: &Client) -> Answer {
        let page = client.get("/reviews/new?q=x&by_hand=1").await;
        let form = page.expect(StatusCode::OK).form("form.review");
        let form = self
            .fields
            .iter()
            .fold(form, |form, (name, value)| form.set(name, value));
        client.submit(&form).await
    }

    /// Logs it; returns its id.
    pub async fn log(&self, client: &Client) -> i64 {
        let answer = self.send(client).await.expect(StatusCode::SEE_OTHER);
        let (_, id) = answer
            .header("location")
            .split_once("#review-")
            .expect("an entry");
        id.parse().expect("an id")
    }
}
