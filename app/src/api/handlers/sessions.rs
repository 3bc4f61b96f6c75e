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

/// A browser that is signed in.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Session {
    /// Names it where it is ended.
    id: i64,
    /// The browser, as it names itself.
    user_agent: String,
    /// Since when.
    created_at: DateTime<Utc>,
    /// When it was last used, to the day.
    seen_at: DateTime<Utc>,
}

/// The newest hundred.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Sessions {
    /// The last used first.
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

/// Lists the browsers that one is signed in with
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

/// Signs one browser out
#[utoipa::path(
    delete,
    path = "/api/me/sessions/{id}",
    tag = "Me",
    params(("id" = i64, Path, description = "Which session.")),
    responses(
        (status = 204, description = "It is signed out."),
    )
)]
pub(in crate::api) async fn end(
    Writer(bearer): Writer,
    State(accounts): State<Accounts>,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    ended(commands::end_session(&accounts.db, bearer.member.id, id).await?)
}
