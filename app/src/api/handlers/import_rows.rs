//! `/api/imports/{id}/rows`: what becomes of each row, and deciding which film it means.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::imports::own_import;
use super::reviews::unknown_movie;
use crate::AppState;
use crate::api::body::{Json, PathId, PathIds, StrictQuery};
use crate::api::caller::{ReadAccess, WriteAccess};
use crate::api::pagination::{RequestUri, list_response};
use crate::api::problem::{ApiError, Problem};
use crate::api::schema::{ImportRowBody, ImportRowQuery, ImportRows, RowDecision};
use crate::transfer::commands::{ImportError, decide_film};
use crate::transfer::problems_csv;
use crate::transfer::queries::{ROWS_PER_PAGE, film_of_row, find_row, import_rows};
use crate::web::Error;

/// List the rows of an import
///
/// Each with what becomes of it, in the order of the files. They are complete once the state of the
/// import is `ready`.
#[utoipa::path(
    get,
    path = "/api/imports/{id}/rows",
    tag = "Imports",
    params(("id" = i64, Path, description = "The id of the import."), ImportRowQuery),
    responses((status = 200, description = "A page of the rows.", body = ImportRows))
)]
pub async fn list(
    ReadAccess(bearer): ReadAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
    uri: RequestUri,
    StrictQuery(query): StrictQuery<ImportRowQuery>,
) -> Result<Response, ApiError> {
    own_import(&state, bearer.member.id, id).await?;
    let rows = import_rows(&state.db, id, query.filter(), ROWS_PER_PAGE).await?;
    let last = rows.rows.last().filter(|_| rows.has_more);
    let page = ImportRows {
        next: uri.next_page(last.map(|row| row.row)),
        rows: rows.rows.into_iter().map(ImportRowBody::from).collect(),
    };
    list_response(&page, page.next.as_deref())
}

/// Decide which film a row means
///
/// For all rows of the import that name the film alike. If the import is written already, they are
/// written now.
#[utoipa::path(
    patch,
    path = "/api/imports/{id}/rows/{row}",
    tag = "Imports",
    request_body = RowDecision,
    params(
        ("id" = i64, Path, description = "The id of the import."),
        ("row" = i64, Path, description = "The number of the row."),
    ),
    responses(
        (status = 200, description = "The row as it is decided.", body = ImportRowBody),
        (status = 409, description = "The import is in a state in which nothing can be decided, or the row names no film.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn decide(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathIds(id, row): PathIds,
    Json(decision): Json<RowDecision>,
) -> Result<Json<ImportRowBody>, ApiError> {
    let member = bearer.member.id;
    own_import(&state, member, id).await?;
    let film = film_to_decide(&state, id, row).await?;
    let choice = decision.check().map_err(ApiError::InvalidFields)?;
    let decided = decide_film(&state.diary, &state.events, member, id, film, choice).await;
    decided.map_err(|error| match error {
        ImportError::MovieGone => ApiError::InvalidFields(unknown_movie()),
        error => ApiError::Web(error.into()),
    })?;
    let decided = find_row(&state.db, id, row).await?;
    Ok(Json(decided.ok_or(Error::NotFound)?.into()))
}

/// The film that the row names.
async fn film_to_decide(state: &AppState, import: i64, row: i64) -> Result<i64, ApiError> {
    if let Some(film) = film_of_row(&state.db, import, row).await? {
        return Ok(film);
    }
    find_row(&state.db, import, row)
        .await?
        .ok_or(Error::NotFound)?;
    let advice = "This row names no film, so there is nothing to decide. Mend the file, and import it again.";
    Err(ApiError::Web(Error::Conflict(advice.to_owned())))
}

/// List what is left out, as CSV
///
/// All rows that are skipped, undecided or failed, with the columns `file`, `line`, `reason`,
/// `title` and `raw`, the row as it stands in the file. A title that a spreadsheet would take for
/// a formula begins with an apostrophe.
#[utoipa::path(
    get,
    path = "/api/imports/{id}/problems.csv",
    tag = "Imports",
    params(("id" = i64, Path, description = "The id of the import.")),
    responses((status = 200, description = "The rows as CSV.", body = String, content_type = "text/csv"))
)]
pub async fn problems(
    ReadAccess(bearer): ReadAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
) -> Result<Response, ApiError> {
    own_import(&state, bearer.member.id, id).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"problems.csv\""),
        (CACHE_CONTROL, "private, no-store"),
    ];
    let body = Body::from_stream(problems_csv(state.db, id));
    Ok((headers, body).into_response())
}
