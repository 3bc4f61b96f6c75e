//! The secret address of the member's calendar.

use axum::extract::State;
use entity::AddressPurpose;

use crate::accounts::commands::{create_secret_address, revoke_secret_address};
use crate::accounts::{Member, Reveal, RevealHeaders, SecurityEvent, log_security_event};
use crate::clock::Clock;
use crate::db::Db;
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{ClientAddress, Done, Error, Form};

/// `POST /settings/calendar/address`: creates or replaces the secret address.
pub async fn create(
    _: paths::SettingsCalendarAddress,
    member: Member,
    client: ClientAddress,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<EmptyForm>,
) -> Result<(RevealHeaders, Done), Error> {
    let purpose = AddressPurpose::Calendar;
    let code = create_secret_address(&db, &clock, member.id, purpose).await?;
    let event = SecurityEvent::AddressCreated(purpose);
    log_security_event(event, client, Some(&member.username));
    let kept = Reveal::keep(&member, purpose.name(), code.expose());
    Ok((kept, Done::redirect_to(paths::SettingsFeeds)))
}

/// `POST /settings/calendar/address/ending`: revokes the secret address.
pub async fn revoke(
    _: paths::SettingsCalendarAddressEnding,
    member: Member,
    State(db): State<Db>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    revoke_secret_address(&db, member.id, AddressPurpose::Calendar).await?;
    Ok(Done::redirect_to(paths::SettingsFeeds))
}
