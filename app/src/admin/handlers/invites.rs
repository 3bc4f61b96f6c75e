//! Handlers of invitations.

use axum::extract::State;
use entity::one_time_link::LinkPurpose;

use super::NEW_INVITATION;
use crate::accounts::{
    Accounts, Admin, Reveal, RevealHeaders, SecurityEvent, commands, issue_link, log_security_event,
};
use crate::db::Db;
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{ClientAddress, Done, Error, Form};

/// `POST /admin/invites`: creates an invitation, whose link the page then shows.
pub async fn create(
    _: paths::AdminInvites,
    Admin(admin): Admin,
    State(accounts): State<Accounts>,
    client: ClientAddress,
    _: Form<EmptyForm>,
) -> Result<(RevealHeaders, Done), Error> {
    let issuer = Some(admin.id);
    let code = issue_link(
        &accounts.db,
        &accounts.clock,
        LinkPurpose::Invite,
        None,
        issuer,
    )
    .await?;
    let by = admin.username.as_str();
    log_security_event(SecurityEvent::InvitationCreated { by }, client, None);
    let kept = Reveal::keep(&admin, NEW_INVITATION, code.expose());
    Ok((kept, Done::redirect_to(paths::Admin)))
}

/// `POST /admin/invites/{id}/ending`: revokes an invitation.
pub async fn revoke(
    paths::AdminInviteEnding { id }: paths::AdminInviteEnding,
    Admin(admin): Admin,
    State(db): State<Db>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    if commands::revoke_invite(&db, admin.id, id).await? {
        Ok(Done::redirect_to(paths::Admin))
    } else {
        Err(Error::NotFound)
    }
}
