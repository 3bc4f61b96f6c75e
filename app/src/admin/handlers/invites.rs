//! Handlers of invitations.

use std::sync::Arc;

use axum::extract::State;
use entity::one_time_link::LinkPurpose;

use super::{admin_page, link_address};
use crate::accounts::{
    Accounts, Admin, SecurityEvent, Viewer, commands, issue_link, log_security_event,
};
use crate::catalog::CatalogBuilds;
use crate::db::Db;
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{ClientAddress, Done, Error, Form, Origin, Page};

/// `POST /admin/invites`: creates an invitation and shows its link once.
pub async fn create(
    _: paths::AdminInvites,
    Admin(admin): Admin,
    viewer: Viewer,
    State(accounts): State<Accounts>,
    State(builds): State<Arc<CatalogBuilds>>,
    origin: Origin,
    client: ClientAddress,
    _: Form<EmptyForm>,
) -> Result<Page, Error> {
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
    let address = link_address(&origin, paths::Register, &code);
    let link = Some(("New invitation", address.as_str()));
    admin_page(&accounts, &builds, &viewer, "", link).await
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
