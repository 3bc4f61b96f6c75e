//! Gives each request an id, which appears in its log lines, in `x-request-id` and on error pages.

use std::fmt;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(u64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Middleware that opens a span with the request's id. Logs the path's pattern only, because the
/// path may contain a one-time code.
pub async fn trace_request(mut request: Request, next: Next) -> Response {
    let id = RequestId(rand::random());
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", %id, method = %request.method(), path);
    request.extensions_mut().insert(id);
    async move {
        let started = Instant::now();
        let mut response = next.run(request).await;
        let micros = started.elapsed().as_micros();
        tracing::debug!(status = response.status().as_u16(), micros, "answered");
        response.extensions_mut().insert(id);
        response.headers_mut().insert(
            HeaderName::from_static("x-request-id"),
            HeaderValue::from_str(&id.to_string()).expect("hex is a header value"),
        );
        response
    }
    .instrument(span)
    .await
}
