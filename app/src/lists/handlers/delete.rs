//! Deleting a list, and restoring it.

use axum::extract::State;

use crate::accounts::Member;
use crate::clock::Clock;
use crate::db::Db;
use crate::lists::commands;
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{Done, Error, Form};

/// `POST /lists/{id}/deletion`: deletes the member's own list.
pub async fn delete(
    paths::ListDeletion { id }: paths::ListDeletion,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    commands::delete_list(&db, &clock, member.id, id, None).await?;
    Ok(Done::redirect_to(paths::MemberLists::of(&member.username)))
}

/// `POST /lists/{id}/restoration`: restores the member's own list.
pub async fn restore(
    paths::ListRestoration { id }: paths::ListRestoration,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    match commands::restore_list(&db, &clock, member.id, id).await? {
        true => Ok(Done::redirect_to(paths::List { id })),
        false => Err(Error::NotFound),
    }
}
