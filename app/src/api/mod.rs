//! What programs ask: the features' queries and commands as JSON, described by an OpenAPI
//! document that is made of the same handlers.
//!
//! Nothing here looks at cookies. Whoever sends a token is its member, everybody else is
//! anybody; and what a page would not show them is not there.

mod body;
mod caller;
mod document;
mod handlers;
mod problem;
mod schema;

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, RETRY_AFTER};
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
use crate::web::{Error, Routes, body as bodies};

pub use document::text as openapi;

/// How long a browser remembers what another site's script may ask.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// Every operation, with its description.
fn operations() -> OpenApiRouter<AppState> {
    use handlers::{auth, me, sessions, tokens};
    OpenApiRouter::with_openapi(document::frame())
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
        .routes(routes!(auth::logout))
        .routes(routes!(me::show, me::change))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::end))
}

/// The routes for programs.
pub fn routes() -> Routes<AppState> {
    Routes::documented(operations()).get(document::serve)
}

/// The routes with what is special about them around: no cookies, no session, any site may ask,
/// and errors as JSON, those of a handler that `panicked` too.
pub fn router(
    state: &AppState,
    patience: TimeoutLayer,
    panicked: fn(Box<dyn Any + Send>) -> Response,
) -> Router<AppState> {
    let layers = ServiceBuilder::new()
        .layer(others())
        .layer(from_fn(problem::render))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(patience)
        .layer(from_fn(bodies::gather))
        .layer(from_fn_with_state(state.clone(), caller::note));
    routes()
        .into_router()
        .route("/api/{*rest}", any(nowhere))
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
        HeaderName::from_static("idempotency-key"),
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
        .expose_headers([ETAG, RETRY_AFTER])
        .max_age(REMEMBERED)
}
