//! Writes the lists and the watchlist of an import.

mod ending;
mod list_here;
mod shelf;

use entity::import::{ImportStage, ImportState};
use entity::import_outcome::{self, RowRole, RowState};
use entity::{import, import_list, import_row};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use ending::{release_files, restore_times};
use list_here::list_here;
use shelf::ShelfWriting;

use super::ImportWorker;
use super::here::lists_here;
use super::lease::{Interruption, Job, Progress, run_batch};
use super::plan::count_anew;
use crate::transfer::ImportOptions;
use crate::transfer::files::row::RowFact;
use crate::transfer::json::to_json;
use crate::transfer::plan::NOT_WANTED;

/// Films in one transaction.
const BATCH: usize = 100;

/// Rows whose places are read at once.
const ROWS_AT_ONCE: u64 = 1_000;

/// Lists without films that are made in one transaction.
const LISTS_AT_ONCE: usize = 5;

/// Where the films of a batch go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    /// A list, by its number in the import.
    List(i64),
    Watchlist,
}

/// Writes the next films of a list, or of the watchlist. Returns whether the worker goes on with
/// the import.
pub(super) async fn write_next(worker: &ImportWorker, job: &mut Job) -> Result<bool, Interruption> {
    let db = &worker.diary.db;
    let import = job.import.id;
    let options: ImportOptions = serde_json::from_str(&job.import.options).unwrap_or_default();
    if job.shelf_rows.is_empty() {
        fill_shelf(db.reader(), job).await?;
    }
    let Some(shelf) = job.shelf else {
        return finish(worker, job, options).await;
    };
    let taken = job.shelf_rows.len().min(BATCH);
    let rows: Vec<i64> = job.shelf_rows.drain(..taken).collect();
    let is_wanted = match shelf {
        Shelf::List(_) => options.lists,
        Shelf::Watchlist => options.watchlist,
    };
    let done = job.import.done + i64::try_from(rows.len()).unwrap_or(0);
    let (told, mut queued) = tokio::sync::oneshot::channel();
    let for_batch = worker.clone();
    let goes_on = run_batch(worker, job, move |tx, batch| {
        Box::pin(async move {
            let mut queued = Vec::new();
            if is_wanted {
                let writing = ShelfWriting {
                    worker: &for_batch,
                    batch: &batch,
                    shelf,
                    options,
                };
                writing.write(tx, &rows, &mut queued).await?;
            } else {
                leave_out(tx, import, &rows).await?;
            }
            let _ = told.send(queued);
            Ok(Progress::with_done(done))
        })
    });
    let goes_on = goes_on.await?;
    worker.wake_facts(&queued.try_recv().unwrap_or_default());
    Ok(goes_on)
}

/// Looks for the next list with rows that wait, or for the watchlist. All its rows are taken over in
/// the order of the list.
async fn fill_shelf(db: &impl ConnectionTrait, job: &mut Job) -> Result<(), DbErr> {
    let import = job.import.id;
    let first: Option<i64> = waiting(import, RowRole::ListEntry)
        .into_tuple()
        .one(db)
        .await?;
    if let Some(first) = first {
        let row = import_row::Entity::find_by_id((import, first))
            .one(db)
            .await?;
        let list = row.and_then(|row| row.list).unwrap_or_default();
        job.shelf = Some(Shelf::List(list));
        job.shelf_rows = rows_in_order(db, import, list).await?.into();
        return Ok(());
    }
    let saved: Vec<i64> = waiting(import, RowRole::Watchlist)
        .into_tuple()
        .all(db)
        .await?;
    job.shelf = (!saved.is_empty()).then_some(Shelf::Watchlist);
    job.shelf_rows = saved.into();
    Ok(())
}

/// The numbers of rows that wait.
fn waiting(import: i64, role: RowRole) -> sea_orm::Select<import_outcome::Entity> {
    use import_outcome::{Column, Entity};
    Entity::find()
        .select_only()
        .column(Column::Row)
        .filter(Column::ImportId.eq(import))
        .filter(Column::State.eq(RowState::Matched))
        .filter(Column::Role.eq(role))
        .order_by_asc(Column::Row)
}

