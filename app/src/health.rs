//! The health check, for monitoring.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::db::Db;
use crate::paths;
use crate::web::RawResponse;

/// `GET /health`: whether the database answers and its schema is the newest.
pub async fn show(_: paths::Health, State(db): State<Db>) -> Response {
    let (status, message) = if db.is_healthy().await {
        (StatusCode::OK, "ok\n")
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database is not ready\n",
        )
    };
    (status, Extension(RawResponse), message).into_response()
}
