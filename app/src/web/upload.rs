//! A file that somebody sends.

use axum::RequestExt;
use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, Request};
use futures_util::StreamExt;
use http_body::Body as _;
use http_body_util::LengthLimitError;

use super::Error;
use super::body::{declared, fits};
use super::capacity::Place;

/// What the field of the file is called.
const FIELD: &str = "poster";

/// For how many bytes room is made at once, on the word of whoever sends them.
const ROOM: usize = 16 * 1024 * 1024;

/// The one file of a form, which may be empty.
#[derive(Debug)]
pub struct Upload(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let declared = declared(&request);
        let (mut head, body) = request.with_limited_body().into_parts();
        fits(declared, &body)?;
        // However long it takes to send, it is in nobody's way.
        head.extensions.remove::<Place>();
        // All of it, also what comes after the last field: a connection on which something
        // is left unread is closed, maybe under the next request.
        let whole = gather(body).await?.ok_or_else(no_form)?;
        let request = Request::from_parts(head, Body::from(whole));
        let mut form = Multipart::from_request(request, state)
            .await
            .map_err(|_: MultipartRejection| no_form())?;
        let field = form.next_field().await.map_err(unread)?;
        let field = field
            .filter(|field| field.name() == Some(FIELD) && field.file_name().is_some())
            .ok_or_else(no_form)?;
        let file = read(field).await.map_err(unread)?;
        match form.next_field().await.map_err(unread)? {
            None => Ok(Self(file)),
            Some(_) => Err(no_form()),
        }
    }
}

/// A file that is the whole body.
#[derive(Debug)]
pub struct File(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for File {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        // Its place goes with the rest of it: however long it takes to send, it is in nobody's
        // way.
        let declared = declared(&request);
        let body = request.into_limited_body();
        fits(declared, &body)?;
        let whole = gather(body).await?;
        whole.map(Self).ok_or_else(|| {
            Error::BadRequest("The file came only in part. Send it again.".to_owned())
        })
    }
}

/// Reads the body into one place as it comes; `None` where it breaks off. Its pieces are not kept meanwhile: each holds on to
/// all of the room that it was read into, which for 10 MB was 60.
async fn gather(body: Body) -> Result<Option<Bytes>, Error> {
    let expected = body.size_hint().lower().try_into().unwrap_or(usize::MAX);
    let mut whole = Vec::with_capacity(expected.min(ROOM));
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        match piece {
            Ok(piece) => whole.extend_from_slice(&piece),
            Err(error) => return broken_off(error),
        }
    }
    Ok(Some(whole.into()))
}

fn broken_off(error: axum::Error) -> Result<Option<Bytes>, Error> {
    match error.into_inner().is::<LengthLimitError>() {
        true => Err(Error::TooLarge),
        false => Ok(None),
    }
}

/// Reads a field. It comes in one piece, as the body does, and a file of 10 MB is not copied once
/// more for nothing.
async fn read(mut field: Field<'_>) -> Result<Bytes, MultipartError> {
    let first = field.chunk().await?.unwrap_or_default();
    match field.chunk().await? {
        None => Ok(first),
        Some(second) => {
            let rest = field.bytes().await?;
            Ok([first, second, rest].concat().into())
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