/// The rows of a list that wait, by their places.
async fn rows_in_order(
    db: &impl ConnectionTrait,
    import: i64,
    list: i64,
) -> Result<Vec<i64>, DbErr> {
    use import_row::{Column, Entity};
    let mut placed: Vec<(u32, i64)> = Vec::new();
    let mut last = 0;
    loop {
        let rows: Vec<(i64, String)> = Entity::find()
            .select_only()
            .columns([Column::Number, Column::Content])
            .filter(Column::ImportId.eq(import))
            .filter(Column::List.eq(list))
            .filter(Column::Number.gt(last))
            .filter(Column::Number.in_subquery(waiting(import, RowRole::ListEntry).into_query()))
            .order_by_asc(Column::Number)
            .limit(ROWS_AT_ONCE)
            .into_tuple()
            .all(db)
            .await?;
        let Some((number, _)) = rows.last() else {
            break;
        };
        last = *number;
        placed.extend(
            rows.iter()
                .map(|(number, content)| match serde_json::from_str(content) {
                    Ok(RowFact::ListEntry { position, .. }) => (position, *number),
                    _ => (0, *number),
                }),
        );
    }
    placed.sort_unstable();
    Ok(placed.into_iter().map(|(_, number)| number).collect())
}

async fn leave_out(tx: &DatabaseTransaction, import: i64, rows: &[i64]) -> Result<(), DbErr> {
    let left_out = import_outcome::ActiveModel {
        state: Set(RowState::Skipped),
        reason: Set(Some(NOT_WANTED.to_owned())),
        ..Default::default()
    };
    import_outcome::Entity::update_many()
        .set(left_out)
        .filter(import_outcome::Column::ImportId.eq(import))
        .filter(import_outcome::Column::Row.is_in(rows.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Makes the lists that have no films, and ends the import, unless reviews were decided meanwhile.
async fn finish(
    worker: &ImportWorker,
    job: &mut Job,
    options: ImportOptions,
) -> Result<bool, Interruption> {
    let for_batch = worker.clone();
    run_batch(worker, job, move |tx, batch| {
        Box::pin(async move {
            let import = &batch.import;
            let mut progress = Progress::default();
            if let Some(stage) = waiting_stage(tx, import.id).await? {
                progress.goes_on = true;
                progress.change.stage = Set(stage);
                return Ok(progress);
            }
            let missing = missing_lists(tx, import).await?;
            if options.lists && !missing.is_empty() {
                for list in missing {
                    list_here(tx, &for_batch, import, options, list).await?;
                }
                progress.goes_on = true;
                return Ok(progress);
            }
            restore_times(tx, &for_batch, import.id).await?;
            release_files(tx, import.id).await?;
            progress.change.state = Set(ImportState::Done);
            progress.change.stage = Set(ImportStage::Reviews);
            progress.change.written_at = Set(Some(for_batch.diary.clock.now()));
            progress.change.counts = Set(Some(to_json(&count_anew(tx, import.id).await?)));
            Ok(progress)
        })
    })
    .await
}

/// Some of the lists that have no films, so that no row made them.
async fn missing_lists(
    tx: &DatabaseTransaction,
    import: &import::Model,
) -> Result<Vec<i64>, DbErr> {
    let (_, deleted) = lists_here(tx, import).await?;
    let unwritten: Vec<i64> = import_list::Entity::find()
        .select_only()
        .column(import_list::Column::Number)
        .filter(import_list::Column::ImportId.eq(import.id))
        .filter(import_list::Column::ListId.is_null())
        .order_by_asc(import_list::Column::Number)
        .into_tuple()
        .all(tx)
        .await?;
    let missing = unwritten
        .into_iter()
        .filter(|number| !deleted.contains(number));
    Ok(missing.take(LISTS_AT_ONCE).collect())
}

/// The stage that writes a row that was decided meanwhile.
async fn waiting_stage(
    tx: &DatabaseTransaction,
    import: i64,
) -> Result<Option<ImportStage>, DbErr> {
    use import_outcome::{Column, Entity};
    let role: Option<RowRole> = Entity::find()
        .select_only()
        .column(Column::Role)
        .filter(Column::ImportId.eq(import))
        .filter(Column::State.eq(RowState::Matched))
        .filter(Column::Role.is_not_in([RowRole::Merged, RowRole::None]))
        .into_tuple()
        .one(tx)
        .await?;
    Ok(role.map(|role| match role {
        RowRole::ListEntry | RowRole::Watchlist => ImportStage::Lists,
        RowRole::Goal | RowRole::Settings | RowRole::Correction | RowRole::Picture => {
            ImportStage::Account
        }
        RowRole::Viewing | RowRole::RatingOnly | RowRole::Like => ImportStage::Reviews,
        RowRole::Merged | RowRole::None => ImportStage::Lists,
    }))
}
