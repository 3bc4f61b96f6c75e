//! Bodies are read whole before it is asked who sends them.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use http_body_util::LengthLimitError;

use super::Error;

/// What the largest form weighs at most. Most routes take less.
pub const LARGEST: usize = 256 * 1024;

/// Reads the body. Were the session looked up first, whoever holds the rest of a body back
/// could act for half a minute after they were signed out or disabled.
pub async fn gather(request: Request, next: Next) -> Result<Response, Error> {
    let (head, body) = request.into_parts();
    let bytes = to_bytes(body, LARGEST).await.map_err(|error| {
        tracing::debug!(?error, "a body was refused");
        match error.into_inner().is::<LengthLimitError>() {
            true => Error::TooLarge,
            false => Error::BadRequest("It came only in part. Send it again.".to_owned()),
        }
    })?;
    let request = Request::from_parts(head, Body::from(bytes));
    Ok(next.run(request).await)
}
