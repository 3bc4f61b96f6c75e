//! Handlers of the member's sessions.

use axum::extract::State;

use super::redirect_saved;
use crate::accounts::{Auth, Member, commands, current_session_hash};
use crate::db::Db;
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{Done, Error, Form};

/// `POST /settings/sessions/{id}/ending`: ends one session.
pub async fn end(
    paths::SettingsSessionEnding { id }: paths::SettingsSessionEnding,
    member: Member,
    State(db): State<Db>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    if commands::end_session(&db, member.id, id).await? {
        Ok(redirect_saved("sessions"))
    } else {
        Err(Error::NotFound)
    }
}

/// `POST /settings/sessions/ending`: ends all other sessions and all tokens.
pub async fn end_others(
    _: paths::SettingsOtherSessionsEnding,
    member: Member,
    auth: Auth,
    State(db): State<Db>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    commands::sign_out_elsewhere(&db, member.id, current_session_hash(&auth)).await?;
    Ok(redirect_saved("sessions"))
}
