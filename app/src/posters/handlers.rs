//! Serves poster files.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::Posters;
use super::file_name::FileName;
use crate::paths;
use crate::web::Error;

/// If a browser treats a file as a document, this keeps it inert.
const FILE_CONTENT_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// `GET /posters/{name}`: one file of a poster.
pub async fn serve(
    paths::PosterFile { name }: paths::PosterFile,
    State(posters): State<Arc<Posters>>,
) -> Result<Response, Error> {
    let file = FileName::parse(&name).ok_or(Error::NotFound)?;
    let found = posters.store().get(&file).await;
    let bytes = found
        .map_err(|error| Error::PosterStore(error.to_string()))?
        .ok_or(Error::NotFound)?;
    let headers = [
        (CONTENT_TYPE, file.media_type()),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (CONTENT_SECURITY_POLICY, FILE_CONTENT_POLICY),
        // Feed readers and other sites embed posters.
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, bytes).into_response())
}
