//! `/api/imports`: diaries from other services, from the upload to the end.

use axum::extract::{FromRef, FromRequest, Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::AppState;
use crate::accounts::{MemberId, Viewer};
use crate::api::body::{Json, PathId, parse_json_field, require_content_type};
use crate::api::caller::{ReadAccess, WriteAccess, require_valid_token};
use crate::api::etag::JsonWithEtag;
use crate::api::problem::{ApiError, Problem};
use crate::api::schema::{
    ImportBody, ImportChange, ImportForm, ImportInList, ImportOptionsChange, Imports, check_scale,
};
use crate::paths;
use crate::transfer::commands;
use crate::transfer::queries::{ImportDetails, find_import, imports_of};
use crate::transfer::work::ImportWorker;
use crate::transfer::{
    Answers, BeginImportError, FILE_FIELD, ImportOptions, ImportRequest, InspectFilesError,
    ReceivedForm, begin_import, receive_form, remove_objects,
};
use crate::web::{Error, FieldErrors, FileForm, read_if_accepted};

/// List your imports
///
/// All of them, the newest first.
#[utoipa::path(
    get,
    path = "/api/imports",
    tag = "Imports",
    responses((status = 200, description = "Your imports.", body = Imports))
)]
pub async fn list(
    ReadAccess(bearer): ReadAccess,
    State(state): State<AppState>,
) -> Result<JsonWithEtag, ApiError> {
    let imports = imports_of(&state.db, bearer.member.id).await?;
    let imports = imports.into_iter().map(ImportInList::from).collect();
    Ok(JsonWithEtag::weak(&Imports { imports })?)
}

/// Begin an import
///
/// Send the files of one export as they are: a zip, or the files in it. They are recognised by what
/// is in them, and read after the response: read the import until its state is `ready`, or
/// `questions` if something has to be answered first. Nothing is in your diary before you confirm.
/// A problem names the file that nothing can be made of, and why.
#[utoipa::path(
    post,
    path = "/api/imports",
    tag = "Imports",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "The files were received.", body = ImportBody, headers(("location" = String, description = "The address of the import."))),
        (status = 409, description = "Another import of yours is running, or too many wait to be confirmed.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ApiError> {
    require_content_type(&headers, &["multipart/form-data"])?;
    let member = bearer.member.id;
    let (_permit, request) = read_if_accepted(state.import_uploads.start(member), request)?;
    let FileForm(form) = FileForm::from_request(request, &()).await?;
    let form = receive_form(state.posters.store(), form).await?;
    let (form, request) = check_form(&state, &viewer, &headers, form).await?;
    let begun = begin_import(&ImportWorker::from_ref(&state), member, form, request).await;
    let id = begun.map_err(begin_error)?;
    let location = [(LOCATION, paths::ApiImport { id }.to_string())];
    let body = import_body(&state, member, id).await?;
    Ok((StatusCode::ACCEPTED, location, body).into_response())
}

/// Checks the token again, because the upload may have taken long, and the fields. If something is
/// wrong, the files are removed.
async fn check_form(
    state: &AppState,
    viewer: &Viewer,
    headers: &HeaderMap,
    form: ReceivedForm,
) -> Result<(ReceivedForm, ImportRequest), ApiError> {
    let checked = match require_valid_token(state, headers).await {
        Ok(()) => parse_request(state, viewer, &form),
        Err(error) => Err(error),
    };
    match checked {
        Ok(request) => Ok((form, request)),
        Err(error) => {
            form.discard(state.posters.store()).await;
            Err(error)
        }
    }
}

/// Unless it says otherwise, reviews are seen by those who see the diary.
fn parse_request(
    state: &AppState,
    viewer: &Viewer,
    form: &ReceivedForm,
) -> Result<ImportRequest, ApiError> {
    let visibility = viewer.member.as_ref().map(|member| member.diary_visibility);
    let mut options = ImportOptions::default();
    options.visibility = visibility.unwrap_or(options.visibility);
    let mut answers = Answers::default();
    for (name, text) in &form.fields {
        match name.as_str() {
            "options" => {
                let change: ImportOptionsChange = parse_json_field(name, text)?;
                options = change.apply_to(options);
            }
            "answers" => answers = parse_json_field(name, text)?,
            _ => return Err(unknown_field(name)),
        }
    }
    check_scale(&answers).map_err(ApiError::InvalidFields)?;
    Ok(ImportRequest {
        options,
        answers,
        zone: viewer.zone,
        today: state.clock.today(viewer.zone),
    })
}

fn unknown_field(name: &str) -> ApiError {
    ApiError::InvalidBody {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        advice: format!(
            "Nothing was saved. There is no field {name:?}: send file, options and answers."
        ),
        wrong: None,
    }
}

fn begin_error(error: BeginImportError) -> ApiError {
    match error {
        BeginImportError::Files(InspectFilesError::NoFile) => {
            ApiError::InvalidFields(FieldErrors::single(FILE_FIELD, "Send at least one file."))
        }
        BeginImportError::Files(InspectFilesError::Refused(refused)) => {
            ApiError::RefusedFile(refused)
        }
        BeginImportError::Files(InspectFilesError::Storage(reason)) => {
            ApiError::Web(Error::Internal(reason))
        }
        BeginImportError::Create(error) => ApiError::Web(error.into()),
    }
}

/// Show an import
///
/// Somebody else’s is not found.
#[utoipa::path(
    get,
    path = "/api/imports/{id}",
    tag = "Imports",
    params(("id" = i64, Path, description = "The id of the import.")),
    responses((status = 200, description = "The import.", body = ImportBody))
)]
pub async fn show(
    ReadAccess(bearer): ReadAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
) -> Result<JsonWithEtag, ApiError> {
    import_body(&state, bearer.member.id, id).await
}

/// Change what is imported
///
/// Before it is written.
#[utoipa::path(
    patch,
    path = "/api/imports/{id}",
    tag = "Imports",
    request_body = ImportChange,
    params(("id" = i64, Path, description = "The id of the import.")),
    responses(
        (status = 200, description = "The import after the change.", body = ImportBody),
        (status = 409, description = "It is written already.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
    Json(change): Json<ImportChange>,
) -> Result<JsonWithEtag, ApiError> {
    let member = bearer.member.id;
    let import = own_import(&state, member, id).await?;
    if let Some(change) = change.options {
        let options = change.apply_to(import.options);
        commands::change_options(&state.db, &state.events, member, id, options).await?;
    }
    import_body(&state, member, id).await
}

/// Delete an import
///
/// With its files, before it is written. After that, take it back instead.
#[utoipa::path(
    delete,
    path = "/api/imports/{id}",
    tag = "Imports",
    params(("id" = i64, Path, description = "The id of the import.")),
    responses(
        (status = 204, description = "The import was deleted."),
        (status = 409, description = "It is written already.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathId(id): PathId,
) -> Result<StatusCode, ApiError> {
    let objects = commands::delete_import(&state.db, bearer.member.id, id).await?;
    remove_objects(&ImportWorker::from_ref(&state), &objects).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The member’s own import; otherwise, it is not found.
pub(super) async fn own_import(
    state: &AppState,
    member: MemberId,
    id: i64,
) -> Result<ImportDetails, ApiError> {
    let import = find_import(&state.db, member, id).await?;
    Ok(import.ok_or(Error::NotFound)?)
}

pub(super) async fn import_body(
    state: &AppState,
    member: MemberId,
    id: i64,
) -> Result<JsonWithEtag, ApiError> {
    let import = own_import(state, member, id).await?;
    Ok(JsonWithEtag::weak(&ImportBody::from(import))?)
}
