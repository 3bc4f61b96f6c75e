//! The steps of an import that is read: writing it, pausing, taking it back, deleting it.

use axum::extract::State;

use crate::accounts::Member;
use crate::db::Db;
use crate::events::EventSender;
use crate::paths;
use crate::settings::import_form::RawImportOptions;
use crate::transfer::commands::{
    confirm_import, delete_import, pause_import, resume_import, undo_import,
};
use crate::transfer::remove_objects;
use crate::transfer::work::ImportWorker;
use crate::web::form::EmptyForm;
use crate::web::{Done, Error, Form};

/// `POST /settings/import/{id}/confirmation`: has the import written.
pub async fn confirm(
    paths::ImportConfirmation { id }: paths::ImportConfirmation,
    member: Member,
    State(db): State<Db>,
    State(events): State<EventSender>,
    Form(raw): Form<RawImportOptions>,
) -> Result<Done, Error> {
    let options = raw.check()?;
    confirm_import(&db, &events, member.id, id, Some(options)).await?;
    Ok(Done::redirect_to(paths::Import { id }))
}

/// `POST /settings/import/{id}/pausing`: stops the writing for now.
pub async fn pause(
    paths::ImportPausing { id }: paths::ImportPausing,
    member: Member,
    State(db): State<Db>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    pause_import(&db, member.id, id).await?;
    Ok(Done::redirect_to(paths::Import { id }))
}

/// `POST /settings/import/{id}/resuming`: goes on with the writing.
pub async fn resume(
    paths::ImportResuming { id }: paths::ImportResuming,
    member: Member,
    State(db): State<Db>,
    State(events): State<EventSender>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    resume_import(&db, &events, member.id, id).await?;
    Ok(Done::redirect_to(paths::Import { id }))
}

/// `POST /settings/import/{id}/undoing`: takes back what the import wrote.
pub async fn undo(
    paths::ImportUndoing { id }: paths::ImportUndoing,
    member: Member,
    State(db): State<Db>,
    State(events): State<EventSender>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    undo_import(&db, &events, member.id, id).await?;
    Ok(Done::redirect_to(paths::Import { id }))
}

/// `POST /settings/import/{id}/deletion`: deletes an import of which nothing is in the diary.
pub async fn delete(
    paths::ImportDeletion { id }: paths::ImportDeletion,
    member: Member,
    State(worker): State<ImportWorker>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let objects = delete_import(&worker.diary.db, member.id, id).await?;
    remove_objects(&worker, &objects).await;
    Ok(Done::redirect_to(paths::Imports))
}
