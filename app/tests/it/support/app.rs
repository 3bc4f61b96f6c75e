//! A whole server in this process, with a database of its own.

use axum::Router;
use movies_diary::AppState;
use movies_diary::clock::Clock;
use movies_diary::config::Config;
use movies_diary::events;

use super::builders::{PASSWORD_HASH, new_member};
use super::client::Client;
use super::databases::TestDatabase;
use super::program::Program;

/// One server.
pub struct App {
    pub state: AppState,
    pub router: Router,
    pub database: TestDatabase,
}

impl App {
    /// As it is without any setting.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With settings.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::on(TestDatabase::migrated().await, settings).await
    }

    /// On a database that is there already.
    pub async fn on(database: TestDatabase, settings: &[(&str, &str)]) -> Self {
        let url = database.url();
        let folder = database.folder().display().to_string();
        let values = [
            ("DATABASE_URL", url.as_str()),
            ("DATA_DIR", folder.as_str()),
            // Tests ask nobody whom they do not name.
            ("CATALOG", "off"),
        ];
        let config = Config::from_values(values.into_iter().chain(settings.iter().copied()))
            .expect("valid settings");
        let (events, _) = events::channel(config.event_channel_buffer);
        let state = AppState::open(config, Clock::default(), events)
            .await
            .expect("the database opens");
        Self {
            router: movies_diary::router(state.clone()),
            state,
            database,
        }
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// A program that nobody gave a token.
    pub fn program(&self) -> Program {
        Program::new(self.visitor())
    }

    /// A member, signed in.
    pub async fn member(&self, username: &str) -> Client {
        self.account(username, false).await
    }

    /// An admin, signed in.
    pub async fn admin(&self, username: &str) -> Client {
        self.account(username, true).await
    }

    async fn account(&self, username: &str, is_admin: bool) -> Client {
        new_member(self, username, is_admin, &PASSWORD_HASH).await;
        let client = self.visitor();
        client.sign_in(username).await;
        client
    }
}
