//! `/api/reviews`: logging, showing, changing, deleting and restoring one review.

use axum::extract::State;
use axum::http::header::{IF_MATCH, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::{Attempts, change_error, no_content_if};
use crate::AppState;
use crate::accounts::{Member, MemberId, Viewer};
use crate::api::body::{IdempotencyKey, Json, PathId};
use crate::api::caller::WriteAccess;
use crate::api::etag::{JsonWithEtag, check_if_match, to_json};
use crate::api::problem::{ApiError, Problem};
use crate::api::schema::{Review, ReviewChange, ReviewToLog};
use crate::db::Db;
use crate::diary::commands::{self, LogReviewError, LoggedReview};
use crate::diary::queries::{find, find_own};
use crate::diary::{NewReview, RawReview, before_release, new_form_key};
use crate::paths;
use crate::secret;
use crate::web::{Error, FieldErrors};

/// Log a review
///
/// With an `idempotency-key`, a body that is sent twice is logged only once: the second response is
/// 200 with the review that the first request logged.
#[utoipa::path(
    post,
    path = "/api/reviews",
    tag = "Reviews",
    request_body = ReviewToLog,
    params(("idempotency-key" = Option<String>, Header, description = "A key that you generate for each review: 16 to 64 letters, digits, `-` and `_`.", min_length = 16, max_length = 64, pattern = "^[A-Za-z0-9_-]{16,64}$")),
    responses(
        (status = 201, description = "The review was logged.", body = Review, headers(("location" = String, description = "The address of the review."))),
        (status = 200, description = "The review had already been logged with the same key.", body = Review),
        (status = 409, description = "The key was used for another review, or the review that it was used for was deleted.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn log(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<ReviewToLog>,
) -> Result<Response, ApiError> {
    let new = check_body(&state, &viewer, &bearer.member, key, body).await?;
    let AppState {
        events,
        online_catalog,
        ..
    } = &state;
    let logged = commands::log(&state.diary, events, online_catalog, bearer.member.id, new).await;
    logged_response(&state, &viewer, logged.map_err(log_error)?).await
}

/// Checks a body by the rules of the form on the page. The hash is of the body as sent, because the
/// defaults of `watched_on` and `rewatch` may be different when it is sent again.
async fn check_body(
    state: &AppState,
    viewer: &Viewer,
    member: &Member,
    key: Option<String>,
    body: ReviewToLog,
) -> Result<NewReview, ApiError> {
    let body_hash = secret::sha256_hex(&to_json(&body)?);
    let today = state.clock.today(viewer.zone);
    let empty_form = RawReview {
        key: key.unwrap_or_else(new_form_key),
        ..RawReview::for_today(today, member.diary_visibility)
    };
    let form = body
        .into_form(empty_form)
        .map_err(ApiError::InvalidFields)?;
    let new = form.check_new(today).map_err(ApiError::InvalidFields)?;
    Ok(NewReview {
        body_hash,
        day_is_confirmed: true,
        ..new
    })
}

fn log_error(why: LogReviewError) -> ApiError {
    match why {
        LogReviewError::Ambiguous(movies) => ApiError::AmbiguousMovie(movies),
        LogReviewError::BeforeRelease(year) => ApiError::InvalidFields(before_release(year)),
        LogReviewError::MovieGone => ApiError::InvalidFields(unknown_movie()),
        LogReviewError::KeyReused => ApiError::Web(Error::Conflict(
            "Nothing was saved. Another review was logged with this idempotency key. Send a new \
             key to log this one."
                .to_owned(),
        )),
        LogReviewError::MemberGone => ApiError::Web(Error::SignInRequired),
        LogReviewError::Database(error) => ApiError::Web(error.into()),
    }
}

pub fn unknown_movie() -> FieldErrors {
    FieldErrors::single("movie_id", "There is no movie with this id.")
}

async fn logged_response(
    state: &AppState,
    viewer: &Viewer,
    logged: LoggedReview,
) -> Result<Response, ApiError> {
    let response = match review_response(state, viewer, logged.id).await {
        Err(ApiError::Web(Error::NotFound)) => {
            return Err(ApiError::Web(Error::Conflict(
                "The review that was logged with this idempotency key has been deleted.".to_owned(),
            )));
        }
        shown => shown?,
    };
    let status = if logged.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let location = [(LOCATION, paths::ApiReview { id: logged.id }.to_string())];
    Ok((status, location, response).into_response())
}

/// The review as `viewer` sees it. Its version is the state in the ETag.
pub async fn review_response(
    state: &AppState,
    viewer: &Viewer,
    id: i64,
) -> Result<JsonWithEtag, ApiError> {
    let entry = find(&state.db, viewer, id).await?;
    let entry = entry.ok_or(Error::NotFound)?;
    Ok(JsonWithEtag::strong(
        &Review::of(&entry, viewer),
        &entry.version,
    )?)
}

/// Show a single review
#[utoipa::path(
    get,
    path = "/api/reviews/{id}",
    tag = "Reviews",
    security((), ("token" = [])),
    params(("id" = i64, Path, description = "The id of the review.")),
    responses(
        (status = 200, description = "The review.", body = Review)
    )
)]
pub async fn show(
    viewer: Viewer,
    State(state): State<AppState>,
    PathId(id): PathId,
) -> Result<JsonWithEtag, ApiError> {
    review_response(&state, &viewer, id).await
}

