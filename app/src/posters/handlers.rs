//! Serving the files of posters.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::Posters;
use super::name::FileName;
use crate::paths;
use crate::web::Error;

/// Should a browser take a file for a page, nothing on it does anything.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// `GET /posters/{name}`
pub async fn serve(
    paths::Poster { name }: paths::Poster,
    State(posters): State<Arc<Posters>>,
) -> Result<Response, Error> {
    let file = FileName::parse(&name).ok_or(Error::NotFound)?;
    let found = posters.store().get(&file).await;
    let bytes = found
        .map_err(|error| Error::Store(error.to_string()))?
        .ok_or(Error::NotFound)?;
    let headers = [
        (CONTENT_TYPE, file.media_type()),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (CONTENT_SECURITY_POLICY, POLICY),
        // Readers of feeds and other sites show it too.
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, bytes).into_response())
}
