//! `/api/me/sessions`: the caller's sessions in browsers.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::no_content_if;
use crate::accounts::queries::SessionRow;
use crate::accounts::{Accounts, commands, queries};
use crate::api::body::PathId;
use crate::api::caller::{ReadAccess, WriteAccess};
use crate::api::etag::JsonWithEtag;
use crate::api::problem::ApiError;

/// A browser in which the member is signed in.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// The id of the session.
    id: i64,
    /// The `user-agent` of the browser.
    user_agent: String,
    /// The time at which the member signed in.
    created_at: DateTime<Utc>,
    /// The time of the last use, accurate to a day.
    seen_at: DateTime<Utc>,
}

/// All browser sessions of a member.
#[derive(Serialize, ToSchema)]
pub struct Sessions {
    /// At most 100 sessions, most recently used first.
    sessions: Vec<Session>,
}

impl From<SessionRow> for Session {
    fn from(open: SessionRow) -> Self {
        Self {
            id: open.id,
            user_agent: open.user_agent,
            created_at: open.created_at,
            seen_at: open.seen_at,
        }
    }
}

/// List your browser sessions
#[utoipa::path(
    get,
    path = "/api/me/sessions",
    tag = "Me",
    responses(
        (status = 200, description = "The sessions.", body = Sessions),
    )
)]
pub async fn list(
    ReadAccess(bearer): ReadAccess,
    State(accounts): State<Accounts>,
) -> Result<JsonWithEtag, ApiError> {
    let open = queries::sessions_of(&accounts.db, &accounts.clock, bearer.member.id).await?;
    let sessions = open.into_iter().map(Session::from).collect();
    Ok(JsonWithEtag::weak(&Sessions { sessions })?)
}

/// Sign out a browser
#[utoipa::path(
    delete,
    path = "/api/me/sessions/{id}",
    tag = "Me",
    params(("id" = i64, Path, description = "The id of the session.")),
    responses(
        (status = 204, description = "The browser was signed out."),
    )
)]
pub async fn end(
    WriteAccess(bearer): WriteAccess,
    State(accounts): State<Accounts>,
    PathId(id): PathId,
) -> Result<StatusCode, ApiError> {
    no_content_if(commands::end_session(&accounts.db, bearer.member.id, id).await?)
}
