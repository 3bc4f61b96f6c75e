//! Writes the reviews of an import.

mod movies;
mod outcomes;
mod reviews;

use chrono_tz::Tz;
use entity::import::ImportStage;
use entity::import_film;
use entity::import_outcome::{self, RowRole, RowState};
use entity::{import, import_row};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use movies::{movies_of, one_target_a_movie};
use outcomes::{completed_reviews, mark_completed, mark_written, settle};
use reviews::{Writing, WritingOptions};

use super::ImportWorker;
use super::account::write_settings;
use super::here::load_here;
use super::lease::{ImportBatch, Interruption, Job, Progress, run_batch};
use super::plan::{BATCH, outcomes_of, replace_outcomes, row_sum, within_rows};
use super::resolve::FoundMovie;
use super::target::{Target, TargetRow, load_targets};
use crate::catalog::MovieId;
use crate::db::reserve_id_range;
use crate::diary::commands::{lock_reviews, write_imported};
use crate::diary::queries::review_hashes;
use crate::transfer::ImportOptions;
use crate::transfer::files::row::RowFact;
use crate::transfer::matching::SEVERAL_FILMS;
use crate::transfer::plan::{FilmPlan, FilmStanding, plan_film};

pub(super) use outcomes::{FilledIn, keep_ambiguous_films_open, update_known_hash};

/// Why a row could not be written.
pub(in crate::transfer) const MOVIE_GONE: &str = "movie_gone";

/// Another version of the program stored the row.
pub(in crate::transfer) const UNREADABLE: &str = "unreadable";

/// The roles that this stage writes.
const ROLES: [RowRole; 3] = [RowRole::Viewing, RowRole::RatingOnly, RowRole::Like];

/// Writes the reviews of the next films. Returns whether the worker goes on with the import.
pub(super) async fn write_next(worker: &ImportWorker, job: &mut Job) -> Result<bool, Interruption> {
    let db = &worker.diary.db;
    if job.import.done == 0 && !write_settings(worker, job).await? {
        return Ok(false);
    }
    let targets = next_targets(db.reader(), job.import.id).await?;
    if targets.is_empty() {
        return begin_lists(worker, job).await;
    }
    let (sender, total) = (worker.clone(), total_of(db.reader(), job).await?);
    let (done_before, for_batch) = (job.import.done, worker.clone());
    let (told, mut queued) = tokio::sync::oneshot::channel();
    let goes_on = run_batch(worker, job, move |tx, batch| {
        Box::pin(async move {
            let mut queued = Vec::new();
            let rows = write_targets(tx, &for_batch, &batch, &targets, &mut queued).await?;
            let _ = told.send(queued);
            let mut progress = Progress::with_done(done_before + rows);
            progress.change.total = Set(total);
            Ok(progress)
        })
    });
    let goes_on = goes_on.await?;
    sender.wake_facts(&queued.try_recv().unwrap_or_default());
    Ok(goes_on)
}

fn waiting(import: i64) -> sea_orm::Select<import_outcome::Entity> {
    use import_outcome::{Column, Entity};
    Entity::find()
        .filter(Column::ImportId.eq(import))
        .filter(Column::State.eq(RowState::Matched))
}

/// The targets of the first rows that wait to be written.
async fn next_targets(db: &impl ConnectionTrait, import: i64) -> Result<Vec<String>, DbErr> {
    use import_outcome::Column;
    let films: Vec<Option<i64>> = waiting(import)
        .select_only()
        .column(Column::Film)
        .filter(Column::Role.is_in(ROLES))
        .order_by_asc(Column::Row)
        .limit(BATCH.0)
        .into_tuple()
        .all(db)
        .await?;
    let films = films.into_iter().flatten();
    let targets: Vec<(String, i64)> = import_film::Entity::find()
        .select_only()
        .column(import_film::Column::Target)
        .column_as(row_sum(), "all_rows")
        .filter(import_film::Column::ImportId.eq(import))
        .filter(import_film::Column::Number.is_in(films))
        .group_by(import_film::Column::Target)
        // In the order of the file.
        .order_by_asc(import_film::Column::Number.min())
        .into_tuple()
        .all(db)
        .await?;
    Ok(within_rows(targets))
}

/// Rows to write in all, counted at the first batch.
async fn total_of(db: &impl ConnectionTrait, job: &Job) -> Result<i64, DbErr> {
    if job.import.done > 0 {
        return Ok(job.import.total);
    }
    let rows = waiting(job.import.id)
        .filter(import_outcome::Column::Role.is_not_in([RowRole::Merged, RowRole::Settings]))
        .count(db)
        .await?;
    Ok(i64::try_from(rows).unwrap_or(i64::MAX))
}

