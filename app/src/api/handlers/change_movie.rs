//! `/api/reviews/{id}/movie`: changing the movie of a review.

use axum::extract::State;
use axum::http::HeaderMap;

use super::reviews::{expected_version, review_response, unknown_movie};
use crate::AppState;
use crate::accounts::Viewer;
use crate::api::body::{Json, PathId};
use crate::api::caller::WriteAccess;
use crate::api::etag::JsonWithEtag;
use crate::api::problem::ApiError;
use crate::api::schema::{MovieChoice, Review};
use crate::diary::commands::{self, ChangeMovieError};
use crate::web::{Error, FieldErrors};

/// Change the movie of a review
///
/// Everything else about the review stays the same.
#[utoipa::path(
    put,
    path = "/api/reviews/{id}/movie",
    tag = "Reviews",
    request_body = MovieChoice,
    params(
        ("id" = i64, Path, description = "The id of the review."),
        ("if-match" = Option<String>, Header, description = "The ETag of the review as it was read."),
    ),
    responses((status = 200, description = "The review after the change.", body = Review))
)]
pub async fn change(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    PathId(id): PathId,
    headers: HeaderMap,
    Json(movie): Json<MovieChoice>,
) -> Result<JsonWithEtag, ApiError> {
    let AppState {
        db, clock, events, ..
    } = &state;
    let writer = &state.diary;
    let (online, member) = (&state.online_catalog, bearer.member.id);
    let version = expected_version(db, member, id, &headers).await?;
    let mut errors = FieldErrors::default();
    let movie = movie.into_form().map_err(ApiError::InvalidFields)?;
    let movie = movie.check(clock.today(viewer.zone), &mut errors);
    let movie = movie.ok_or(ApiError::InvalidFields(errors))?;
    match commands::change_movie(writer, events, online, member, id, version, movie).await {
        Ok(_) => review_response(&state, &viewer, id).await,
        Err(ChangeMovieError::Ambiguous(movies)) => Err(ApiError::AmbiguousMovie(movies)),
        Err(ChangeMovieError::Stale) => Err(ApiError::PreconditionFailed),
        Err(ChangeMovieError::MovieGone) => Err(ApiError::InvalidFields(unknown_movie())),
        Err(ChangeMovieError::Gone) => Err(ApiError::Web(Error::NotFound)),
        Err(ChangeMovieError::Database(error)) => Err(ApiError::Web(error.into())),
    }
}
