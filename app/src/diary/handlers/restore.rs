//! Restoring a deleted review.

use axum::extract::State;

use crate::accounts::{Member, Viewer};
use crate::diary::DiaryWriter;
use crate::diary::components::{RenderContext, entry};
use crate::diary::{commands, queries};
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{Done, Error, Form};

/// `POST /reviews/{id}/restoration`: restores the member's own review.
pub async fn restore(
    paths::ReviewRestoration { id }: paths::ReviewRestoration,
    viewer: Viewer,
    member: Member,
    State(writer): State<DiaryWriter>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    if !commands::restore(&writer, member.id, id).await? {
        return Err(Error::NotFound);
    }
    let review = queries::find(&writer.db, &viewer, id)
        .await?
        .ok_or(Error::NotFound)?;
    let context = RenderContext::new(&viewer, writer.clock.now());
    Ok(Done::redirect_to(paths::Review { id })
        .fragment(entry(&review, context, true))
        .announce(format!("Restored {}.", review.title)))
}
