//! Begins an import with the files of a form, for the page, the API and the command line.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;
use chrono_tz::Tz;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::commands::{CreateImportError, NewImport, create_import};
use super::files::question::Answers;
use super::options::ImportOptions;
use super::receive::{InspectFilesError, ReceivedForm, inspect_files};
use super::staged::remove_staged;
use super::work::ImportWorker;
use crate::accounts::MemberId;
use crate::web;

/// Uploads that are received and looked at at once.
const MAX_UPLOADS: usize = 4;

#[derive(Debug, thiserror::Error)]
pub enum BeginImportError {
    #[error(transparent)]
    Files(#[from] InspectFilesError),
    #[error(transparent)]
    Create(#[from] CreateImportError),
}

/// What a member chooses together with the files.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    pub options: ImportOptions,
    pub answers: Answers,
    pub zone: Tz,
    pub today: NaiveDate,
}

/// Limits how many files are received at once, in all and one by each member. Each process counts
/// for itself.
#[derive(Clone, Debug)]
pub struct ImportUploads {
    places: Arc<Semaphore>,
    members: Arc<Mutex<HashSet<MemberId>>>,
}

/// One upload in progress. It is released on drop.
#[derive(Debug)]
pub struct ImportUploadPermit {
    #[expect(dead_code, reason = "released on drop")]
    place: OwnedSemaphorePermit,
    members: Arc<Mutex<HashSet<MemberId>>>,
    member: MemberId,
}

impl Default for ImportUploads {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(MAX_UPLOADS)),
            members: Arc::default(),
        }
    }
}

impl ImportUploads {
    /// Call it before the files are read.
    pub fn start(&self, member: MemberId) -> Result<ImportUploadPermit, web::Error> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| web::Error::Busy)?;
        if !lock(&self.members).insert(member) {
            return Err(CreateImportError::Running.into());
        }
        Ok(ImportUploadPermit {
            place,
            members: Arc::clone(&self.members),
            member,
        })
    }
}

impl Drop for ImportUploadPermit {
    fn drop(&mut self) {
        lock(&self.members).remove(&self.member);
    }
}

fn lock(members: &Mutex<HashSet<MemberId>>) -> MutexGuard<'_, HashSet<MemberId>> {
    members.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Finds out what the files are, and begins an import with them. Returns its id. If it fails, the
/// files are removed from the store.
pub async fn begin_import(
    worker: &ImportWorker,
    member: MemberId,
    form: ReceivedForm,
    request: ImportRequest,
) -> Result<i64, BeginImportError> {
    let store = worker.posters.store();
    let files = inspect_files(store, form).await?;
    let objects: Vec<String> = files.iter().map(|file| file.staged.name.clone()).collect();
    let new = NewImport {
        files,
        options: request.options,
        answers: request.answers,
        zone: request.zone,
        today: request.today,
    };
    let (db, clock) = (&worker.diary.db, &worker.diary.clock);
    match create_import(db, clock, &worker.events, member, new).await {
        Ok(import) => Ok(import),
        Err(error) => {
            remove_objects(worker, &objects).await;
            Err(error.into())
        }
    }
}

/// Removes files of a deleted import from the store. What fails is left to the sweep.
pub async fn remove_objects(worker: &ImportWorker, objects: &[String]) {
    for object in objects {
        remove_staged(worker.posters.store(), object).await;
    }
}
