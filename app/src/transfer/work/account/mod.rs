//! Writes what only our own archive has: settings, goals, corrections of films and posters.

mod about_movie;
mod corrections;
mod goals;
mod pictures;
mod settings;

use entity::import::ImportStage;
use entity::import_outcome::{Column, Entity, Model, RowRole, RowState};
use entity::import_row;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use tokio_util::sync::CancellationToken;

use super::ImportWorker;
use super::lease::{Interruption, Job, Progress, run_batch};
use crate::transfer::files::row::RowFact;

pub(in crate::transfer) use about_movie::NOT_LOGGED;
pub(in crate::transfer) use corrections::OTHER_FILM;
pub(super) use goals::goal_in;
pub(in crate::transfer) use pictures::NO_PICTURE;
pub(super) use settings::write_settings;

/// The roles that this stage writes.
pub(super) const ACCOUNT_ROLES: [RowRole; 4] = [
    RowRole::Goal,
    RowRole::Settings,
    RowRole::Correction,
    RowRole::Picture,
];

/// Rows that are loaded at once.
const BATCH: u64 = 50;

/// What becomes of a row.
struct Settled {
    row: i64,
    role: RowRole,
    state: RowState,
    reason: Option<&'static str>,
    movie: Option<i64>,
}

/// Writes the next rows. Returns whether the worker goes on with the import.
pub(super) async fn write_next(
    worker: &ImportWorker,
    job: &mut Job,
    stop: &CancellationToken,
) -> Result<bool, Interruption> {
    let db = worker.diary.db.reader();
    let waiting = waiting_rows(db, job.import.id, &ACCOUNT_ROLES, BATCH).await?;
    let Some((first, _)) = waiting.first() else {
        return end_stage(worker, job).await;
    };
    match first.role {
        RowRole::Goal => goals::write(worker, job, waiting).await,
        RowRole::Settings => write_settings(worker, job).await,
        RowRole::Picture => pictures::write_some(worker, job, stop).await,
        RowRole::Correction => corrections::write(worker, job, waiting).await,
        RowRole::Viewing
        | RowRole::RatingOnly
        | RowRole::Like
        | RowRole::Watchlist
        | RowRole::ListEntry
        | RowRole::Merged
        | RowRole::None => end_stage(worker, job).await,
    }
}

/// The first rows of these roles that wait, all of the role of the first, with what they say.
async fn waiting_rows(
    db: &impl ConnectionTrait,
    import: i64,
    roles: &[RowRole],
    limit: u64,
) -> Result<Vec<(Model, Option<RowFact>)>, DbErr> {
    let mut outcomes = Entity::find()
        .filter(Column::ImportId.eq(import))
        .filter(Column::State.eq(RowState::Matched))
        .filter(Column::Role.is_in(roles.iter().copied()))
        .order_by_asc(Column::Row)
        .limit(limit)
        .all(db)
        .await?;
    let role = outcomes.first().map(|outcome| outcome.role);
    outcomes.retain(|outcome| Some(outcome.role) == role);
    let contents: Vec<(i64, String)> = import_row::Entity::find()
        .select_only()
        .columns([import_row::Column::Number, import_row::Column::Content])
        .filter(import_row::Column::ImportId.eq(import))
        .filter(import_row::Column::Number.is_in(outcomes.iter().map(|outcome| outcome.row)))
        .into_tuple()
        .all(db)
        .await?;
    let fact_of = |row: i64| {
        let found = contents.iter().find(|(number, _)| *number == row)?;
        serde_json::from_str(&found.1).ok()
    };
    let rows = outcomes.into_iter().map(|outcome| {
        let fact = fact_of(outcome.row);
        (outcome, fact)
    });
    Ok(rows.collect())
}

/// Stores what became of rows that are written already.
async fn settle(
    worker: &ImportWorker,
    job: &mut Job,
    settled: Vec<Settled>,
) -> Result<bool, Interruption> {
    let import = job.import.id;
    // Settings come before anything is counted.
    let counted = settled.iter().filter(|row| row.role != RowRole::Settings);
    let done = job.import.done + i64::try_from(counted.count()).unwrap_or(0);
    run_batch(worker, job, move |tx, _| {
        Box::pin(async move {
            store(tx, import, settled).await?;
            Ok(Progress::with_done(done))
        })
    })
    .await
}

async fn store(tx: &DatabaseTransaction, import: i64, settled: Vec<Settled>) -> Result<(), DbErr> {
    for row in settled {
        Entity::update_many()
            .col_expr(Column::State, Expr::value(row.state))
            .col_expr(Column::Reason, Expr::value(row.reason))
            .col_expr(Column::MovieId, Expr::value(row.movie))
            .filter(Column::ImportId.eq(import))
            .filter(Column::Row.eq(row.row))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// The lists stage ends the import, or goes on with what was decided meanwhile.
async fn end_stage(worker: &ImportWorker, job: &mut Job) -> Result<bool, Interruption> {
    run_batch(worker, job, move |_, _| {
        Box::pin(async move {
            let mut progress = Progress::going_on();
            progress.change.stage = Set(ImportStage::Lists);
            Ok(progress)
        })
    })
    .await
}
