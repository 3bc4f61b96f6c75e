//! A worker leases an import while it works on it, and renews the lease with each batch.

use std::collections::VecDeque;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use entity::import::{ActiveModel, Column, Entity, ImportState, Model};
use entity::{Visibility, member};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};

use super::ImportWorker;
use super::lists::Shelf;
use crate::accounts::commands::lock_member_shared;
use crate::clock::Clock;
use crate::db::{self, Db, TransactionFuture};
use crate::diary::DiaryWriter;
use crate::queue::{LEASE_DURATION, QueueOutcome};

/// Why the worker stops in the middle of an import.
#[derive(Debug, thiserror::Error)]
pub(super) enum Interruption {
    /// The import was paused, deleted or leased by another worker, or its member was disabled.
    #[error("the import was taken away")]
    Lost,
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// An import on which this worker works.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) import: Model,
    /// The last target that was planned by this worker.
    pub(super) cursor: String,
    /// The list that is being written, and its rows that are still to be written.
    pub(super) shelf: Option<Shelf>,
    pub(super) shelf_rows: VecDeque<i64>,
    /// The options by which the first targets were planned.
    pub(super) planned_by: String,
    until: DateTime<Utc>,
    /// When the last batch ended.
    resumed_at: Instant,
}

/// Runs one batch as a transaction of its own. Returns whether the worker goes on.
pub(super) async fn run_batch<W>(
    worker: &ImportWorker,
    job: &mut Job,
    work: W,
) -> Result<bool, Interruption>
where
    W: for<'tx> FnOnce(
            &'tx DatabaseTransaction,
            ImportBatch,
        ) -> TransactionFuture<'tx, Progress, Interruption>
        + Send
        + 'static,
{
    let DiaryWriter { db, clock, .. } = &worker.diary;
    let (clock, current) = (clock.clone(), job.clone());
    let (until, options, progress) = db
        .write(move |tx| {
            Box::pin(async move {
                let (diary, until) = current.begin_batch(tx, &clock).await?;
                let found = Entity::find_by_id(current.import.id).one(tx).await?;
                // The member may have changed the options.
                let import = found.ok_or(Interruption::Lost)?;
                let options = import.options.clone();
                let progress = work(tx, ImportBatch { import, diary }).await?;
                current.store(tx, &progress).await?;
                Ok::<_, Interruption>((until, options, progress))
            })
        })
        .await?;
    if worker.rests {
        tokio::time::sleep(job.resumed_at.elapsed()).await;
    }
    job.resumed_at = Instant::now();
    job.import.options = options;
    Ok(job.advance(until, &progress))
}

/// What a batch works on.
#[derive(Clone, Debug)]
pub(super) struct ImportBatch {
    pub(super) import: Model,
    /// Who may see the diary.
    pub(super) diary: Visibility,
}

/// What a batch changes about the import itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    pub(super) change: ActiveModel,
    /// Whether the worker goes on with the import.
    pub(super) goes_on: bool,
}

impl Progress {
    pub(super) fn going_on() -> Self {
        Self {
            goes_on: true,
            ..Self::default()
        }
    }

    /// The worker goes on, with so much done in this stage.
    pub(super) fn with_done(done: i64) -> Self {
        let mut progress = Self::going_on();
        progress.change.done = Set(done);
        progress
    }
}

/// Leases the import that has waited longest. Returns `Err` with the outcome when there is none.
pub(super) async fn lease_next(db: &Db, clock: &Clock) -> Result<Result<Job, QueueOutcome>, DbErr> {
    let now = clock.now();
    // A read first, so that an idle worker writes nothing.
    let next: Option<DateTime<Utc>> = waiting()
        .select_only()
        .column(Column::LeaseUntil)
        .order_by_asc(Column::LeaseUntil)
        .into_tuple()
        .one(db.reader())
        .await?;
    if next.is_none_or(|due| due > now) {
        return Ok(Err(QueueOutcome::Idle { until: next }));
    }
    let leased = db.write(move |tx| Box::pin(async move { lease_in_transaction(tx, now).await }));
    Ok(match leased.await? {
        Some(job) => Ok(job),
        None => Err(QueueOutcome::Idle { until: None }),
    })
}

