//! Plans what becomes of the rows of an import, for the preview.

use chrono::{Datelike, NaiveDate};
use entity::import::{self, ImportStage, ImportState};
use entity::import_film;
use entity::import_outcome::{self, RowRole, RowState};
use sea_orm::sea_query::{Expr, ExprTrait, Func, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::ImportWorker;
use super::here::load_here;
use super::lease::{Interruption, Job, Progress, run_batch};
use super::store::{empty_outcome, insert_all};
use super::target::{Target, leave_out_rest, load_targets};
use super::write::UNREADABLE;
use crate::transfer::ImportCounts;
use crate::transfer::ImportOptions;
use crate::transfer::counts::count_import;
use crate::transfer::join::JoinFact;
use crate::transfer::json::to_json;
use crate::transfer::plan::{FilmPlan, plan_film};
use crate::transfer::queries::inspections_of;

/// Films whose rows are planned at once, and about how many rows.
pub(super) const BATCH: (u64, i64) = (100, 500);

/// Plans the next films. Returns whether the worker goes on with the import.
pub(super) async fn plan_next(worker: &ImportWorker, job: &mut Job) -> Result<bool, Interruption> {
    let db = &worker.diary.db;
    let import = job.import.id;
    let is_first = job.cursor.is_empty();
    let targets = targets_after(db.reader(), import, &job.cursor).await?;
    let Some(last) = targets.last().cloned() else {
        return finish(worker, job, is_first).await;
    };
    let done = if is_first { 0 } else { job.import.done };
    let goes_on = run_batch(worker, job, move |tx, batch| {
        Box::pin(async move {
            if is_first {
                forget_plan(tx, import).await?;
            }
            let films = plan_targets(tx, &batch.import, &targets).await?;
            Ok(Progress::with_done(done + films))
        })
    });
    let goes_on = goes_on.await?;
    if is_first {
        job.planned_by.clone_from(&job.import.options);
    }
    job.cursor = last;
    Ok(goes_on)
}

/// A plan that was begun before a restart.
async fn forget_plan(tx: &DatabaseTransaction, import: i64) -> Result<(), DbErr> {
    import_outcome::Entity::delete_many()
        .filter(import_outcome::Column::ImportId.eq(import))
        .filter(import_outcome::Column::Film.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// The next targets, with no more rows than fit into memory.
async fn targets_after(
    db: &impl ConnectionTrait,
    import: i64,
    after: &str,
) -> Result<Vec<String>, DbErr> {
    use import_film::{Column, Entity};
    let films: Vec<(String, i64)> = Entity::find()
        .select_only()
        .column(Column::Target)
        .column_as(row_sum(), "all_rows")
        .filter(Column::ImportId.eq(import))
        .filter(Column::Target.gt(after))
        .group_by(Column::Target)
        .order_by_asc(Column::Target)
        .limit(BATCH.0)
        .into_tuple()
        .all(db)
        .await?;
    Ok(within_rows(films))
}

/// All rows of a target. PostgreSQL adds up to another type.
pub(super) fn row_sum() -> SimpleExpr {
    let sum = Func::sum(Expr::col(import_film::Column::Rows));
    Expr::expr(sum).cast_as("bigint")
}

/// As many as have about the rows of a batch, but at least one.
pub(super) fn within_rows(targets: Vec<(String, i64)>) -> Vec<String> {
    let mut total = 0;
    let fitting = targets.into_iter().take_while(|(_, rows)| {
        let is_first = total == 0;
        total += Ord::max(*rows, 1);
        is_first || total <= BATCH.1
    });
    fitting.map(|(target, _)| target).collect()
}

/// Plans anew what becomes of the rows of these targets that are not written yet. Returns how many
/// films there are.
async fn plan_targets(
    tx: &DatabaseTransaction,
    import: &import::Model,
    names: &[String],
) -> Result<i64, DbErr> {
    let options: ImportOptions = serde_json::from_str(&import.options).unwrap_or_default();
    leave_out_rest(tx, import, names).await?;
    let targets = load_targets(tx, import.id, names).await?;
    let movies: Vec<_> = targets.iter().map(Target::movie).collect();
    let here = load_here(tx, import, &targets, &movies).await?;
    let mut outcomes = Vec::new();
    for (target, here) in targets.iter().zip(&here) {
        let plan = plan_film(&target.plan_rows(), target.standing(), here, options);
        outcomes.extend(outcomes_of(import, target, &plan));
    }
    replace_outcomes(tx, import.id, outcomes).await?;
    let films: usize = targets.iter().map(|target| target.films.len()).sum();
    Ok(i64::try_from(films).unwrap_or(i64::MAX))
}

/// The rows of a plan as they are stored.
pub(super) fn outcomes_of(
    import: &import::Model,
    target: &Target,
    plan: &FilmPlan,
) -> Vec<import_outcome::Model> {
    let empty = empty_outcome(import.id, import.member_id);
    let planned = target.rows.iter().zip(&plan.rows).map(|(row, planned)| {
        let merged_into = planned.merged_into.and_then(|place| target.rows.get(place));
        import_outcome::Model {
            row: row.plan.number,
            state: planned.state,
            role: planned.role,
            kind: row.plan.kind.clone(),
            film: Some(row.film),
            merged_into: merged_into.map(|row| row.plan.number),
            reason: planned.reason.clone(),
            detail: planned.detail.as_ref().map(to_json),
            warning: planned.warning.as_ref().map(to_json),
            own_key: row.plan.own_key.clone(),
            day_key: day_in_file(&row.plan.row.fact).map(|day| day.num_days_from_ce()),
            ..empty.clone()
        }
    });
    let unreadable = target
        .unreadable
        .iter()
        .map(|(number, film)| import_outcome::Model {
            row: *number,
            state: RowState::Failed,
            role: RowRole::None,
            film: *film,
            reason: Some(UNREADABLE.to_owned()),
            ..empty.clone()
        });
    planned.chain(unreadable).collect()
}

fn day_in_file(fact: &JoinFact) -> Option<NaiveDate> {
    match fact {
        JoinFact::Viewing { day, .. } => *day,
        _ => None,
    }
}

/// Stores outcomes anew, in a few statements.
pub(super) async fn replace_outcomes(
    tx: &DatabaseTransaction,
    import: i64,
    outcomes: Vec<import_outcome::Model>,
) -> Result<(), DbErr> {
    use import_outcome::{Column, Entity};
    for some in outcomes.chunks(1000) {
        Entity::delete_many()
            .filter(Column::ImportId.eq(import))
            .filter(Column::Row.is_in(some.iter().map(|outcome| outcome.row)))
            .exec(tx)
            .await?;
    }
    insert_all(tx, outcomes).await
}

async fn finish(
    worker: &ImportWorker,
    job: &mut Job,
    has_no_films: bool,
) -> Result<bool, Interruption> {
    let (import, planned_by) = (job.import.id, job.planned_by.clone());
    let goes_on = run_batch(worker, job, move |tx, batch| {
        Box::pin(async move {
            if has_no_films {
                forget_plan(tx, import).await?;
            } else if batch.import.options != planned_by {
                return Ok(Progress::going_on());
            }
            let mut progress = Progress::default();
            progress.change.state = Set(ImportState::Ready);
            progress.change.stage = Set(ImportStage::Reviews);
            progress.change.counts = Set(Some(to_json(&count_anew(tx, import).await?)));
            Ok(progress)
        })
    });
    let goes_on = goes_on.await?;
    // The options have changed meanwhile, so the plan begins anew.
    job.cursor.clear();
    Ok(goes_on)
}

/// What is in the import by now.
pub(super) async fn count_anew(
    db: &impl ConnectionTrait,
    import: i64,
) -> Result<ImportCounts, DbErr> {
    let inspections = inspections_of(db, import).await?;
    let rows: u64 = inspections.iter().map(|inspection| inspection.rows()).sum();
    count_import(db, import, i64::try_from(rows).unwrap_or(i64::MAX)).await
}

/// Plans the rows of films anew whose match was changed, and counts again.
pub(in crate::transfer) async fn plan_films_again(
    tx: &DatabaseTransaction,
    import: &import::Model,
    targets: &[String],
) -> Result<ImportCounts, DbErr> {
    plan_targets(tx, import, targets).await?;
    count_anew(tx, import.id).await
}
