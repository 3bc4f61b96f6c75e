//! The whole application in this process, with a database of its own.

use axum::Router;
use axum::extract::FromRef;
use movies_diary::AppState;
use movies_diary::catalog::LocalCatalog;
use movies_diary::clock::Clock;
use movies_diary::config::Config;
use movies_diary::events;
use movies_diary::queue::QueueOutcome;
use movies_diary::transfer::exports::Exporter;
use movies_diary::transfer::exports::work::write_next_archive;
use movies_diary::transfer::work::{ImportWorker, work_on_next};
use sea_orm::{ConnectionTrait, DbErr};
use tokio_util::sync::CancellationToken;

use super::api_client::ApiClient;
use super::builders::{PASSWORD_HASH, create_member};
use super::client::TestClient;
use super::databases::TestDatabase;

pub struct App {
    pub state: AppState,
    pub router: Router,
    pub database: TestDatabase,
}

impl App {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub async fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_on(TestDatabase::migrated().await, settings).await
    }

    pub async fn start_on(database: TestDatabase, settings: &[(&str, &str)]) -> Self {
        Self::start_with_all(database, settings, LocalCatalog::empty()).await
    }

    /// With films to be found; without this, the local catalog has none.
    pub async fn start_with_catalog(local: LocalCatalog, settings: &[(&str, &str)]) -> Self {
        Self::start_with_all(TestDatabase::migrated().await, settings, local).await
    }

    async fn start_with_all(
        database: TestDatabase,
        settings: &[(&str, &str)],
        local: LocalCatalog,
    ) -> Self {
        let url = database.url();
        let folder = database.folder().display().to_string();
        let values = [
            ("DATABASE_URL", url.as_str()),
            ("DATA_DIR", folder.as_str()),
            // Tests contact only servers that they name.
            ("CATALOG", "off"),
        ];
        let config = Config::from_values(values.into_iter().chain(settings.iter().copied()))
            .expect("valid settings");
        let (events, _) = events::channel(config.event_channel_buffer);
        let state = AppState::open_with_catalog(config, Clock::default(), events, local)
            .await
            .expect("the database opens");
        Self {
            router: movies_diary::layers::router(state.clone()),
            state,
            database,
        }
    }

    /// Changes the database behind the program's back.
    pub async fn execute(&self, statement: &str) {
        let statement = statement.to_owned();
        let change = self.state.db.write(move |tx| {
            Box::pin(async move { tx.execute_unprepared(&statement).await.map(|_| ()) })
        });
        change
            .await
            .map_err(|error: DbErr| error)
            .expect("executed");
    }

    /// Does the background work of imports, until all of them are done or wait for their members.
    pub async fn work_on_imports(&self) {
        let worker = ImportWorker::from_ref(&self.state);
        let stop = CancellationToken::new();
        loop {
            let outcome = work_on_next(&worker, &stop).await.expect("a database");
            if !matches!(outcome, QueueOutcome::Worked) {
                return;
            }
        }
    }

    /// Writes the archives that wait.
    pub async fn write_archives(&self) {
        let exporter = Exporter::from_ref(&self.state);
        let stop = CancellationToken::new();
        loop {
            let outcome = write_next_archive(&exporter, &stop).await;
            if !matches!(outcome.expect("a database"), QueueOutcome::Worked) {
                return;
            }
        }
    }

    pub fn visitor(&self) -> TestClient {
        TestClient::new(self.router.clone())
    }

    /// An API client without a token.
    pub fn api_client(&self) -> ApiClient {
        ApiClient::new(self.visitor())
    }

    /// Creates a member and signs in.
    pub async fn member(&self, username: &str) -> TestClient {
        self.create_account(username, false).await
    }

    /// Creates an admin and signs in.
    pub async fn admin(&self, username: &str) -> TestClient {
        self.create_account(username, true).await
    }

    async fn create_account(&self, username: &str, is_admin: bool) -> TestClient {
        create_member(self, username, is_admin, &PASSWORD_HASH).await;
        let client = self.visitor();
        client.sign_in(username).await;
        client
    }
}
