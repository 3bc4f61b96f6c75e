//! The secret address of the member’s own watchlist.

use axum::extract::State;
use entity::AddressPurpose;

use super::show::watchlist_page;
use crate::AppState;
use crate::accounts::commands::{create_secret_address, revoke_secret_address};
use crate::accounts::{Member, SecurityEvent, Viewer, log_security_event};
use crate::db::Db;
use crate::paths;
use crate::watchlist::queries::find_watchlist_owner;
use crate::web::form::EmptyForm;
use crate::web::{ClientAddress, Done, Error, Form, Origin, Page};

/// `POST /watchlist/address`: creates or replaces the secret address.
pub async fn create(
    _: paths::WatchlistAddress,
    viewer: Viewer,
    member: Member,
    origin: Origin,
    client: ClientAddress,
    State(state): State<AppState>,
    _: Form<EmptyForm>,
) -> Result<Page, Error> {
    let purpose = AddressPurpose::Watchlist;
    let code = create_secret_address(&state.db, &state.clock, member.id, purpose).await?;
    let event = SecurityEvent::AddressCreated(purpose);
    log_security_event(event, client, Some(&member.username));
    let owner = find_watchlist_owner(&state.db, &viewer, &member.username).await?;
    let owner = owner.ok_or(Error::NotFound)?;
    let new = origin.url_of(paths::film_list(code.expose()));
    let params = paths::WatchlistParams::default();
    watchlist_page(&state, &viewer, &owner, &params, Some(&new)).await
}

/// `POST /watchlist/address/ending`: revokes the secret address.
pub async fn revoke(
    _: paths::WatchlistAddressEnding,
    member: Member,
    State(db): State<Db>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    revoke_secret_address(&db, member.id, AddressPurpose::Watchlist).await?;
    Ok(Done::redirect_to(paths::Watchlist::of(&member.username)))
}
