//! Deleting a review.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::accounts::Member;
use crate::diary::DiaryWriter;
use crate::diary::commands::{self, EditError};
use crate::diary::components::entry::deleted_entry;
use crate::diary::queries;
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{Done, Error, Form};

/// `POST /reviews/{id}/deletion`: deletes the member's own review.
pub async fn delete(
    paths::ReviewDeletion { id }: paths::ReviewDeletion,
    member: Member,
    State(writer): State<DiaryWriter>,
    _: Form<EmptyForm>,
) -> Result<Response, Error> {
    let before = queries::find_own(&writer.db, member.id, id).await?;
    match commands::delete(&writer, member.id, id, None).await {
        Ok(()) => {}
        Err(EditError::Database(error)) => return Err(error.into()),
        Err(EditError::Gone | EditError::Stale) => return Err(Error::NotFound),
    }
    let done = Done::redirect_to(paths::DeletedReviews);
    Ok(match before {
        Some(review) => done
            .fragment(deleted_entry(&review, true))
            .announce(format!("Deleted {}. You can undo it.", review.title)),
        None => done,
    }
    .into_response())
}
