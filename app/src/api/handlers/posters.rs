//! The poster of a movie: looking for it again, and uploading one.

use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode};

use crate::AppState;
use crate::api::body::{PathId, require_content_type};
use crate::api::caller::{WriteAccess, require_valid_token};
use crate::api::problem::{ApiError, Problem};
use crate::movies::commands;
use crate::movies::{fault_message, find_correctable};
use crate::posters::PosterError;
use crate::web::{Error, FileBody, read_if_accepted};

/// Look for a movie’s poster again
///
/// For members who have logged the movie, and for admins. The poster arrives some time after the
/// response.
#[utoipa::path(
    post,
    path = "/api/movies/{id}/poster-sync",
    tag = "Movies",
    params(("id" = i64, Path, description = "The id of the movie.")),
    responses(
        (status = 202, description = "The search was started."),
        (status = 409, description = "A member chose the poster, or the site has no catalog to search.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn sync(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
) -> Result<StatusCode, ApiError> {
    let AppState {
        db,
        clock,
        events,
        online_catalog,
        ..
    } = &state;
    find_correctable(db, &bearer.member, id)
        .await?
        .ok_or(Error::NotFound)?;
    commands::refetch_poster(db, clock, events, online_catalog, id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Upload a movie’s poster
///
/// The body is a JPEG, PNG or WebP file of at most 10 MB. For members who have logged the movie,
/// and for admins. A member can upload two files at a time, and up to 200 files or 200 MB a day.
#[utoipa::path(
    put,
    path = "/api/movies/{id}/poster",
    tag = "Movies",
    params(("id" = i64, Path, description = "The id of the movie.")),
    request_body(description = "The file. Its format is recognised by its content.", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"), (Vec<u8> = "application/octet-stream"))),
    responses((status = 204, description = "The poster was replaced."))
)]
pub async fn replace(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let AppState {
        db, clock, posters, ..
    } = &state;
    find_correctable(db, &bearer.member, id)
        .await?
        .ok_or(Error::NotFound)?;
    require_content_type(&headers, &PICTURE_TYPES)?;
    let permit = posters.start_upload(clock, bearer.member.id);
    let (permit, request) = read_if_accepted(permit, request)?;
    let request = permit.meter(request);
    let FileBody(picture) = FileBody::from_request(request, &()).await?;
    // The upload may have taken long.
    require_valid_token(&state, &headers).await?;
    let stored = posters.save(picture).await;
    let stored = stored.map_err(upload_error)?;
    commands::replace_poster(db, clock, bearer.member.id, id, stored).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The accepted media types. The actual format is recognised by the content.
const PICTURE_TYPES: [&str; 4] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "application/octet-stream",
];

fn upload_error(error: PosterError) -> ApiError {
    match error.into_fault() {
        Ok(fault) => ApiError::InvalidBody {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            advice: fault_message(fault).to_owned(),
            wrong: None,
        },
        Err(error) => ApiError::Web(error),
    }
}
