//! Uploads files to import.

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use entity::Visibility;

use super::show::index_page;
use crate::accounts::{Auth, Member, Viewer, recheck_session};
use crate::paths;
use crate::settings::components::imports::start::FILES_TOO_LARGE;
use crate::transfer::messages::refusal_message;
use crate::transfer::work::ImportWorker;
use crate::transfer::{
    Answers, BeginImportError, FILE_FIELD, ImportOptions, ImportRequest, ImportUploads,
    InspectFilesError, ReceivedForm, begin_import, receive_form,
};
use crate::web::{Done, Error, FieldErrors, FileForm, read_if_accepted};

const NO_FILE: &str = "Choose a file first.";

/// `POST /settings/import`: begins an import with files.
pub async fn create(
    _: paths::Imports,
    viewer: Viewer,
    member: Member,
    auth: Auth,
    State(worker): State<ImportWorker>,
    State(uploads): State<ImportUploads>,
    request: Request,
) -> Result<Response, Error> {
    let (_permit, request) = read_if_accepted(uploads.start(member.id), request)?;
    let received = match receive(&worker, request).await {
        Ok(received) => received,
        Err(Error::TooLarge) => {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return form_again(&worker, &viewer, &member, status, FILES_TOO_LARGE).await;
        }
        Err(error) => return Err(error),
    };
    // The upload may have taken long: check that the session is still valid.
    let session = recheck_session(&auth, &worker.diary.db, &worker.diary.clock).await;
    if let Err(error) = session {
        received.discard(worker.posters.store()).await;
        return Err(error);
    }
    begin(&worker, &viewer, &member, received).await
}

async fn receive(worker: &ImportWorker, request: Request) -> Result<ReceivedForm, Error> {
    let FileForm(form) = FileForm::from_request(request, &()).await?;
    receive_form(worker.posters.store(), form).await
}

async fn begin(
    worker: &ImportWorker,
    viewer: &Viewer,
    member: &Member,
    received: ReceivedForm,
) -> Result<Response, Error> {
    let request = ImportRequest {
        options: default_options(member.diary_visibility),
        answers: Answers::default(),
        zone: viewer.zone,
        today: worker.diary.clock.today(viewer.zone),
    };
    let message = match begin_import(worker, member.id, received, request).await {
        Ok(id) => return Ok(Done::redirect_to(paths::Import { id }).into_response()),
        Err(BeginImportError::Files(InspectFilesError::NoFile)) => NO_FILE.to_owned(),
        Err(BeginImportError::Files(InspectFilesError::Refused(refused))) => {
            refusal_message(&refused)
        }
        Err(BeginImportError::Files(InspectFilesError::Storage(reason))) => {
            return Err(Error::Internal(reason));
        }
        Err(BeginImportError::Create(error)) => return Err(error.into()),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    form_again(worker, viewer, member, status, &message).await
}

/// Reviews are seen by those who see the diary.
fn default_options(visibility: Visibility) -> ImportOptions {
    ImportOptions {
        visibility,
        ..ImportOptions::default()
    }
}

/// The page again, with what is wrong beside the field.
async fn form_again(
    worker: &ImportWorker,
    viewer: &Viewer,
    member: &Member,
    status: StatusCode,
    message: &str,
) -> Result<Response, Error> {
    let errors = FieldErrors::single(FILE_FIELD, message);
    let (db, clock) = (&worker.diary.db, &worker.diary.clock);
    let page = index_page(db, clock, viewer, member, &errors).await?;
    Ok(page.status(status).into_response())
}
