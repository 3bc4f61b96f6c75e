//! Copying a list that the member may see.

use axum::extract::State;

use crate::accounts::{Member, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::lists::commands;
use crate::lists::queries::find_list;
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{Done, Error, Form};

/// `POST /lists/{id}/copying`: makes a list of the member's own with the same films.
pub async fn create(
    paths::ListCopying { id }: paths::ListCopying,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let original = find_list(&db, &viewer, id).await?;
    let original = original.ok_or(Error::NotFound)?;
    let copy = commands::copy_list(&db, &clock, member.id, &original).await?;
    Ok(Done::redirect_to(paths::List { id: copy }))
}
