//! Takes back what an import wrote, except what its member has edited since.

mod account;
mod shelves;

use std::collections::{HashMap, HashSet};

use entity::import::{ImportStage, ImportState};
use entity::import_outcome::{Column, Entity, Model, RowRole, RowState};
use entity::{Rating, import_list};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use account::take_back_account;

use super::ImportWorker;
use super::lease::{ImportBatch, Interruption, Job, Progress, run_batch};
use super::plan::{count_anew, replace_outcomes};
use super::store::forget_files;
use super::write::{FilledIn, update_known_hash};
use crate::diary::commands::{ReviewFilling, delete_imported, empty_fillings, lock_reviews};
use crate::diary::queries::review_hashes;
use crate::lists::commands::delete_if_empty;
use crate::transfer::json::to_json;

/// Rows in one transaction.
const BATCH: u64 = 250;

/// Why something stays in the diary.
pub(in crate::transfer) const EDITED_HERE: &str = "edited_here";

/// Why something that others see stays, too.
pub(in crate::transfer) const STAYS: &str = "stays";

/// Takes back the next rows. Returns whether the worker goes on with the import.
pub(super) async fn undo_next(worker: &ImportWorker, job: &mut Job) -> Result<bool, Interruption> {
    let (import, stage) = (job.import.id, job.import.stage);
    let after: i64 = job.cursor.parse().unwrap_or_default();
    let roles = match stage {
        ImportStage::Lists => vec![RowRole::ListEntry, RowRole::Watchlist],
        _ => vec![RowRole::Viewing, RowRole::RatingOnly, RowRole::Like],
    };
    let rows = Entity::find()
        .filter(Column::ImportId.eq(import))
        .filter(Column::State.eq(RowState::Written))
        .filter(Column::Role.is_in(roles))
        .filter(Column::Row.gt(after))
        .order_by_asc(Column::Row)
        .limit(BATCH)
        .all(worker.diary.db.reader())
        .await?;
    let Some(last) = rows.last().map(|outcome| outcome.row) else {
        job.cursor.clear();
        return end_stage(worker, job).await;
    };
    let done = job.import.done + i64::try_from(rows.len()).unwrap_or(0);
    let for_batch = worker.clone();
    let goes_on = run_batch(worker, job, move |tx, batch| {
        Box::pin(async move {
            let undoing = Undoing {
                tx,
                worker: &for_batch,
                batch: &batch,
            };
            match stage {
                ImportStage::Lists => undoing.take_off(rows).await?,
                _ => {
                    lock_reviews(tx).await?;
                    let rows = undoing.read_again(&rows).await?;
                    undoing.take_back(rows).await?;
                }
            }
            Ok(Progress::with_done(done))
        })
    });
    let goes_on = goes_on.await?;
    job.cursor = last.to_string();
    Ok(goes_on)
}

struct Undoing<'a> {
    tx: &'a DatabaseTransaction,
    worker: &'a ImportWorker,
    batch: &'a ImportBatch,
}

