//! Reads the rows of the files into the database.

mod items;
mod numbers;

use entity::import::ImportStage;
use entity::{import_film, import_row, import_upload};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder,
};
use tokio_util::sync::CancellationToken;

use items::open_items;
use numbers::Numbers;

use super::ImportWorker;
use super::lease::{Interruption, Job, Progress, run_batch};
use crate::transfer::staged::remove_staged;
use crate::transfer::work::store::forget_files;

/// Reads all files. Returns whether the worker goes on with the import.
pub(super) async fn read_rows(
    worker: &ImportWorker,
    job: &mut Job,
    stop: &CancellationToken,
) -> Result<bool, Interruption> {
    let db = &worker.diary.db;
    let (import, member) = (job.import.id, job.import.member_id);
    let uploads = import_upload::Entity::find()
        .filter(import_upload::Column::ImportId.eq(import))
        .order_by_asc(import_upload::Column::Number)
        .all(db.reader())
        .await?;
    let mut numbers = Numbers::read(db.reader(), import).await?;
    // Reading yields the same items in the same order, so a restart leaves out as many as are stored.
    let mut skipped = usize::try_from(job.import.done).unwrap_or(0);
    for upload in &uploads {
        let Some(mut items) = open_items(worker, &job.import, upload, skipped).await? else {
            return fail(worker, job).await;
        };
        while let Some(batch) = items.batches.recv().await {
            if stop.is_cancelled() {
                job.release(db).await?;
                return Ok(false);
            }
            skipped = skipped.saturating_sub(batch.passed);
            if batch.items.is_empty() {
                continue;
            }
            let rows = numbers.number((upload.number, &items.source), batch.items);
            if numbers.are_too_many() {
                tracing::warn!(import, "the items of a file make too many rows");
                return fail(worker, job).await;
            }
            let done = job.import.done + rows.items;
            let stored = run_batch(worker, job, move |tx, _| {
                Box::pin(async move {
                    rows.insert(tx, member).await?;
                    Ok(Progress::with_done(done))
                })
            });
            stored.await?;
        }
        match items.reader.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(import, %error, "a file that was inspected could not be read");
                return fail(worker, job).await;
            }
            // It would panic again.
            Err(error) if error.is_panic() => {
                tracing::error!(import, %error, "reading a file panicked");
                return fail(worker, job).await;
            }
            Err(error) => return Err(DbErr::Custom(error.to_string()).into()),
        }
    }
    finish(worker, job, &uploads).await
}

fn read_through(films: u64) -> Progress {
    let mut progress = Progress::with_done(0);
    progress.change.stage = Set(ImportStage::Films);
    progress.change.total = Set(i64::try_from(films).unwrap_or(i64::MAX));
    progress
}

async fn has_pictures(worker: &ImportWorker, import: i64) -> Result<bool, DbErr> {
    let picture = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(import))
        .filter(import_row::Column::Kind.eq("picture"))
        .one(worker.diary.db.reader())
        .await?;
    Ok(picture.is_some())
}

/// All rows are read: the films in them come next. The files are no longer needed, unless there are
/// pictures in them.
async fn finish(
    worker: &ImportWorker,
    job: &mut Job,
    uploads: &[import_upload::Model],
) -> Result<bool, Interruption> {
    let import = job.import.id;
    let keeps_files = has_pictures(worker, import).await?;
    let goes_on = run_batch(worker, job, move |tx, _| {
        Box::pin(async move {
            count_rows_of_films(tx, import).await?;
            let films = import_film::Entity::find()
                .filter(import_film::Column::ImportId.eq(import))
                .count(tx)
                .await?;
            if keeps_files {
                return Ok(read_through(films));
            }
            forget_files(tx, import).await?;
            Ok(read_through(films))
        })
    });
    let goes_on = goes_on.await?;
    if keeps_files {
        return Ok(goes_on);
    }
    for object in uploads.iter().filter_map(|upload| upload.object.as_ref()) {
        remove_staged(worker.posters.store(), object).await;
    }
    Ok(goes_on)
}

async fn count_rows_of_films(tx: &DatabaseTransaction, import: i64) -> Result<(), DbErr> {
    let row = |column| Expr::col((import_row::Entity, column));
    let film = |column| Expr::col((import_film::Entity, column));
    let counted = Query::select()
        .expr(Expr::cust("count(*)"))
        .from(import_row::Entity)
        .and_where(row(import_row::Column::ImportId).eq(import))
        .and_where(row(import_row::Column::Film).eq(film(import_film::Column::Number)))
        .take();
    let counted = SimpleExpr::SubQuery(None, Box::new(counted.into()));
    import_film::Entity::update_many()
        .col_expr(import_film::Column::Rows, counted)
        .filter(import_film::Column::ImportId.eq(import))
        .exec(tx)
        .await?;
    Ok(())
}

/// The files are gone, such as after a backup was restored elsewhere.
async fn fail(worker: &ImportWorker, job: &mut Job) -> Result<bool, Interruption> {
    run_batch(worker, job, move |_, _| {
        Box::pin(async move {
            let mut progress = Progress::default();
            progress.change.state = Set(entity::import::ImportState::Failed);
            Ok(progress)
        })
    })
    .await
}
