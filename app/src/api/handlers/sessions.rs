//! The browsers that one is signed in with.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::ended;
use crate::accounts::queries::OpenSession;
use crate::accounts::{Accounts, commands, queries};
use crate::api::body::Id;
use crate::api::caller::{Reader, Writer};
use crate::api::problem::Refusal;
use crate::api::tag::Tagged;

/// A browser in which the member is signed in.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Session {
    /// The id of the session.
    id: i64,
    /// The `user-agent` of the browser.
    user_agent: String,
    /// The time of signing in.
    created_at: DateTime<Utc>,
    /// The time of its last use, to the day.
    seen_at: DateTime<Utc>,
}

/// The browsers in which a member is signed in.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Sessions {
    /// At most 100 sessions, last used first.
    sessions: Vec<Session>,
}

impl From<OpenSession> for Session {
    fn from(open: OpenSession) -> Self {
        Self {
            id: open.id,
            user_agent: open.user_agent,
            created_at: open.created_at,
            seen_at: open.seen_at,
        }
    }
}

/// List your sessions in browsers
#[utoipa::path(
    get,
    path = "/api/me/sessions",
    tag = "Me",
    responses(
        (status = 200, description = "The sessions.", body = Sessions),
    )
)]
pub(in crate::api) async fn list(
    Reader(bearer): Reader,
    State(accounts): State<Accounts>,
) -> Result<Tagged, Refusal> {
    let open = queries::sessions(&accounts.db, &accounts.clock, bearer.member.id).await?;
    let sessions = open.into_iter().map(Session::from).collect();
    Ok(Tagged::new(&Sessions { sessions })?)
}

/// Sign a browser out
#[utoipa::path(
    delete,
    path = "/api/me/sessions/{id}",
    tag = "Me",
    params(("id" = i64, Path, description = "The id of the session.")),
    responses(
        (status = 204, description = "The browser is signed out."),
    )
)]
pub(in crate::api) async fn end(
    Writer(bearer): Writer,
    State(accounts): State<Accounts>,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    ended(commands::end_session(&accounts.db, bearer.member.id, id).await?)
}