async fn write_targets(
    tx: &DatabaseTransaction,
    worker: &ImportWorker,
    batch: &ImportBatch,
    names: &[String],
    queued: &mut Vec<MovieId>,
) -> Result<i64, Interruption> {
    let import = &batch.import;
    let options: ImportOptions = serde_json::from_str(&import.options).unwrap_or_default();
    let targets = load_targets(tx, import.id, names).await?;
    let movies = movies_of(tx, worker, &targets, queued).await?;
    let (targets, movies) = one_target_a_movie(targets, movies);
    let first_review = reserved_for(tx, import, &targets).await?;
    lock_reviews(tx).await?;
    let ids: Vec<Option<MovieId>> = movies
        .iter()
        .map(|movie| movie.and_then(FoundMovie::movie))
        .collect();
    let here = load_here(tx, import, &targets, &ids).await?;
    let mut plans: Vec<FilmPlan> = Vec::new();
    for ((target, movie), here) in targets.iter().zip(&movies).zip(&here) {
        let standing = match movie {
            Some(FoundMovie::Ambiguous) => FilmStanding::Undecided(SEVERAL_FILMS),
            _ => target.standing(),
        };
        plans.push(plan_film(&target.plan_rows(), standing, here, options));
    }
    let zone: Tz = import.zone.parse().unwrap_or(Tz::UTC);
    let how = WritingOptions {
        options,
        zone,
        first_review,
    };
    let mut writing = Writing::default();
    for (place, (target, plan)) in targets.iter().zip(&plans).enumerate() {
        if let Some(movie) = ids[place] {
            writing.add(place, movie, target, plan, how);
        }
    }
    writing.sort_by_row(&targets);
    let completed = completed_reviews(&writing);
    let before = review_hashes(tx, &completed).await?;
    let owner = (import.member_id, batch.diary);
    let new = write_imported(
        tx,
        &worker.diary,
        owner,
        &writing.reviews,
        &writing.completions,
    );
    let new = new.await?;
    let mut outcomes: Vec<Vec<import_outcome::Model>> = targets
        .iter()
        .zip(&plans)
        .map(|(target, plan)| outcomes_of(import, target, plan))
        .collect();
    settle(&mut outcomes, &plans, &movies, options);
    let changed: Vec<i64> = new.iter().chain(&completed).copied().collect();
    let after = review_hashes(tx, &changed).await?;
    mark_written(&mut outcomes, &plans, &writing, &new, &after);
    mark_completed(&mut outcomes, &writing, &after);
    for review in &completed {
        update_known_hash(tx, *review, before.get(review), after.get(review)).await?;
    }
    for (outcomes, movie) in outcomes.iter_mut().zip(&ids) {
        for outcome in outcomes.iter_mut() {
            outcome.movie_id = *movie;
        }
    }
    keep_ambiguous_films_open(tx, &targets, &movies).await?;
    let outcomes: Vec<_> = outcomes.into_iter().flatten().collect();
    let rows = outcomes
        .iter()
        .filter(|outcome| ROLES.contains(&outcome.role))
        .count();
    replace_outcomes(tx, import.id, outcomes).await?;
    Ok(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// The first of the ids that are reserved for the rows of an archive: reviews of one day are in the
/// order of their ids, and films are not written in the order of the rows.
async fn reserved_for(
    tx: &DatabaseTransaction,
    import: &import::Model,
    targets: &[Target],
) -> Result<Option<i64>, DbErr> {
    let is_copied = |row: &TargetRow| match &row.row.fact {
        RowFact::Viewing(seen) => seen.copied.is_some(),
        _ => false,
    };
    let has_copied = targets
        .iter()
        .any(|target| target.rows.iter().any(is_copied));
    if !has_copied || import.first_review.is_some() {
        return Ok(import.first_review);
    }
    let last: Option<i64> = import_row::Entity::find()
        .select_only()
        .column_as(import_row::Column::Number.max(), "last")
        .filter(import_row::Column::ImportId.eq(import.id))
        .filter(import_row::Column::Kind.eq("viewing"))
        .into_tuple()
        .one(tx)
        .await?;
    let rows = usize::try_from(last.unwrap_or_default()).unwrap_or_default();
    let first = reserve_id_range(tx, "review", rows).await?;
    import::Entity::update_many()
        .col_expr(import::Column::FirstReview, Expr::value(first))
        .filter(import::Column::Id.eq(import.id))
        .exec(tx)
        .await?;
    Ok(Some(first))
}

async fn begin_lists(worker: &ImportWorker, job: &mut Job) -> Result<bool, Interruption> {
    run_batch(worker, job, move |_, _| {
        Box::pin(async move {
            let mut progress = Progress::going_on();
            progress.change.stage = Set(ImportStage::Lists);
            Ok(progress)
        })
    })
    .await
}
