//! The health check, for monitoring.

use std::fmt::Write;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::DbErr;

use crate::accounts::Viewer;
use crate::backup::backup_status;
use crate::web::RawResponse;
use crate::{AppState, api, paths};

/// `GET /health`: whether the database answers, is in its place, and has the newest schema.
/// Admins, signed in or with a token, also read how the latest backup went, which does not change
/// the status.
pub async fn show(
    _: paths::Health,
    viewer: Viewer,
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Response {
    let (status, message) = match state.db.find_problem().await {
        Some(problem) => (StatusCode::SERVICE_UNAVAILABLE, format!("{problem}\n")),
        None if is_admin(&viewer, &state, &headers).await => {
            let details = backup_details(&state).await.unwrap_or_default();
            (StatusCode::OK, format!("ok\n{details}"))
        }
        None => (StatusCode::OK, "ok\n".to_owned()),
    };
    (status, Extension(RawResponse), message).into_response()
}

async fn is_admin(viewer: &Viewer, state: &AppState, headers: &HeaderMap) -> bool {
    let signed_in = viewer.member.as_ref();
    if signed_in.is_some_and(|member| member.is_admin) {
        return true;
    }
    // An invalid token is no reason to report that the server is ill.
    let bearer = api::find_bearer(state, headers).await.ok().flatten();
    bearer.is_some_and(|bearer| bearer.member.is_admin)
}

async fn backup_details(state: &AppState) -> Result<String, DbErr> {
    let status = backup_status(&state.db).await?;
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut lines = String::new();
    if let Some(last) = &status.last {
        let bytes = last.bytes.unwrap_or_default();
        let _ = writeln!(
            lines,
            "last backup: {}, {bytes} bytes",
            time(last.started_at)
        );
    }
    if let Some(failure) = &status.failure {
        let error = failure.error.as_deref().unwrap_or_default();
        let _ = writeln!(
            lines,
            "backup failed: {}, {error}",
            time(failure.finished_at)
        );
    }
    if status.is_overdue(&state.config.backup, state.clock.now()) {
        lines.push_str("backup overdue\n");
    }
    Ok(lines)
}
