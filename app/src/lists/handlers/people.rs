//! Members who change a list together.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::show::{ShownList, list_page};
use crate::AppState;
use crate::accounts::{Member, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::lists::commands::{self, InviteError};
use crate::lists::form::RawListPerson;
use crate::lists::queries::{find_list, find_own_list};
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{Done, Error, FieldErrors, Form};

/// `POST /lists/{id}/members`: invites a member to the viewer's own list.
pub async fn invite(
    paths::ListPeople { id }: paths::ListPeople,
    viewer: Viewer,
    member: Member,
    State(state): State<AppState>,
    Form(raw): Form<RawListPerson>,
) -> Result<Response, Error> {
    let list = find_own_list(&state.db, &viewer, id).await?;
    let list = list.ok_or(Error::NotFound)?;
    let username = raw.username.trim().to_lowercase();
    let invited = commands::invite_member(&state.db, &state.clock, member.id, id, username).await;
    let message = match invited {
        Ok(()) => return Ok(Done::redirect_to(paths::List { id }).into_response()),
        Err(InviteError::List(error)) => return Err(error.into()),
        Err(error) => error.message().unwrap_or_default(),
    };
    let shown = ShownList {
        refused: Some((raw.username, FieldErrors::single("username", message))),
        ..ShownList::default()
    };
    let page = list_page(&state, &viewer, &list, shown).await?;
    Ok(page
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response())
}

/// `POST /lists/{id}/members/acceptance`: accepts an invitation.
pub async fn accept(
    paths::ListAcceptance { id }: paths::ListAcceptance,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    match commands::accept_invitation(&db, &clock, member.id, id).await? {
        true => Ok(Done::redirect_to(paths::List { id })),
        false => Err(Error::NotFound),
    }
}

/// `POST /lists/{id}/members/ending`: removes a member, leaves the list, or declines an
/// invitation.
pub async fn remove(
    paths::ListPersonEnding { id }: paths::ListPersonEnding,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    Form(raw): Form<RawListPerson>,
) -> Result<Done, Error> {
    if !commands::remove_member(&db, member.id, id, raw.username).await? {
        return Err(Error::NotFound);
    }
    // Whoever has left a private list sees it no more.
    Ok(match find_list(&db, &viewer, id).await? {
        Some(_) => Done::redirect_to(paths::List { id }),
        None => Done::redirect_to(paths::MemberLists::of(&member.username)),
    })
}