fn waiting() -> sea_orm::Select<Entity> {
    const WORKED_ON: [ImportState; 3] = [
        ImportState::Reading,
        ImportState::Writing,
        ImportState::Undoing,
    ];
    let active = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::DisabledAt.is_null())
        .into_query();
    Entity::find()
        .filter(Column::State.is_in(WORKED_ON))
        .filter(Column::IsPaused.eq(false))
        .filter(Column::MemberId.in_subquery(active))
}

async fn lease_in_transaction(
    tx: &DatabaseTransaction,
    now: DateTime<Utc>,
) -> Result<Option<Job>, DbErr> {
    let found = waiting()
        .filter(Column::LeaseUntil.lte(now))
        .order_by_asc(Column::LeaseUntil)
        .order_by_asc(Column::Id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(tx)
        .await?;
    let Some(import) = found else {
        return Ok(None);
    };
    let until = now + LEASE_DURATION;
    Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(until))
        .filter(Column::Id.eq(import.id))
        .exec(tx)
        .await?;
    Ok(Some(Job {
        import,
        cursor: String::new(),
        shelf: None,
        shelf_rows: VecDeque::new(),
        planned_by: String::new(),
        until,
        resumed_at: Instant::now(),
    }))
}

impl Job {
    /// At the start of a batch, keeps the member from logging meanwhile, locks the member, and
    /// renews the lease. Returns who may see the diary, and the end of the lease.
    pub(super) async fn begin_batch(
        &self,
        tx: &DatabaseTransaction,
        clock: &Clock,
    ) -> Result<(Visibility, DateTime<Utc>), Interruption> {
        let member = self.import.member_id;
        db::advisory_lock(tx, &format!("log {member}")).await?;
        let diary = lock_member_shared(tx, member).await?;
        // It identifies the lease, so it must differ from the one before.
        let until = Ord::max(
            clock.now() + LEASE_DURATION,
            self.until + TimeDelta::milliseconds(1),
        );
        let renewed = Entity::update_many()
            .col_expr(Column::LeaseUntil, Expr::value(until))
            .filter(Column::Id.eq(self.import.id))
            .filter(Column::LeaseUntil.eq(self.until))
            .filter(Column::State.eq(self.import.state))
            .filter(Column::IsPaused.eq(false))
            .exec(tx)
            .await?;
        match diary {
            Some(diary) if renewed.rows_affected > 0 => Ok((diary, until)),
            _ => Err(Interruption::Lost),
        }
    }

    /// Stores the progress at the end of a batch.
    pub(super) async fn store(
        &self,
        tx: &DatabaseTransaction,
        progress: &Progress,
    ) -> Result<(), DbErr> {
        let mut change = progress.change.clone();
        if !progress.goes_on {
            change.lease_until = Set(DateTime::UNIX_EPOCH);
        }
        if change == ActiveModel::default() {
            return Ok(());
        }
        Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(self.import.id))
            .exec(tx)
            .await?;
        Ok(())
    }

    /// Takes over what a committed batch has changed.
    pub(super) fn advance(&mut self, until: DateTime<Utc>, progress: &Progress) -> bool {
        self.until = until;
        let change = &progress.change;
        if let Set(state) = change.state {
            self.import.state = state;
        }
        if let Set(stage) = change.stage {
            self.import.stage = stage;
        }
        if let Set(done) = change.done {
            self.import.done = done;
        }
        if let Set(total) = change.total {
            self.import.total = total;
        }
        progress.goes_on
    }

    /// Lets another worker go on at once.
    pub(super) async fn release(&self, db: &Db) -> Result<(), Interruption> {
        self.end_lease(db, DateTime::UNIX_EPOCH).await
    }

    /// Lets any worker go on at once, after all other imports that wait.
    pub(super) async fn give_turn(&self, db: &Db, clock: &Clock) -> Result<(), Interruption> {
        self.end_lease(db, clock.now()).await
    }

    /// Lets any worker try once more later, after all other imports that wait.
    pub(super) async fn defer(&self, db: &Db, clock: &Clock) -> Result<(), Interruption> {
        self.end_lease(db, clock.now() + LEASE_DURATION).await
    }

    async fn end_lease(&self, db: &Db, end: DateTime<Utc>) -> Result<(), Interruption> {
        let (id, until) = (self.import.id, self.until);
        db.write(move |tx| {
            Box::pin(async move {
                Entity::update_many()
                    .col_expr(Column::LeaseUntil, Expr::value(end))
                    .filter(Column::Id.eq(id))
                    .filter(Column::LeaseUntil.eq(until))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}
