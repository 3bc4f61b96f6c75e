//! Builders for the data that a test starts with.

use std::sync::LazyLock;

use axum::http::StatusCode;
use entity::member::{self, Role};
use entity::{Visibility, genre, movie, movie_facts, movie_genre};
use movies_diary::revision::{self, Change};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::answer::TestResponse;
use super::app::App;
use super::client::TestClient;

/// The password of every member in the tests.
pub const PASSWORD: &str = "four unrelated words";

/// Hashed once, because hashing is slow.
pub static PASSWORD_HASH: LazyLock<String> =
    LazyLock::new(|| password_auth::generate_hash(PASSWORD));

/// Inserts an account without a form or an invitation.
pub async fn create_member(app: &App, username: &str, is_admin: bool, hash: &str) {
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

/// A review to log through the form.
#[derive(Clone, Debug)]
pub struct ReviewBuilder {
    fields: Vec<(&'static str, String)>,
}

impl ReviewBuilder {
    /// A review of a movie entered by hand.
    pub fn of(title: &str, year: i32) -> Self {
        Self { fields: Vec::new() }
            .with("title", title)
            .with("year", &year.to_string())
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.push((name, value.to_owned()));
        self
    }

    /// Submits the form as a browser without JavaScript would.
    pub async fn submit(&self, client: &TestClient) -> TestResponse {
        let page = client.get("/reviews/new?q=x&by_hand=1").await;
        let form = page.expect(StatusCode::OK).form("form.review");
        let form = self
            .fields
            .iter()
            .fold(form, |form, (name, value)| form.set(name, value));
        client.submit(&form).await
    }

    /// Logs the review and returns its id.
    pub async fn log(&self, client: &TestClient) -> i64 {
        let answer = self.submit(client).await.expect(StatusCode::SEE_OTHER);
        let (_, id) = answer
            .header("location")
            .split_once("#review-")
            .expect("an entry");
        id.parse().expect("an id")
    }
}

/// Stores facts for the movie with this title, as if they came from the catalog.
pub async fn seed_facts(app: &App, title: &str, genres: &[&str], runtime: Option<i16>) {
    let clock = app.state.clock.clone();
    let title = title.to_owned();
    let genres: Vec<String> = genres.iter().map(ToString::to_string).collect();
    let write = app.state.db.write(move |tx| {
        Box::pin(async move {
            let movie = movie::Entity::find().filter(movie::Column::Title.eq(title));
            let movie = movie.one(tx).await?.expect("the movie");
            for name in genres {
                let genre = find_or_create_genre(tx, &name).await?;
                let row = movie_genre::ActiveModel {
                    movie_id: Set(movie.id),
                    genre_id: Set(genre),
                };
                movie_genre::Entity::insert(row)
                    .exec_without_returning(tx)
                    .await?;
            }
            let change = movie_facts::ActiveModel {
                movie_id: Set(movie.id),
                source: Set(Some("tmdb".to_owned())),
                runtime: Set(runtime),
                ..Default::default()
            };
            movie_facts::Entity::update(change).exec(tx).await?;
            revision::record_change(tx, &clock, Change::Movie(movie.id)).await
        })
    });
    write.await.expect("facts");
}

async fn find_or_create_genre(tx: &DatabaseTransaction, name: &str) -> Result<i64, DbErr> {
    let slug = name.to_lowercase().replace(' ', "-");
    let known = genre::Entity::find().filter(genre::Column::Slug.eq(&slug));
    if let Some(known) = known.one(tx).await? {
        return Ok(known.id);
    }
    let row = genre::ActiveModel {
        slug: Set(slug),
        name: Set(name.to_owned()),
        ..Default::default()
    };
    let made = genre::Entity::insert(row).exec_with_returning(tx).await?;
    Ok(made.id)
}
