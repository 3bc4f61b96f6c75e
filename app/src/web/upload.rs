//! A file that somebody sends.

use axum::body::{Body, Bytes};
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, Request};

use super::Error;

/// What the field of the file is called.
const FIELD: &str = "poster";

/// The one file of a form, which may be empty.
#[derive(Debug)]
pub struct Upload(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let (head, body) = request.into_parts();
        // All of it, also what comes after the last field: a connection on which something
        // is left unread is closed, maybe under the next request.
        let request = Request::from_parts(head.clone(), body);
        let whole = Bytes::from_request(request, state).await;
        let whole = whole.map_err(|rejection| Error::from_status(rejection.status()))?;
        let request = Request::from_parts(head, Body::from(whole));
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
    no_form()
}

fn no_form() -> Error {
    Error::BadRequest(
        "This form is not one of this site's, or it came only in part. Reload the page and try again."
            .to_owned(),
    )
}
