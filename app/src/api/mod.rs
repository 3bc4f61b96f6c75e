//! The JSON API: the features' queries and commands as REST resources, and the OpenAPI document
//! that is generated from the same handlers.
//!
//! Nothing here reads cookies. A request with a token acts as the token's member; a request without
//! one sees what a visitor sees. Anything that a page would hide from the caller is a 404.

mod body;
mod caller;
mod common;
pub(crate) mod docs;
mod document;
mod etag;
mod fields;
pub(crate) mod handlers;
mod limits;
mod pagination;
mod problem;
mod schema;

use std::any::Any;
use std::sync::Arc;
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

use crate::AppState;
use crate::paths;
use crate::posters::MAX_ORIGINAL_BYTES;
use crate::transfer::MAX_IMPORT_FORM_BYTES;
use crate::web::{Error, body as bodies, capacity, origin, url_checks};
use limits::{RATE_LIMIT, RATE_LIMIT_POLICY};

pub use caller::find_bearer;
pub use document::openapi_document;
pub use etag::JsonWithEtag;
pub use limits::ApiRateLimits;

/// How long browsers may cache the response to a CORS preflight request.
const PREFLIGHT_MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// The routes of the API, by the layers around them.
#[derive(Debug)]
pub struct RouteGroups {
    pub json: Router<AppState>,
    /// Bodies may be longer: comments of 10,000 characters triple in size when JSON escapes them.
    pub long_json: Router<AppState>,
    /// The token is checked before the body, a file, is read.
    pub uploads: Router<AppState>,
    /// Like `uploads`, with larger files.
    pub imports: Router<AppState>,
    /// Tokens are ignored, so that a program whose token has expired can get a new one.
    pub public: Router<AppState>,
}

/// Timeouts of API requests. They include the time that it takes to receive the body.
#[derive(Clone, Debug)]
pub struct ApiTimeouts {
    pub json: TimeoutLayer,
    pub upload: TimeoutLayer,
    pub import: TimeoutLayer,
}

/// The API routes with their layers: CORS, rate limits, and errors as `application/problem+json`,
/// including the responses that `handle_panic` makes. There is no session layer.
pub fn router(
    state: &AppState,
    groups: RouteGroups,
    timeouts: ApiTimeouts,
    handle_panic: fn(Box<dyn Any + Send>) -> Response,
) -> Router<AppState> {
    let caller_layers = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), caller::identify_caller))
        .layer(from_fn_with_state(state.clone(), limits::limit_by_token));
    let outer_layers = ServiceBuilder::new()
        .layer(cors_layer())
        .layer(from_fn(problem::render_problems))
        .layer(from_fn_with_state(state.clone(), limits::limit_by_address))
        .layer(CatchPanicLayer::custom(handle_panic))
        .layer(from_fn_with_state(
            Arc::clone(&state.config),
            origin::check_host,
        ))
        .layer(from_fn(url_checks::reject_nul_bytes))
        .layer(from_fn(paths::lead_to_canonical))
        .layer(from_fn(etag::conditional_get));
    let admit = from_fn_with_state(state.clone(), capacity::admit);
    let admit_upload = from_fn_with_state(state.clone(), capacity::admit_upload);
    let body_layers = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), bodies::buffer_body))
        .layer(admit);
    let long_json = groups
        .long_json
        .layer(caller_layers.clone())
        .layer(body_layers.clone())
        .layer(DefaultBodyLimit::max(bodies::MAX_FORM_BYTES));
    let uploads = groups
        .uploads
        .layer(DefaultBodyLimit::max(MAX_ORIGINAL_BYTES))
        .layer(caller_layers.clone())
        .layer(admit_upload.clone())
        .layer(timeouts.upload);
    let imports = groups
        .imports
        .layer(DefaultBodyLimit::max(MAX_IMPORT_FORM_BYTES))
        .layer(caller_layers.clone())
        .layer(admit_upload)
        .layer(timeouts.import);
    groups
        .json
        .route("/api", any(api_not_found))
        .route("/api/{*rest}", any(api_not_found))
        .layer(caller_layers)
        .merge(groups.public)
        .layer(body_layers)
        .merge(long_json)
        .layer(timeouts.json)
        .merge(uploads)
        .merge(imports)
        .layer(outer_layers)
}

async fn api_not_found() -> Error {
    Error::NotFound
}

/// Scripts of any origin may call the API with a token. Credentials are not allowed, so browsers
/// send no cookies.
fn cors_layer() -> CorsLayer {
    let request_headers = [
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
        .allow_headers(request_headers)
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
        .max_age(PREFLIGHT_MAX_AGE)
}
