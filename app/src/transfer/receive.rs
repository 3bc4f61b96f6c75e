//! Receives the files of an import: streams each into the store, then finds out what it is. The
//! files are never in memory as a whole.

use std::collections::BTreeMap;

use axum::extract::multipart::{Field, Multipart};
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::files::input::upload::ImportUpload;
use super::files::inspect::{Inspection, inspect};
use super::files::reasons::{Refusal, UploadError};
use super::staged::remove_staged;
use crate::posters::{FileStore, StagedFile, store_error};
use crate::web::Error;

/// The most bytes of all files of an import together.
pub const MAX_IMPORT_BYTES: usize = 64 * 1024 * 1024;

/// The most bytes of a form with such files: there is room for its other fields.
pub const MAX_IMPORT_FORM_BYTES: usize = MAX_IMPORT_BYTES + 1024 * 1024;

/// The most files at once.
const MAX_FILES: usize = 20;

/// The most bytes of a field that is no file.
const MAX_FIELD_BYTES: usize = 16 * 1024;

/// The field with the files.
pub const FILE_FIELD: &str = "file";

/// A form with files, which are in the store now. Pass it to [`inspect_files`], or discard it.
#[derive(Debug, Default)]
pub struct ReceivedForm {
    pub(super) files: Vec<(String, StagedFile)>,
    pub fields: BTreeMap<String, String>,
}

/// A file that can be imported.
#[derive(Clone, Debug)]
pub struct InspectedFile {
    pub name: String,
    pub staged: StagedFile,
    pub inspection: Inspection,
}

/// Why nothing can be made of the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct RefusedFile {
    /// The file that was uploaded.
    pub upload: String,
    #[serde(flatten)]
    pub refusal: Refusal,
}

/// Why the files of a form are not imported.
#[derive(Debug, thiserror::Error)]
pub enum InspectFilesError {
    #[error("no file was sent")]
    NoFile,
    #[error("the file {} cannot be imported", .0.upload)]
    Refused(RefusedFile),
    #[error("the store or the disk is at fault: {0}")]
    Storage(String),
}

/// Reads a form to its end. What was stored is removed again if it breaks off.
pub async fn receive_form(store: &FileStore, form: Multipart) -> Result<ReceivedForm, Error> {
    let mut received = ReceivedForm::default();
    match receive_fields(store, form, &mut received).await {
        Ok(()) => Ok(received),
        Err(error) => {
            received.discard(store).await;
            Err(error)
        }
    }
}

async fn receive_fields(
    store: &FileStore,
    mut form: Multipart,
    received: &mut ReceivedForm,
) -> Result<(), Error> {
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != FILE_FIELD {
            let text = read_text(field).await?;
            received.fields.insert(name, text);
            continue;
        }
        let file_name = field.file_name().unwrap_or_default().to_owned();
        if received.files.len() == MAX_FILES {
            let limit = format!("Send at most {MAX_FILES} files at once.");
            return Err(Error::BadRequest(limit));
        }
        let staged = receive_file(store, field).await?;
        // A form without a chosen file sends an empty one without a name.
        if file_name.is_empty() && staged.bytes == 0 {
            remove_staged(store, &staged.name).await;
            continue;
        }
        received.files.push((file_name, staged));
    }
    Ok(())
}

async fn read_text(mut field: Field<'_>) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(part) = field.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&part);
        if bytes.len() > MAX_FIELD_BYTES {
            return Err(Error::TooLarge);
        }
    }
    String::from_utf8(bytes).map_err(|_| Error::BadRequest("A field is not UTF-8.".to_owned()))
}

async fn receive_file(store: &FileStore, mut field: Field<'_>) -> Result<StagedFile, Error> {
    let mut writer = store.begin_staged().await.map_err(store_error)?;
    loop {
        match field.chunk().await {
            Ok(Some(part)) => writer.write(&part).await.map_err(store_error)?,
            Ok(None) => return writer.finish().await.map_err(store_error),
            Err(error) => {
                if let Err(error) = writer.abort().await {
                    tracing::warn!(%error, "half an upload could not be removed");
                }
                return Err(broken(&error));
            }
        }
    }
}

fn broken(error: &axum::extract::multipart::MultipartError) -> Error {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return Error::TooLarge;
    }
    tracing::debug!(%error, "an upload was rejected");
    Error::BadRequest("Only part of the files arrived. Send them again.".to_owned())
}

impl ReceivedForm {
    /// Removes the files from the store.
    pub async fn discard(self, store: &FileStore) {
        for (_, staged) in &self.files {
            remove_staged(store, &staged.name).await;
        }
    }
}

/// Finds out what the files are. If one of them cannot be imported, all are removed again.
pub async fn inspect_files(
    store: &FileStore,
    received: ReceivedForm,
) -> Result<Vec<InspectedFile>, InspectFilesError> {
    let mut inspected = Vec::new();
    for (name, staged) in &received.files {
        match inspect_file(store, name, staged).await {
            Ok(inspection) => inspected.push(InspectedFile {
                name: name.clone(),
                staged: staged.clone(),
                inspection,
            }),
            Err(error) => {
                received.discard(store).await;
                return Err(error);
            }
        }
    }
    if inspected.is_empty() {
        return Err(InspectFilesError::NoFile);
    }
    Ok(inspected)
}

async fn inspect_file(
    store: &FileStore,
    name: &str,
    staged: &StagedFile,
) -> Result<Inspection, InspectFilesError> {
    let storage = |error: &dyn std::fmt::Display| InspectFilesError::Storage(error.to_string());
    let copy = store.open_staged(&staged.name).await;
    let copy = copy.map_err(|error| storage(&error))?;
    let copy = copy.ok_or_else(|| storage(&"the upload is gone"))?;
    let file = name.to_owned();
    let inspected = spawn_blocking(move || inspect(&mut ImportUpload::open(&file, copy)?)).await;
    match inspected.map_err(|error| storage(&error))? {
        Ok(inspection) => Ok(inspection),
        Err(UploadError::Refused(refusal)) => Err(InspectFilesError::Refused(RefusedFile {
            upload: name.to_owned(),
            refusal,
        })),
        Err(error) => Err(storage(&error)),
    }
}