impl Undoing<'_> {
    async fn take_back(&self, mut rows: Vec<Model>) -> Result<(), Interruption> {
        let member = self.batch.import.member_id;
        let reviews: Vec<i64> = rows.iter().filter_map(|row| row.review_id).collect();
        let hashes = review_hashes(self.tx, &reviews).await?;
        let is_untouched = |row: &Model| {
            let hash = row.review_id.and_then(|review| hashes.get(&review));
            hash.is_some() && hash == row.review_hash.as_ref()
        };
        let made: Vec<&Model> = rows.iter().filter(|row| makes_review(row)).collect();
        let untouched = made
            .iter()
            .filter(|row| row.deleted_at.is_none() && is_untouched(row));
        let untouched: Vec<i64> = untouched.filter_map(|row| row.review_id).collect();
        // Reviews that the member deleted are gone, edited or not.
        let deleted = made.iter().filter(|row| row.deleted_at.is_some());
        let mut gone: HashSet<i64> = deleted.filter_map(|row| row.review_id).collect();
        if !untouched.is_empty() {
            delete_imported(self.tx, &self.worker.diary, member, &untouched).await?;
            self.forget_elsewhere(&untouched).await?;
            gone.extend(untouched);
        }
        let emptied = self.empty(&rows, &hashes).await?;
        for row in &mut rows {
            let review = row.review_id.unwrap_or_default();
            let is_gone = match (makes_review(row), &row.filled_in) {
                (true, _) => gone.contains(&review),
                (false, Some(_)) => emptied.contains(&row.row),
                // A like that was part of a new review.
                (false, None) => true,
            };
            if is_gone {
                forget(row);
            } else {
                row.reason = Some(EDITED_HERE.to_owned());
            }
        }
        let gone: Vec<i64> = taken_back(&rows).map(|row| row.row).collect();
        replace_outcomes(self.tx, self.batch.import.id, rows).await?;
        self.forget_merged(&gone).await?;
        Ok(())
    }

    /// Empties what rows filled in on older reviews, if it is still there. Returns these rows.
    async fn empty(
        &self,
        rows: &[Model],
        before: &HashMap<i64, String>,
    ) -> Result<HashSet<i64>, Interruption> {
        let fillings: Vec<(i64, ReviewFilling)> = rows.iter().filter_map(filling_of).collect();
        if fillings.is_empty() {
            return Ok(HashSet::new());
        }
        let all: Vec<ReviewFilling> = fillings
            .iter()
            .map(|(_, filling)| filling.clone())
            .collect();
        let member = self.batch.import.member_id;
        let emptied = empty_fillings(self.tx, &self.worker.diary, member, &all).await?;
        let reviews: Vec<i64> = all.iter().map(|filling| filling.review).collect();
        let after = review_hashes(self.tx, &reviews).await?;
        for review in &reviews {
            update_known_hash(self.tx, *review, before.get(review), after.get(review)).await?;
        }
        let emptied = fillings.into_iter().zip(emptied);
        let emptied = emptied.filter(|(_, is_emptied)| *is_emptied);
        Ok(emptied.map(|((row, _), _)| row).collect())
    }

    /// The rows as they are while reviews are locked.
    async fn read_again(&self, rows: &[Model]) -> Result<Vec<Model>, DbErr> {
        Entity::find()
            .filter(Column::ImportId.eq(self.batch.import.id))
            .filter(Column::Row.is_in(rows.iter().map(|row| row.row)))
            .order_by_asc(Column::Row)
            .all(self.tx)
            .await
    }

    /// What other imports filled in on these reviews is gone with them, so it may come again.
    async fn forget_elsewhere(&self, reviews: &[i64]) -> Result<(), DbErr> {
        let forgotten = entity::import_outcome::ActiveModel {
            state: Set(RowState::Matched),
            review_id: Set(None),
            filled_in: Set(None),
            deleted_at: Set(None),
            ..Default::default()
        };
        Entity::update_many()
            .set(forgotten)
            .filter(Column::ImportId.ne(self.batch.import.id))
            .filter(Column::ReviewId.is_in(reviews.iter().copied()))
            .exec(self.tx)
            .await?;
        Ok(())
    }

    async fn forget_merged(&self, rows: &[i64]) -> Result<(), DbErr> {
        let forgotten = entity::import_outcome::ActiveModel {
            state: Set(RowState::Matched),
            review_id: Set(None),
            deleted_at: Set(None),
            ..Default::default()
        };
        Entity::update_many()
            .set(forgotten)
            .filter(Column::ImportId.eq(self.batch.import.id))
            .filter(Column::Role.eq(RowRole::Merged))
            .filter(Column::MergedInto.is_in(rows.iter().copied()))
            .exec(self.tx)
            .await?;
        Ok(())
    }
}

fn makes_review(row: &Model) -> bool {
    matches!(row.role, RowRole::Viewing | RowRole::RatingOnly) && row.filled_in.is_none()
}

fn filling_of(row: &Model) -> Option<(i64, ReviewFilling)> {
    let filled: FilledIn = serde_json::from_str(row.filled_in.as_deref()?).ok()?;
    let filling = ReviewFilling {
        review: row.review_id?,
        rating: filled.rating.and_then(Rating::from_half_stars),
        like: filled.like,
        comment_hash: filled.comment,
    };
    Some((row.row, filling))
}

/// The row is as before it was written.
fn forget(row: &mut Model) {
    row.state = RowState::Matched;
    row.reason = None;
    row.review_id = None;
    row.review_hash = None;
    row.filled_in = None;
    row.list_id = None;
    row.deleted_at = None;
}

fn taken_back(rows: &[Model]) -> impl Iterator<Item = &Model> {
    rows.iter().filter(|row| row.state == RowState::Matched)
}

async fn end_stage(worker: &ImportWorker, job: &mut Job) -> Result<bool, Interruption> {
    let is_last = job.import.stage == ImportStage::Lists;
    let for_batch = worker.clone();
    run_batch(worker, job, move |tx, batch| {
        Box::pin(async move {
            let mut progress = Progress::default();
            if !is_last {
                progress.goes_on = true;
                progress.change.stage = Set(ImportStage::Lists);
                return Ok(progress);
            }
            delete_lists(tx, &for_batch, &batch).await?;
            take_back_account(tx, &batch).await?;
            forget_files(tx, batch.import.id).await?;
            let counts = count_anew(tx, batch.import.id).await?;
            progress.change.state = Set(ImportState::Undone);
            progress.change.undone_at = Set(Some(for_batch.diary.clock.now()));
            progress.change.counts = Set(Some(to_json(&counts)));
            Ok(progress)
        })
    })
    .await
}

/// Deletes the lists that the import made, if nothing else is on them.
async fn delete_lists(
    tx: &DatabaseTransaction,
    worker: &ImportWorker,
    batch: &ImportBatch,
) -> Result<(), DbErr> {
    let lists = import_list::Entity::find()
        .filter(import_list::Column::ImportId.eq(batch.import.id))
        .filter(import_list::Column::IsNew.eq(true))
        .all(tx)
        .await?;
    for list in lists.iter().filter_map(|list| list.list_id) {
        delete_if_empty(tx, &worker.diary.clock, batch.import.member_id, list).await?;
    }
    import_list::Entity::update_many()
        .col_expr(import_list::Column::ListId, Expr::value(None::<i64>))
        .filter(import_list::Column::ImportId.eq(batch.import.id))
        .exec(tx)
        .await?;
    Ok(())
}
