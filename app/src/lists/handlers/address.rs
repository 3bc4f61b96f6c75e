//! The secret address of a list.

use axum::extract::State;

use super::show::{ShownList, list_page};
use crate::AppState;
use crate::accounts::{Member, SecurityEvent, Viewer, log_security_event};
use crate::db::Db;
use crate::lists::commands::address::{create_address, revoke_address};
use crate::lists::queries::find_own_list;
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{ClientAddress, Done, Error, Form, Origin, Page};

/// `POST /lists/{id}/address`: creates or replaces the secret address of the member’s own list.
pub async fn create(
    paths::ListAddress { id }: paths::ListAddress,
    viewer: Viewer,
    member: Member,
    origin: Origin,
    client: ClientAddress,
    State(state): State<AppState>,
    _: Form<EmptyForm>,
) -> Result<Page, Error> {
    let code = create_address(&state.db, &state.clock, member.id, id).await?;
    let event = SecurityEvent::ListAddressCreated;
    log_security_event(event, client, Some(&member.username));
    let list = find_own_list(&state.db, &viewer, id).await?;
    let list = list.ok_or(Error::NotFound)?;
    let shown = ShownList {
        new_address: Some(origin.url_of(paths::film_list(code.expose()))),
        ..ShownList::default()
    };
    list_page(&state, &viewer, &list, shown).await
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
