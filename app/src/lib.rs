//! A self-hosted movie diary.
//!
//! The modules stand in arrow order: each uses only those before it. `docs/ARCHITECTURE.md`
//! walks one review through them.

pub mod config;
pub mod clock;
pub mod events;
pub mod text;
pub mod secret;
pub mod outgoing;
pub mod db;
pub mod queue;
pub mod revision;
pub mod web;
pub mod paths;
pub mod device;
pub mod accounts;
pub mod catalog;
pub mod posters;
pub mod diary;
pub mod stats;
pub mod movies;
pub mod members;
pub mod feeds;
pub mod api;
pub mod robots;
pub mod demo;
pub mod shell;
pub mod styleguide;
pub mod background;
pub mod server;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, FromRef, State};
use axum::http::header::ETAG;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router, body::Body};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::timeout::TimeoutLayer;

use accounts::{Accounts, Hasher, SignInLimits, Site};
use catalog::Outside;
use clock::Clock;
use config::Config;
use db::Db;
use diary::Lists;
use events::Events;
use movies::Sheets;
use outgoing::Outgoing;
use posters::Posters;
use stats::Stats;
use web::{AsIs, Capacity, Error, Room, Routes};
use web::{address, assets, body, capacity, client_address, headers, trace};

/// Pages are many short-lived texts, and hashing a password takes 19 MB for a moment: this one
/// is quick about the first and gives the second back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a form weighs at most, unless its route says more.
const BODY: usize = 64 * 1024;

/// What fits in two or three packets is sent as it is: to compress it would cost more than to
/// make it.
const SMALL: u64 = 3 * 1024;

/// How long a request may take, its body included.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many times longer one may take that brings a file: 10 MB over a line of 1 Mbit/s.
const FILES: u32 = 4;

/// What handlers work with. It is handed on with every request, so whatever has many parts is
/// shared.
#[derive(Clone, Debug, FromRef)]
pub struct AppState {
    /// What this process was told.
    pub config: Arc<Config>,
    /// Where the diary is kept.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// Hashes passwords.
    pub hasher: Hasher,
    /// Counts tries to sign in.
    pub limits: Arc<SignInLimits>,
    /// Counts what programs ask.
    pub api_limits: Arc<api::Limits>,
    /// What is true of the whole site.
    pub site: Site,
    /// Where it is told what happened.
    pub events: Events,
    /// Who is asked about movies.
    pub outside: Arc<Outside>,
    /// Fetches, keeps and serves posters.
    pub posters: Arc<Posters>,
    /// Pages of lists that were read.
    pub lists: Arc<Lists>,
    /// Pages of movies that were read.
    pub sheets: Arc<Sheets>,
    /// Numbers over diaries.
    pub stats: Arc<Stats>,
    /// The places there are for requests.
    pub capacity: Capacity,
    /// The memory there is for bodies.
    pub room: Room,
    /// How long a request may take, its body included.
    #[from_ref(skip)]
    pub patience: Duration,
}

/// Why this process cannot start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database.
    #[error(transparent)]
    Database(#[from] db::OpenError),
    /// The posters.
    #[error(transparent)]
    Posters(#[from] posters::OpenError),
}

impl From<sea_orm::DbErr> for OpenError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Database(error.into())
    }
}

impl AppState {
    /// Opens the database and everything that is kept in it. What is told to `events` is
    /// for whoever hears the other end.
    pub async fn open(config: Config, clock: Clock, events: Events) -> Result<Self, OpenError> {
        let db = Db::open(&config.database_url).await?;
        let site = Site::open(&db, &clock, &config).await?;
        catalog::commands::index_missing(&db).await?;
        let outgoing = Outgoing::new(&config);
        Ok(Self {
            posters: Arc::new(Posters::open(&db, &config, &outgoing).await?),
            outside: Arc::new(Outside::new(&config, &outgoing)),
            api_limits: Arc::new(api::Limits::new(&config)),
            events,
            config: Arc::new(config),
            db,
            clock,
            hasher: Hasher::default(),
            limits: Arc::default(),
            lists: Arc::default(),
            sheets: Arc::default(),
            stats: Arc::default(),
            site,
            capacity: Capacity::default(),
            room: Room::default(),
            patience: PATIENCE,
        })
    }
}

impl FromRef<AppState> for Accounts {
    fn from_ref(state: &AppState) -> Self {
        Self {
            db: state.db.clone(),
            clock: state.clock.clone(),
            hasher: state.hasher.clone(),
            limits: Arc::clone(&state.limits),
            config: Arc::clone(&state.config),
            site: state.site.clone(),
        }
    }
}

