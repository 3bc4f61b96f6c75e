//! `/api/export/{format}`: taking everything away.

use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::response::Response;

use crate::accounts::Viewer;
use crate::api::caller::ReadAccess;
use crate::api::problem::ApiError;
use crate::transfer::exports::{ExportFormat, Exporter, Exports};
use crate::web::Error;

/// Download an export
///
/// Everything of yours in one of these formats:
///
/// - `archive`: a zip with everything, which an import reads back without loss
/// - `csv`: your diary as a table
/// - `json`: your diary as JSON
/// - `letterboxd`: a zip of tables that Letterboxd imports
/// - `imdb`: a table of ratings like that of IMDb
/// - `trakt`: a zip of JSON like that of Trakt
///
/// It is sent as it is written, so its length is not known before. If it cannot be completed, the
/// connection is closed before its end. At most two of your exports are sent at once.
#[utoipa::path(
    get,
    path = "/api/export/{format}",
    tag = "Exports",
    params(("format" = inline(ExportFormat), Path, description = "The format.")),
    responses(
        (
            status = 200,
            description = "The export as a file.",
            content((Vec<u8> = "application/zip"), (String = "text/csv"), (Object = "application/json")),
        ),
        (status = 409, description = "Two of your exports are being sent already.", body = crate::api::problem::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn download(
    ReadAccess(bearer): ReadAccess,
    viewer: Viewer,
    State(exporter): State<Exporter>,
    State(exports): State<Exports>,
    PathFormat(format): PathFormat,
) -> Result<Response, ApiError> {
    let permit = exports.start(bearer.member.id)?;
    Ok(exporter.download(permit, &bearer.member, viewer.zone, format))
}

/// The name of an export format in the path. Any other name is a 404.
#[derive(Debug)]
pub struct PathFormat(pub ExportFormat);

impl<S: Send + Sync> FromRequestParts<S> for PathFormat {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(name) = Path::<String>::from_request_parts(parts, state).await?;
        let format = ExportFormat::parse(&name);
        format.map(Self).ok_or(ApiError::Web(Error::NotFound))
    }
}
