//! What programs ask: the features' queries and commands as JSON, described by an OpenAPI
//! document that is made of the same handlers.
//!
//! Nothing here looks at cookies. Whoever sends a token is its member, everybody else is
//! anybody; and what a page would not show them is not there.

mod body;
mod caller;
mod docs;
mod document;
mod handlers;
mod limits;
mod list;
mod problem;
mod schema;
mod tag;
mod usual;

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LINK, LOCATION, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use axum::http::{HeaderName, Method};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::any;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{self, CorsLayer};
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;
use crate::posters::ORIGINAL;
use crate::web::{Error, Routes, address, body as bodies, capacity};
use limits::{RATE_LIMIT, RATE_LIMIT_POLICY};

pub use limits::Limits;

/// How long a browser remembers what another site's script may ask.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// Every operation, with its description.
fn operations() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(document::frame())
        .merge(of_oneself())
        .merge(long_texts())
        .merge(of_the_site())
}

fn of_oneself() -> OpenApiRouter<AppState> {
    use handlers::{auth, diary, me, sessions, tokens};
    OpenApiRouter::new()
        .routes(routes!(auth::logout))
        .routes(routes!(me::show, me::change))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::end))
        .routes(routes!(diary::mine))
        .routes(routes!(diary::gone))
        .routes(routes!(diary::feed))
}

/// Those that take comments: 10,000 characters of four bytes each weigh three times as much where
/// they are escaped.
fn long_texts() -> OpenApiRouter<AppState> {
    use handlers::{diary, reviews};
    OpenApiRouter::new()
        .routes(routes!(diary::reviews, reviews::log))
        .routes(routes!(reviews::show, reviews::change, reviews::delete))
}

fn of_the_site() -> OpenApiRouter<AppState> {
    use handlers::{diary, members, movies, posters, reviews};
    OpenApiRouter::new()
        .routes(routes!(reviews::choose_movie))
        .routes(routes!(reviews::restore))
        .routes(routes!(movies::list))
        .routes(routes!(movies::show, movies::correct))
        .routes(routes!(movies::history))
        .routes(routes!(posters::sync))
        .routes(routes!(members::list))
        .routes(routes!(members::show))
        .routes(routes!(diary::of_member))
        .routes(routes!(members::stats))
}

/// The operations that no token is needed for, nor looked at: whoever has one that works no more
/// comes here for another.
fn doors() -> OpenApiRouter<AppState> {
    use handlers::auth;
    OpenApiRouter::new()
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
}

/// The operations that take files, too large to be read before it is known that a member sends
/// them.
fn uploads() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(handlers::posters::replace))
        .layer(DefaultBodyLimit::max(ORIGINAL))
}

/// The page that tells people what programs can ask. It stands with the pages, in the session.
pub fn pages() -> Routes<AppState> {
    Routes::new().get(docs::show)
}

/// The routes for programs.
pub fn routes() -> Routes<AppState> {
    open()
        .merge(Routes::documented(operations()))
        .merge(Routes::documented(uploads()))
}

/// Those for which it does not matter who asks.
fn open() -> Routes<AppState> {
    Routes::documented(doors()).get(document::serve)
}

/// How long a request may take.
#[derive(Clone, Debug)]
pub struct Patience {
    /// With its body.
    pub small: TimeoutLayer,
    /// With the file that it brings.
    pub upload: TimeoutLayer,
}

/// The routes with what is special about them around: no cookies, no session, any site may ask
/// so much, and errors as JSON, those of a handler that `panicked` too.
pub fn router(
    state: &AppState,
    patience: Patience,
    panicked: fn(Box<dyn Any + Send>) -> Response,
) -> Router<AppState> {
    let callers = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), caller::note))
        .layer(from_fn_with_state(state.clone(), limits::by_token));
    let layers = ServiceBuilder::new()
        .layer(others())
        .layer(from_fn(problem::render))
        .layer(from_fn_with_state(state.clone(), limits::by_address))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(address::check))
        .layer(from_fn(tag::spare));
    let admit = from_fn_with_state(state.clone(), capacity::admit);
    let admit_sender = from_fn_with_state(state.clone(), capacity::admit_sender);
    let inside = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), bodies::gather))
        .layer(admit);
    Router::from(of_oneself().merge(of_the_site()))
        .route("/api", any(nowhere))
        .route("/api/", any(nowhere))
        .route("/api/{*rest}", any(nowhere))
        .layer(callers.clone())
        .merge(open().into_router())
        .layer(inside.clone())
        .merge(
            Router::from(long_texts())
                .layer(callers.clone())
                .layer(inside)
                .layer(DefaultBodyLimit::max(bodies::LARGEST)),
        )
        .layer(patience.small)
        .merge(
            Router::from(uploads())
                .layer(callers)
                .layer(admit_sender)
                .layer(patience.upload),
        )
        .layer(layers)
}

async fn nowhere() -> Error {
    Error::NotFound
}

/// Scripts of any site may ask, by a token that their user gave them, never by the user's
/// cookie.
fn others() -> CorsLayer {
    let asked = [
        AUTHORIZATION,
        CONTENT_TYPE,
        IF_MATCH,
        IF_NONE_MATCH,
        HeaderName::from_static(body::IDEMPOTENCY_KEY),
    ];
    CorsLayer::new()
        .allow_origin(cors::Any)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PATCH,
            Method::PUT,
            Method::DELETE,
        ])
        .allow_headers(asked)
        .expose_headers([
            ETAG,
            LINK,
            LOCATION,
            RETRY_AFTER,
            WWW_AUTHENTICATE,
            HeaderName::from_static("x-request-id"),
            RATE_LIMIT,
            RATE_LIMIT_POLICY,
        ])
        .max_age(REMEMBERED)
}
