//! A self-hosted movie diary.
//!
//! The modules are in dependency order: each uses only those before it. `docs/ARCHITECTURE.md`
//! follows one review through them.

pub mod text;
pub mod config;
pub mod clock;
pub mod events;
pub mod secret;
pub mod outgoing;
pub mod db;
pub mod queue;
pub mod revision;
pub mod full_text;
pub mod web;
pub mod paths;
pub mod device;
pub mod accounts;
pub mod catalog;
pub mod posters;
pub mod backup;
pub mod diary;
pub mod stats;
pub mod goals;
pub mod watchlist;
pub mod lists;
pub mod movies;
pub mod members;
pub mod feeds;
pub mod transfer;
pub mod settings;
pub mod admin;
pub mod api;
pub mod health;
pub mod robots;
pub mod demo;
pub mod shell;
pub mod styleguide;
pub mod routes;
pub mod layers;
pub mod upgrade;
pub mod background;
pub mod server;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use futures_util::StreamExt;

use accounts::{Accounts, Hasher, SignInLimits, Site};
use catalog::{CatalogBuilds, Catalogs, LocalCatalog, OnlineCatalog};
use clock::Clock;
use config::{Config, PosterStore};
use db::Db;
use diary::{
    DiaryFollower, DiaryIndexCache, DiaryPages, DiaryWriter, EntryPageCache, FilmPageCache,
};
use events::EventSender;
use lists::ListPageCache;
use movies::MovieDetailsCache;
use outgoing::OutgoingClient;
use posters::Posters;
use stats::StatsCache;
use transfer::ImportUploads;
use transfer::exports::{Exporter, Exports};
use transfer::work::ImportWorker;
use watchlist::WatchlistPageCache;
use web::{BodyBudget, Capacity};

/// mimalloc is fast at the many short strings of rendering. It also returns memory to the system,
/// such as the 19 MB for hashing a password.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The time limit of a request, its body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// What handlers and layers share. It is cloned with every request, so large parts are in an `Arc`.
#[derive(Clone, Debug, FromRef)]
pub struct AppState {
    pub config: Arc<Config>,
    pub db: Db,
    pub clock: Clock,
    pub diary: DiaryWriter,
    pub hasher: Hasher,
    pub sign_in_limits: Arc<SignInLimits>,
    pub api_limits: Arc<api::ApiRateLimits>,
    pub site: Site,
    pub events: EventSender,
    pub online_catalog: Arc<OnlineCatalog>,
    pub local_catalog: Arc<LocalCatalog>,
    pub catalog_builds: Arc<CatalogBuilds>,
    pub posters: Arc<Posters>,
    pub entry_pages: Arc<EntryPageCache>,
    pub diary_indexes: Arc<DiaryIndexCache>,
    pub film_pages: Arc<FilmPageCache>,
    pub movie_details: Arc<MovieDetailsCache>,
    pub stats: Arc<StatsCache>,
    pub watchlist_pages: Arc<WatchlistPageCache>,
    pub list_pages: Arc<ListPageCache>,
    pub import_uploads: ImportUploads,
    pub exports: Exports,
    pub capacity: Capacity,
    pub body_budget: BodyBudget,
    /// The time limit of a request, its body included.
    #[from_ref(skip)]
    pub request_timeout: Duration,
}

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Database(#[from] db::DatabaseOpenError),
    #[error(transparent)]
    Upgrade(#[from] upgrade::UpgradeError),
    #[error(transparent)]
    Posters(#[from] posters::OpenPostersError),
}

impl From<sea_orm::DbErr> for OpenError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Database(error.into())
    }
}

impl AppState {
    /// Opens the database, the poster store and the local catalog. Events are sent to `events`; the
    /// caller handles the receiving end.
    pub async fn open(
        config: Config,
        clock: Clock,
        events: EventSender,
    ) -> Result<Self, OpenError> {
        let local = LocalCatalog::open_with_starter(&config.data_dir).await;
        Self::open_with_catalog(config, clock, events, local).await
    }