/// Every route of the server.
pub fn routes() -> Routes<AppState> {
    pages()
        .merge(long_texts())
        .merge(uploads())
        .merge(for_everybody())
        .merge(at_any_time())
        .merge(api::routes())
}

/// What looks different from viewer to viewer.
pub fn pages() -> Routes<AppState> {
    device::routes()
        .merge(accounts::routes())
        .merge(diary::routes())
        .merge(movies::routes())
        .merge(members::routes())
        .merge(feeds::settings())
        .merge(api::pages())
        .merge(styleguide::routes())
}

/// What takes more than other forms.
fn long_texts() -> Routes<AppState> {
    diary::long_texts()
}

/// What takes files, too large to be read before it is known that a member sends them.
fn uploads() -> Routes<AppState> {
    movies::uploads()
}

/// What is the same for everybody, and neither asks who it is nor sets a cookie.
fn for_everybody() -> Routes<AppState> {
    members::embeds()
        .merge(feeds::routes())
        .merge(device::for_everybody())
}

/// The same, which costs next to nothing: it is answered however many others come.
fn at_any_time() -> Routes<AppState> {
    Routes::new()
        .get(health)
        .get(assets::serve)
        .get(robots::show)
        .merge(device::installed())
        .merge(posters::routes())
}

/// The whole server: the routes, and around them the layers.
pub fn router(state: AppState) -> Router {
    layered(pages().into_router(), state)
}

/// `pages` and the rest of the server, with its layers around them, the outermost first.
pub fn layered(pages: Router<AppState>, state: AppState) -> Router {
    let config = &state.config;
    let trusted: Arc<[ipnet::IpNet]> = config.trusted_proxies.clone().into();
    let sessions = accounts::session_layer(&state.db, &state.clock, &state.hasher, config);
    let viewers = ServiceBuilder::new()
        .layer(from_fn(accounts::hand_over_member))
        .layer(sessions)
        .layer(from_fn_with_state(state.clone(), accounts::note_viewer));
    let outer = ServiceBuilder::new()
        .layer(from_fn_with_state(
            headers::Https(config.is_https()),
            headers::set,
        ))
        .layer(compression())
        // For a panic of the shell itself, of which it can make no page.
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(Arc::clone(config), shell::render))
        .layer(from_fn(trace::number))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(trusted, client_address::note))
        .layer(DefaultBodyLimit::max(BODY));
    let admit = from_fn_with_state(state.clone(), capacity::admit);
    let admit_sender = from_fn_with_state(state.clone(), capacity::admit_sender);
    let api = api::Patience {
        small: patience(state.patience),
        upload: patience(state.patience * FILES),
    };
    let api = api::router(&state, api, panicked);
    let inside = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), body::gather))
        .layer(admit.clone())
        .layer(viewers.clone());
    pages
        .fallback(nowhere)
        .layer(inside.clone())
        .merge(
            long_texts()
                .into_router()
                .layer(inside)
                .layer(DefaultBodyLimit::max(body::LARGEST)),
        )
        .merge(for_everybody().into_router().layer(admit))
        .merge(at_any_time().into_router())
        .layer(patience(state.patience))
        .merge(
            uploads()
                .into_router()
                .layer(viewers)
                .layer(admit_sender)
                .layer(patience(state.patience * FILES)),
        )
        .layer(CsrfLayer::new().with_rejection_response(other_site))
        .layer(from_fn(address::check))
        // Scripts of other sites may ask it: it does not look at cookies.
        .merge(api)
        .layer(outer)
        .with_state(state)
}

/// Makes pages small where that is worth what it costs.
fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(
            DefaultPredicate::new()
                .and(SizeAbove::new(SMALL))
                .and(has_no_strong_tag),
        )
}

/// A strong tag is of these very bytes (RFC 9110, section 8.8.1).
fn has_no_strong_tag(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let tag = headers.get(ETAG);
    tag.is_none_or(|tag| tag.as_bytes().starts_with(b"W/"))
}

/// Lets a request take so long, and no longer.
fn patience(time: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, time)
}

/// `GET /health`: the database answers and its schema is the newest.
async fn health(_: paths::Health, State(db): State<Db>) -> Response {
    let (status, words) = match db.is_healthy().await {
        true => (
            StatusCode::OK,
            "ok
",
        ),
        false => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database is not ready
",
        ),
    };
    (status, Extension(AsIs), words).into_response()
}

async fn nowhere() -> Error {
    Error::NotFound
}

fn other_site(_: ProtectionError) -> Response {
    Error::OtherSite.into_response()
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> axum::http::Response<Body> {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it did not say why");
    Error::Internal(format!("a handler panicked: {words}")).into_response()
}
