//! A file that somebody sends.

use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;

use super::Error;

/// What the field of the file is called.
const FIELD: &str = "poster";

/// The one file of a form, which may be empty.
#[derive(Debug)]
pub struct Upload(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let mut form = Multipart::from_request(request, state)
            .await
            .map_err(|_: MultipartRejection| no_form())?;
        let field = form.next_field().await.map_err(unread)?;
        let field = field
            .filter(|field| field.name() == Some(FIELD) && field.file_name().is_some())
            .ok_or_else(no_form)?;
        let file = field.bytes().await.map_err(unread)?;
        match form.next_field().await.map_err(unread)? {
            None => Ok(Self(file)),
            Some(_) => Err(no_form()),
        }
    }
}

fn unread(error: MultipartError) -> Error {
    tracing::debug!(%error, "a file was refused");
    match error.status() {
        status if status.is_client_error() && status != axum::http::StatusCode::BAD_REQUEST => {
            Error::from_status(status)
        }
        _ => no_form(),
    }
}

fn no_form() -> Error {
    Error::BadRequest(
        "This form is not one of this site's, or it came only in part. Reload the page and try again."
            .to_owned(),
    )
}
