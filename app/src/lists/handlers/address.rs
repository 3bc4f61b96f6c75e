//! The secret address of a list.

use axum::extract::State;

use super::show::address_purpose;
use crate::accounts::{Member, Reveal, RevealHeaders, SecurityEvent, log_security_event};
use crate::clock::Clock;
use crate::db::Db;
use crate::lists::commands::address::{create_address, revoke_address};
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{ClientAddress, Done, Error, Form};

/// `POST /lists/{id}/address`: creates or replaces the secret address of the member’s own list.
pub async fn create(
    paths::ListAddress { id }: paths::ListAddress,
    member: Member,
    client: ClientAddress,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<EmptyForm>,
) -> Result<(RevealHeaders, Done), Error> {
    let code = create_address(&db, &clock, member.id, id).await?;
    let event = SecurityEvent::ListAddressCreated;
    log_security_event(event, client, Some(&member.username));
    let kept = Reveal::keep(&member, &address_purpose(id), code.expose());
    Ok((kept, Done::redirect_to(paths::List { id })))
}

/// `POST /lists/{id}/address/ending`: revokes the secret address of the member’s own list.
pub async fn revoke(
    paths::ListAddressEnding { id }: paths::ListAddressEnding,
    member: Member,
    State(db): State<Db>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    revoke_address(&db, member.id, id).await?;
    Ok(Done::redirect_to(paths::List { id }))
}