/// Change a review
///
/// With `if-match`, the change fails if the review has changed in the meantime.
#[utoipa::path(
    patch,
    path = "/api/reviews/{id}",
    tag = "Reviews",
    request_body = ReviewChange,
    params(
        ("id" = i64, Path, description = "The id of the review."),
        ("if-match" = Option<String>, Header, description = "The ETag of the review as it was read."),
    ),
    responses(
        (status = 200, description = "The review after the change.", body = Review)
    )
)]
pub async fn change(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    PathId(id): PathId,
    headers: HeaderMap,
    Json(change): Json<ReviewChange>,
) -> Result<JsonWithEtag, ApiError> {
    let member = &bearer.member;
    let mut attempts = Attempts::allowed_by(&headers);
    loop {
        let result = try_to_change(&state, &viewer, member, id, &headers, change.clone()).await;
        if !attempts.should_retry(&result) {
            return result;
        }
    }
}

async fn try_to_change(
    state: &AppState,
    viewer: &Viewer,
    member: &Member,
    id: i64,
    headers: &HeaderMap,
    change: ReviewChange,
) -> Result<JsonWithEtag, ApiError> {
    let AppState { db, clock, .. } = state;
    let entry = find_own(db, member.id, id).await?.ok_or(Error::NotFound)?;
    check_if_match(headers, &entry.version)?;
    let diary = member.diary_visibility.name();
    let change = change
        .apply_to_form(RawReview::from_entry(&entry), diary)
        .and_then(|form| form.check_edit(clock.today(viewer.zone), entry.watched_on))
        .map_err(ApiError::InvalidFields)?;
    let changed = commands::edit_review(db, clock, member.id, id, change).await;
    changed.map_err(change_error)?;
    review_response(state, viewer, id).await
}

/// Checks `if-match` against the member's own review and returns its version. `None` if the header
/// is missing.
pub async fn expected_version(
    db: &Db,
    member: MemberId,
    id: i64,
    headers: &HeaderMap,
) -> Result<Option<i32>, ApiError> {
    if !headers.contains_key(IF_MATCH) {
        return Ok(None);
    }
    let entry = find_own(db, member, id).await?.ok_or(Error::NotFound)?;
    check_if_match(headers, &entry.version)?;
    Ok(Some(entry.version))
}

/// Delete a review
///
/// A deleted review can be restored for 24 hours.
#[utoipa::path(
    delete,
    path = "/api/reviews/{id}",
    tag = "Reviews",
    params(
        ("id" = i64, Path, description = "The id of the review."),
        ("if-match" = Option<String>, Header, description = "The ETag of the review as it was read."),
    ),
    responses((status = 204, description = "The review was deleted."))
)]
pub async fn delete(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let member = bearer.member.id;
    let version = expected_version(&state.db, member, id, &headers).await?;
    let deleted = commands::delete(&state.diary, member, id, version).await;
    deleted.map_err(change_error)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restore a deleted review
///
/// Only within 24 hours of its deletion. A review that is not deleted stays as it is.
#[utoipa::path(
    post,
    path = "/api/reviews/{id}/restore",
    tag = "Reviews",
    params(("id" = i64, Path, description = "The id of the review.")),
    responses((status = 200, description = "The restored review.", body = Review))
)]
pub async fn restore(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    PathId(id): PathId,
) -> Result<JsonWithEtag, ApiError> {
    no_content_if(commands::restore(&state.diary, bearer.member.id, id).await?)?;
    review_response(&state, &viewer, id).await
}
