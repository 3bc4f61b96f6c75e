//! Posters that the member chose. Every picture is decoded and encoded anew, whoever sends it.

use std::io::Read;

use bytes::Bytes;
use entity::import_outcome::{RowRole, RowState};
use entity::{import_upload, movie_poster};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::about_movie::{NOT_LOGGED, logged_movie};
use super::{Settled, settle, waiting_rows};
use crate::catalog::MovieId;
use crate::movies::commands::{ReplacePosterError, replace_poster};
use crate::posters::{MAX_ORIGINAL_BYTES, PosterError};
use crate::transfer::files::input::upload::ImportUpload;
use crate::transfer::files::row::RowFact;
use crate::transfer::plan::ALREADY_THERE;
use crate::transfer::work::ImportWorker;
use crate::transfer::work::lease::{Interruption, Job};
use crate::transfer::work::write::{MOVIE_GONE, UNREADABLE};

/// Why a poster is missing.
pub(in crate::transfer) const NO_PICTURE: &str = "no_picture";

/// Posters that are written before other imports have their turn.
const PICTURES_AT_ONCE: usize = 50;

/// Writes the next posters. For all of them, the files of the import are opened once. Returns whether the worker
/// goes on with the import.
pub(super) async fn write_some(
    worker: &ImportWorker,
    job: &mut Job,
    stop: &CancellationToken,
) -> Result<bool, Interruption> {
    let db = worker.diary.db.reader();
    let mut uploads = open_uploads(worker, job).await?;
    // One after the other, since each takes a while and the lease is short.
    for _ in 0..PICTURES_AT_ONCE {
        if stop.is_cancelled() {
            break;
        }
        let rows = waiting_rows(db, job.import.id, &[RowRole::Picture], 1).await?;
        let Some((outcome, fact)) = rows.into_iter().next() else {
            break;
        };
        let movie = logged_movie(worker, job, &outcome).await?;
        let (state, reason) = match (movie, fact) {
            (None, _) => (RowState::Skipped, Some(NOT_LOGGED)),
            (Some(movie), _) if is_chosen(worker, movie).await? => {
                (RowState::Duplicate, Some(ALREADY_THERE))
            }
            (Some(movie), Some(RowFact::Picture { file })) => {
                let picture;
                (uploads, picture) = read_picture(uploads, file).await?;
                write_one(worker, job, movie, picture).await?
            }
            (Some(_), _) => (RowState::Failed, Some(UNREADABLE)),
        };
        let settled = Settled {
            row: outcome.row,
            role: outcome.role,
            state,
            reason,
            movie,
        };
        if !settle(worker, job, vec![settled]).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a member has chosen the poster here, which stays.
async fn is_chosen(worker: &ImportWorker, movie: MovieId) -> Result<bool, DbErr> {
    let found = movie_poster::Entity::find_by_id(movie).one(worker.diary.db.reader());
    let poster = found.await?;
    Ok(poster.is_some_and(|poster| poster.pinned && poster.poster.is_some()))
}

/// The files of the import, which are kept until here if there are pictures in them.
async fn open_uploads(worker: &ImportWorker, job: &Job) -> Result<Vec<ImportUpload>, DbErr> {
    let stored = import_upload::Entity::find()
        .filter(import_upload::Column::ImportId.eq(job.import.id))
        .filter(import_upload::Column::Object.is_not_null())
        .order_by_asc(import_upload::Column::Number)
        .all(worker.diary.db.reader())
        .await?;
    let mut uploads = Vec::new();
    for upload in stored {
        let object = upload.object.unwrap_or_default();
        let copy = worker.posters.store().open_staged(&object).await;
        let copy = copy.map_err(|error| DbErr::Custom(format!("the poster store: {error}")))?;
        let Some(copy) = copy else { continue };
        let opened = spawn_blocking(move || ImportUpload::open(&upload.file, copy)).await;
        let opened = opened.map_err(|error| DbErr::Custom(error.to_string()))?;
        uploads.extend(opened.ok());
    }
    Ok(uploads)
}

/// Reads a picture out of the first upload that has it.
async fn read_picture(
    mut uploads: Vec<ImportUpload>,
    file: String,
) -> Result<(Vec<ImportUpload>, Option<Bytes>), DbErr> {
    let read = spawn_blocking(move || {
        let picture = uploads
            .iter_mut()
            .find_map(|upload| picture_in(upload, &file));
        (uploads, picture)
    });
    read.await.map_err(|error| DbErr::Custom(error.to_string()))
}

/// The archive may have been unpacked and packed again with a folder around it.
fn picture_in(upload: &mut ImportUpload, file: &str) -> Option<Bytes> {
    let is_wanted = |name: &String| {
        let folder = name.strip_suffix(file);
        folder.is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
    };
    let index = upload.names.iter().position(is_wanted)?;
    let mut content = Vec::new();
    let opened = upload.open_file(index).ok()?;
    let most = u64::try_from(MAX_ORIGINAL_BYTES).unwrap_or(u64::MAX);
    opened.take(most).read_to_end(&mut content).ok()?;
    Some(content.into())
}

async fn write_one(
    worker: &ImportWorker,
    job: &Job,
    movie: MovieId,
    picture: Option<Bytes>,
) -> Result<(RowState, Option<&'static str>), Interruption> {
    const UNUSABLE: (RowState, Option<&str>) = (RowState::Failed, Some(NO_PICTURE));
    let Some(picture) = picture else {
        return Ok(UNUSABLE);
    };
    let stored = match worker.posters.save(picture).await {
        Ok(stored) => stored,
        Err(PosterError::Store(error)) => {
            return Err(DbErr::Custom(format!("the poster store: {error}")).into());
        }
        Err(PosterError::Permanent(_) | PosterError::Retryable { .. }) => return Ok(UNUSABLE),
    };
    let (db, clock) = (&worker.diary.db, &worker.diary.clock);
    match replace_poster(db, clock, job.import.member_id, movie, stored).await {
        Ok(_) => Ok((RowState::Written, None)),
        Err(ReplacePosterError::MovieGone) => Ok((RowState::Failed, Some(MOVIE_GONE))),
        Err(ReplacePosterError::MemberGone) => Err(Interruption::Lost),
        Err(ReplacePosterError::Database(error)) => Err(error.into()),
    }
}