    /// Like [`AppState::open`], with another local catalog than that of `DATA_DIR`.
    pub async fn open_with_catalog(
        config: Config,
        clock: Clock,
        events: EventSender,
        local: LocalCatalog,
    ) -> Result<Self, OpenError> {
        let local = Arc::new(local);
        let db = Db::open(&config.database_url).await?;
        let site = Site::open(&db, &clock, &config).await?;
        let diary = DiaryWriter::new(
            db.clone(),
            clock.clone(),
            Arc::clone(&local),
            diary_followers(&clock),
        );
        upgrade::update_old_keys(&diary, &config.backup).await?;
        catalog::commands::index_unindexed_movies(&db).await?;
        let outgoing = OutgoingClient::new(&config);
        let posters = Posters::open(&db, &config, &outgoing).await?;
        if db.is_new() {
            log_new_database(&posters, &config).await;
        }
        let config = Arc::new(config);
        let builds = CatalogBuilds::new(Arc::clone(&config), clock.clone(), Arc::clone(&local));
        Ok(Self {
            posters: Arc::new(posters),
            online_catalog: Arc::new(OnlineCatalog::new(&config, &outgoing)),
            local_catalog: local,
            catalog_builds: Arc::new(builds),
            api_limits: Arc::new(api::ApiRateLimits::new(&config)),
            events,
            config,
            db,
            clock,
            diary,
            hasher: Hasher::default(),
            sign_in_limits: Arc::default(),
            entry_pages: Arc::default(),
            diary_indexes: Arc::default(),
            film_pages: Arc::default(),
            movie_details: Arc::default(),
            stats: Arc::default(),
            watchlist_pages: Arc::default(),
            list_pages: Arc::default(),
            import_uploads: ImportUploads::default(),
            exports: Exports::default(),
            site,
            capacity: Capacity::default(),
            body_budget: BodyBudget::default(),
            request_timeout: REQUEST_TIMEOUT,
        })
    }
}

/// The features with rows about reviews and movies.
fn diary_followers(clock: &Clock) -> Vec<Box<dyn DiaryFollower>> {
    vec![
        Box::new(watchlist::WatchlistFollower),
        Box::new(lists::ListFollower),
        Box::new(transfer::ImportFollower {
            clock: clock.clone(),
        }),
    ]
}

/// A diary that is suddenly empty may only be looked for in the wrong place.
async fn log_new_database(posters: &Posters, config: &Config) {
    let is_folder = matches!(config.poster_store, PosterStore::Folder(_));
    if is_folder && matches!(posters.store().list().next().await, Some(Ok(_))) {
        tracing::warn!(
            "created a new, empty database, but there are posters of another database. If your \
             diary is missing, stop the server, and check DATABASE_URL or restore a backup"
        );
    } else {
        tracing::info!("created a new, empty database");
    }
}

impl FromRef<AppState> for ImportWorker {
    fn from_ref(state: &AppState) -> Self {
        Self {
            diary: state.diary.clone(),
            posters: Arc::clone(&state.posters),
            events: state.events.clone(),
            site: state.site.clone(),
            catalog_enabled: !state.online_catalog.is_off(),
            rests: false,
        }
    }
}

impl FromRef<AppState> for Exporter {
    fn from_ref(state: &AppState) -> Self {
        Self {
            db: state.db.clone(),
            clock: state.clock.clone(),
            site: state.site.clone(),
            posters: Arc::clone(&state.posters),
        }
    }
}

impl FromRef<AppState> for DiaryPages {
    fn from_ref(state: &AppState) -> Self {
        Self {
            db: state.db.clone(),
            pages: Arc::clone(&state.entry_pages),
            indexes: Arc::clone(&state.diary_indexes),
            films: Arc::clone(&state.film_pages),
        }
    }
}

impl FromRef<AppState> for Catalogs {
    fn from_ref(state: &AppState) -> Self {
        Self {
            local: Arc::clone(&state.local_catalog),
            online: Arc::clone(&state.online_catalog),
        }
    }
}

impl FromRef<AppState> for Accounts {
    fn from_ref(state: &AppState) -> Self {
        Self {
            db: state.db.clone(),
            clock: state.clock.clone(),
            hasher: state.hasher.clone(),
            limits: Arc::clone(&state.sign_in_limits),
            config: Arc::clone(&state.config),
            site: state.site.clone(),
        }
    }
}
