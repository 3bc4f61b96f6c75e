//! Handlers that change one member: a reset link, the role, and whether the account is enabled.

use axum::extract::State;
use entity::member::Role;
use entity::one_time_link::LinkPurpose;

use super::reset_purpose;
use crate::accounts::{
    Accounts, Admin, Reveal, RevealHeaders, SecurityEvent, commands, issue_link,
    log_security_event, queries,
};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::DiaryWriter;
use crate::diary::commands::{disable_member, enable_member};
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{ClientAddress, Done, Error, Form};

/// `POST /admin/members/{id}/reset`: creates a password reset link, which the page then shows.
pub async fn create_reset_link(
    paths::AdminReset { id }: paths::AdminReset,
    Admin(admin): Admin,
    State(accounts): State<Accounts>,
    client: ClientAddress,
    _: Form<EmptyForm>,
) -> Result<(RevealHeaders, Done), Error> {
    let member = queries::find_enabled(&accounts.db, id)
        .await?
        .ok_or(Error::NotFound)?;
    let issuer = Some(admin.id);
    let code = issue_link(
        &accounts.db,
        &accounts.clock,
        LinkPurpose::Reset,
        Some(id),
        issuer,
    )
    .await?;
    let by = admin.username.as_str();
    log_security_event(
        SecurityEvent::ResetLinkCreated { by },
        client,
        Some(&member.username),
    );
    let kept = Reveal::keep(&admin, &reset_purpose(id), code.expose());
    Ok((kept, Done::redirect_to(paths::Admin)))
}

/// `POST /admin/members/{id}/promotion`: makes a member an admin.
pub async fn promote(
    paths::AdminPromotion { id }: paths::AdminPromotion,
    Admin(admin): Admin,
    State(db): State<Db>,
    client: ClientAddress,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let username = commands::set_role(&db, admin.id, id, Role::Admin).await?;
    let by = admin.username.as_str();
    log_security_event(SecurityEvent::Promoted { by }, client, Some(&username));
    Ok(Done::redirect_to(paths::Admin))
}

/// `POST /admin/members/{id}/demotion`: makes an admin a regular member.
pub async fn demote(
    paths::AdminDemotion { id }: paths::AdminDemotion,
    Admin(admin): Admin,
    State(db): State<Db>,
    client: ClientAddress,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let username = commands::set_role(&db, admin.id, id, Role::Member).await?;
    let by = admin.username.as_str();
    log_security_event(SecurityEvent::Demoted { by }, client, Some(&username));
    Ok(Done::redirect_to(paths::Admin))
}

/// `POST /admin/members/{id}/disabling`: disables an account.
pub async fn disable(
    paths::AdminDisabling { id }: paths::AdminDisabling,
    Admin(admin): Admin,
    State(diary): State<DiaryWriter>,
    client: ClientAddress,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let username = disable_member(&diary, admin.id, id).await?;
    let by = admin.username.as_str();
    log_security_event(SecurityEvent::Disabled { by }, client, Some(&username));
    Ok(Done::redirect_to(paths::Admin))
}

/// `POST /admin/members/{id}/enabling`: enables an account again.
pub async fn enable(
    paths::AdminEnabling { id }: paths::AdminEnabling,
    Admin(admin): Admin,
    State(db): State<Db>,
    State(clock): State<Clock>,
    client: ClientAddress,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let username = enable_member(&db, &clock, admin.id, id).await?;
    let by = admin.username.as_str();
    log_security_event(SecurityEvent::Enabled { by }, client, Some(&username));
    Ok(Done::redirect_to(paths::Admin))
}
