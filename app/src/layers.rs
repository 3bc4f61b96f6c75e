//! The layers around each group of `routes`, outermost first.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::header::ETAG;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::{Router, body::Body};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{
    DefaultPredicate, NotForContentType, Predicate, SizeAbove,
};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::web::{
    Error, body, capacity, client_address, cross_site, headers, origin, trace, url_checks,
};
use crate::{AppState, accounts, api, device, movies, paths, routes, shell, transfer};

/// The size limit of a body, unless a group says more.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Responses up to this size fit into two or three packets. Compressing them would cost more CPU
/// than rendering them.
const MAX_UNCOMPRESSED_BYTES: u64 = 3 * 1024;

/// Uploads get this many times the timeout: 10 MB at 1 Mbit/s.
const UPLOAD_TIMEOUT_FACTOR: u32 = 4;

/// Files to import get this many times the timeout: 64 MB at 1 Mbit/s take nine minutes.
const IMPORT_TIMEOUT_FACTOR: u32 = 20;

/// The whole server.
pub fn router(state: AppState) -> Router {
    router_with_pages(routes::pages().into_router(), state)
}

/// The server with other pages, so that tests can add handlers that block or panic.
pub fn router_with_pages(pages: Router<AppState>, state: AppState) -> Router {
    let config = &state.config;
    let trusted: Arc<[ipnet::IpNet]> = config.trusted_proxies.clone().into();
    let sessions = accounts::session_layer(&state.db, &state.clock, &state.hasher, config);
    let viewers = ServiceBuilder::new()
        .layer(from_fn(accounts::share_session_lookup))
        .layer(sessions)
        .layer(from_fn_with_state(state.clone(), accounts::attach_viewer));
    let outer = ServiceBuilder::new()
        .layer(from_fn_with_state(
            headers::Hsts::of(config),
            headers::set_security_headers,
        ))
        .layer(compression())
        // For a panic of the shell, which can then not render the error page.
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(Arc::clone(config), shell::render))
        .layer(from_fn(trace::trace_request))
        .layer(CatchPanicLayer::custom(panic_response))
        .layer(from_fn_with_state(
            trusted,
            client_address::set_client_address,
        ))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES));
    let admit = from_fn_with_state(state.clone(), capacity::admit);
    let admit_upload = from_fn_with_state(state.clone(), capacity::admit_upload);
    let form = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), body::buffer_body))
        .layer(admit.clone())
        .layer(viewers.clone());
    let long_forms = routes::long_forms()
        .into_router()
        .layer(form.clone())
        .layer(DefaultBodyLimit::max(body::MAX_FORM_BYTES));
    let uploads = routes::uploads()
        .into_router()
        .layer(DefaultBodyLimit::max(movies::MAX_UPLOAD_BYTES))
        .layer(viewers.clone())
        .layer(admit_upload.clone())
        .layer(timeout(state.request_timeout * UPLOAD_TIMEOUT_FACTOR));
    let import_uploads = routes::import_uploads()
        .into_router()
        .layer(DefaultBodyLimit::max(transfer::MAX_IMPORT_FORM_BYTES))
        .layer(viewers.clone())
        .layer(admit_upload)
        .layer(timeout(state.request_timeout * IMPORT_TIMEOUT_FACTOR));
    pages
        .fallback(not_found)
        .layer(form)
        .merge(long_forms)
        .merge(routes::sessionless().into_router().layer(admit))
        .merge(routes::monitoring().into_router().layer(viewers))
        .merge(routes::unlimited().into_router())
        .layer(timeout(state.request_timeout))
        .merge(uploads)
        .merge(import_uploads)
        .layer(from_fn_with_state(
            Arc::clone(config),
            device::rename_old_cookie,
        ))
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(
            Arc::clone(config),
            cross_site::explain_refusal,
        ))
        .layer(from_fn(paths::lead_to_canonical))
        .layer(from_fn_with_state(Arc::clone(config), origin::check_host))
        .layer(from_fn(url_checks::reject_nul_bytes))
        // Outside the CSRF layer: the API reads no cookies, so other sites may call it.
        .merge(api_router(&state))
        .layer(outer)
        .with_state(state)
}

fn api_router(state: &AppState) -> Router<AppState> {
    let groups = api::RouteGroups {
        json: routes::api().into_router(),
        long_json: routes::api_long_bodies().into_router(),
        uploads: routes::api_uploads().into_router(),
        imports: routes::api_imports().into_router(),
        public: routes::api_public()
            .into_router()
            .merge(routes::api_description().into_router()),
    };
    let timeouts = api::ApiTimeouts {
        json: timeout(state.request_timeout),
        upload: timeout(state.request_timeout * UPLOAD_TIMEOUT_FACTOR),
        import: timeout(state.request_timeout * IMPORT_TIMEOUT_FACTOR),
    };
    api::router(state, groups, timeouts, panic_response)
}

fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(
            DefaultPredicate::new()
                .and(SizeAbove::new(MAX_UNCOMPRESSED_BYTES))
                .and(NotForContentType::const_new("application/zip"))
                .and(has_no_strong_etag),
        )
}

/// A strong ETag promises these exact bytes (RFC 9110, section 8.8.1).
fn has_no_strong_etag(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let tag = headers.get(ETAG);
    tag.is_none_or(|tag| tag.as_bytes().starts_with(b"W/"))
}

fn timeout(time: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, time)
}

async fn not_found() -> Error {
    Error::NotFound
}

fn panic_response(panic: Box<dyn std::any::Any + Send>) -> axum::http::Response<Body> {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Error::Internal(format!("a handler panicked: {message}")).into_response()
}
