//! Extractors for uploaded files.

use axum::RequestExt;
use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, Request};
use axum::http::header::EXPECT;
use axum::http::request::Parts;
use futures_util::StreamExt;
use http_body::Body as _;
use http_body_util::LengthLimitError;

use super::Error;
use super::body::{check_length, declared_length, drain_body};
use super::capacity::CapacityPermit;

/// Name of the form's file field.
const FILE_FIELD: &str = "poster";

/// Maximum buffer allocated up front for the length that the client declares.
const MAX_INITIAL_BUFFER: usize = 16 * 1024 * 1024;

/// Returns the request if its upload was accepted. Otherwise discards its body, and returns the
/// error: browsers read the response only after sending all of the body.
pub fn read_if_accepted<T, E: Into<Error>>(
    accepted: Result<T, E>,
    request: Request,
) -> Result<(T, Request), Error> {
    match accepted {
        Ok(permit) => Ok((permit, request)),
        Err(refusal) => {
            // Such a client waits for permission to send the body.
            if !request.headers().contains_key(EXPECT) {
                drain_body(request.into_limited_body());
            }
            Err(refusal.into())
        }
    }
}

/// Checks the declared length, and releases the capacity permit, so that a slow upload does not
/// block other requests.
fn begin_upload(request: Request) -> Result<(Parts, Body), Error> {
    let declared = declared_length(&request);
    let (mut head, body) = request.with_limited_body().into_parts();
    check_length(declared, &body)?;
    head.extensions.remove::<CapacityPermit>();
    Ok((head, body))
}

/// The only file of a multipart form; may be empty.
#[derive(Debug)]
pub struct Upload(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let (head, body) = begin_upload(request)?;
        // Read all of it, even after the last field: a connection with unread data gets closed,
        // possibly while the client sends its next request.
        let bytes = read_upload(body).await?.ok_or_else(malformed_form)?;
        let request = Request::from_parts(head, Body::from(bytes));
        let mut form = Multipart::from_request(request, state)
            .await
            .map_err(|_: MultipartRejection| malformed_form())?;
        let field = form.next_field().await.map_err(multipart_error)?;
        let field = field
            .filter(|field| field.name() == Some(FILE_FIELD) && field.file_name().is_some())
            .ok_or_else(malformed_form)?;
        let file = read_field(field).await.map_err(multipart_error)?;
        match form.next_field().await.map_err(multipart_error)? {
            None => Ok(Self(file)),
            Some(_) => Err(malformed_form()),
        }
    }
}

/// A form with large files, which the handler reads part by part.
#[derive(Debug)]
pub struct FileForm(pub Multipart);

impl<S: Send + Sync> FromRequest<S> for FileForm {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let (head, body) = begin_upload(request)?;
        let request = Request::from_parts(head, body);
        let form = Multipart::from_request(request, state).await;
        form.map(Self)
            .map_err(|_: MultipartRejection| malformed_form())
    }
}

/// A file sent as the whole body.
#[derive(Debug)]
pub struct FileBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for FileBody {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        // This drops the rest of the request with its capacity permit, so that a slow upload does
        // not block other requests.
        let declared = declared_length(&request);
        let body = request.into_limited_body();
        check_length(declared, &body)?;
        let whole = read_upload(body).await?;
        whole.map(Self).ok_or_else(|| {
            Error::BadRequest("Only part of the file arrived. Send it again.".to_owned())
        })
    }
}

/// Copies the body into one buffer as it arrives; `None` if it breaks off. Collecting the chunks
/// instead would keep each chunk's whole read buffer alive: 60 MB for an upload of 10 MB.
async fn read_upload(body: Body) -> Result<Option<Bytes>, Error> {
    let expected = body.size_hint().lower().try_into().unwrap_or(usize::MAX);
    let mut buffer = Vec::with_capacity(expected.min(MAX_INITIAL_BUFFER));
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        match chunk {
            Ok(piece) => buffer.extend_from_slice(&piece),
            Err(error) => return read_error(error),
        }
    }
    Ok(Some(buffer.into()))
}

fn read_error(error: axum::Error) -> Result<Option<Bytes>, Error> {
    if error.into_inner().is::<LengthLimitError>() {
        Err(Error::TooLarge)
    } else {
        Ok(None)
    }
}

/// The body is one chunk, so the field usually is too; returning that chunk avoids another copy of
/// 10 MB.
async fn read_field(mut field: Field<'_>) -> Result<Bytes, MultipartError> {
    let first = field.chunk().await?.unwrap_or_default();
    match field.chunk().await? {
        None => Ok(first),
        Some(second) => {
            let rest = field.bytes().await?;
            Ok([first, second, rest].concat().into())
        }
    }
}

fn multipart_error(error: MultipartError) -> Error {
    tracing::debug!(%error, "an upload was rejected");
    malformed_form()
}

fn malformed_form() -> Error {
    Error::BadRequest(
        "This form is incomplete or isn’t from this site. Reload the page and try again."
            .to_owned(),
    )
}
