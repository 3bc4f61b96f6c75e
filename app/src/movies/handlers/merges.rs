//! Undoing merges of movies.

use axum::extract::State;

use crate::accounts::Admin;
use crate::diary::DiaryWriter;
use crate::diary::commands;
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{Done, Error, Form};

/// `POST /movies/merges/{id}/undoing`: an admin undoes a merge.
pub async fn undo(
    paths::MergeUndoing { id }: paths::MergeUndoing,
    Admin(admin): Admin,
    State(writer): State<DiaryWriter>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let movie = commands::undo_merge(&writer, admin.id, id).await?;
    Ok(Done::redirect_to(paths::Movie { id: movie }))
}
