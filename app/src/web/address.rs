//! Addresses that mean nothing here.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use super::Error;

/// Refuses an address with a NUL in it: no text has one, and PostgreSQL takes none. In
/// forms each field says so itself.
pub async fn check(request: Request, next: Next) -> Result<Response, Error> {
    let uri = request.uri();
    let has_nul = |part: &str| part.contains("%00");
    match has_nul(uri.path()) || uri.query().is_some_and(has_nul) {
        true => Err(Error::BadRequest(
            "This address has characters that mean nothing here.".to_owned(),
        )),
        false => Ok(next.run(request).await),
    }
}
