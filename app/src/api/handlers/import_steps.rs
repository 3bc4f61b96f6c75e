//! The steps of an import: answers, confirmation, pausing, and taking it back.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use entity::import::ImportState;

use super::imports::{import_body, own_import};
use crate::AppState;
use crate::api::body::{Json, OptionalJson, PathId};
use crate::api::caller::WriteAccess;
use crate::api::etag::JsonWithEtag;
use crate::api::problem::{ApiError, Problem};
use crate::api::schema::{ImportBody, ImportOptionsChange, check_answers};
use crate::transfer::Answers;
use crate::transfer::commands;
use crate::transfer::queries::open_questions;

/// Answer what the files leave open
///
/// The state stays `questions` while some are open; otherwise, the files are read. Answers that are
/// left out stay as they are.
#[utoipa::path(
    post,
    path = "/api/imports/{id}/answers",
    tag = "Imports",
    request_body = Answers,
    params(("id" = i64, Path, description = "The id of the import.")),
    responses(
        (status = 200, description = "The import, with what is still open.", body = ImportBody),
        (status = 409, description = "Nothing is to be answered.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn answer(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
    Json(answers): Json<Answers>,
) -> Result<JsonWithEtag, ApiError> {
    let member = bearer.member.id;
    let import = own_import(&state, member, id).await?;
    if import.summary.state == ImportState::Questions {
        let completed = import.answers.completed_by(answers.clone());
        let open = open_questions(&state.db, id, &completed).await?;
        check_answers(&answers, &open).map_err(ApiError::InvalidFields)?;
    }
    commands::answer_questions(&state.db, &state.events, member, id, answers).await?;
    import_body(&state, member, id).await
}

/// Confirm an import
///
/// It is written to your diary after the response, with the options if you send some. Rows that are
/// undecided wait: decide them later, and they are written then.
#[utoipa::path(
    post,
    path = "/api/imports/{id}/confirmation",
    tag = "Imports",
    request_body = Option<ImportOptionsChange>,
    params(("id" = i64, Path, description = "The id of the import.")),
    responses(
        (status = 202, description = "It is being written.", body = ImportBody),
        (status = 409, description = "It is not ready, or written already.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn confirm(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
    OptionalJson(change): OptionalJson<ImportOptionsChange>,
) -> Result<Response, ApiError> {
    let member = bearer.member.id;
    let import = own_import(&state, member, id).await?;
    let options = change.map(|change| change.apply_to(import.options));
    commands::confirm_import(&state.db, &state.events, member, id, options).await?;
    let body = import_body(&state, member, id).await?;
    Ok((StatusCode::ACCEPTED, body).into_response())
}

/// Stop writing for now
///
/// What is written stays. Go on with `resumption`, or take it back with `undoing`.
#[utoipa::path(
    post,
    path = "/api/imports/{id}/pause",
    tag = "Imports",
    params(("id" = i64, Path, description = "The id of the import.")),
    responses(
        (status = 200, description = "It is paused.", body = ImportBody),
        (status = 409, description = "It is not being written.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn pause(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
) -> Result<JsonWithEtag, ApiError> {
    commands::pause_import(&state.db, bearer.member.id, id).await?;
    import_body(&state, bearer.member.id, id).await
}

/// Go on with writing
#[utoipa::path(
    post,
    path = "/api/imports/{id}/resumption",
    tag = "Imports",
    params(("id" = i64, Path, description = "The id of the import.")),
    responses(
        (status = 202, description = "It is being written.", body = ImportBody),
        (status = 409, description = "It is not being written.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn resume(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
) -> Result<Response, ApiError> {
    let member = bearer.member.id;
    commands::resume_import(&state.db, &state.events, member, id).await?;
    let body = import_body(&state, member, id).await?;
    Ok((StatusCode::ACCEPTED, body).into_response())
}

/// Take an import back
///
/// All that it wrote leaves your diary, but for what you have edited since.
#[utoipa::path(
    post,
    path = "/api/imports/{id}/undoing",
    tag = "Imports",
    params(("id" = i64, Path, description = "The id of the import.")),
    responses(
        (status = 202, description = "It is being taken back.", body = ImportBody),
        (status = 409, description = "It is not written to its end, and not paused.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn undo(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
) -> Result<Response, ApiError> {
    let member = bearer.member.id;
    commands::undo_import(&state.db, &state.events, member, id).await?;
    let body = import_body(&state, member, id).await?;
    Ok((StatusCode::ACCEPTED, body).into_response())
}
