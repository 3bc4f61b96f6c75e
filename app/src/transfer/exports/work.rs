//! The background work of exports: writing large archives into the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::export::{ActiveModel, Column, Entity, ExportState, Model};
use futures_util::StreamExt;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use tokio_util::sync::CancellationToken;

use super::{ExportError, ExportFormat, Exporter};
use crate::clock::Clock;
use crate::db::Db;
use crate::posters::StagedWriter;
use crate::queue::{LEASE_DURATION, QueueOutcome};

/// After so many items, the progress is stored and the lease renewed. It is also renewed when half
/// of it has passed.
const ITEMS_PER_STEP: u64 = 2_000;

/// Writes the archive that has waited longest, until it is ready or the server stops.
pub async fn write_next_archive(
    exporter: &Exporter,
    stop: &CancellationToken,
) -> Result<QueueOutcome, DbErr> {
    let mut job = match lease_next(&exporter.db, &exporter.clock).await? {
        Ok(job) => job,
        Err(idle) => return Ok(idle),
    };
    let export = job.export.id;
    match job.write(exporter, stop).await {
        Ok(()) => {}
        Err(WriteError::Lost) => tracing::debug!(export, "an archive was deleted or taken over"),
        Err(WriteError::Stopped) => job.release(exporter).await?,
        Err(WriteError::Export(error)) => {
            tracing::warn!(export, %error, "an archive could not be written");
            let failed = ActiveModel {
                state: Set(ExportState::Failed),
                ..Default::default()
            };
            job.store(exporter, failed).await?;
        }
    }
    Ok(QueueOutcome::Worked)
}

/// Lets the archives that an ended process was writing be written anew at once.
pub async fn release_abandoned(db: &Db) -> Result<(), DbErr> {
    if db.is_shared() {
        // Another instance may be at it. The lease will expire.
        return Ok(());
    }
    db.write(|tx| {
        Box::pin(async move {
            Entity::update_many()
                .col_expr(Column::LeaseUntil, Expr::value(DateTime::UNIX_EPOCH))
                .filter(Column::State.eq(ExportState::Writing))
                .exec(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error("the archive was taken away")]
    Lost,
    #[error("the server stops")]
    Stopped,
    #[error(transparent)]
    Export(#[from] ExportError),
}

impl From<DbErr> for WriteError {
    fn from(error: DbErr) -> Self {
        Self::Export(error.into())
    }
}

impl From<object_store::Error> for WriteError {
    fn from(error: object_store::Error) -> Self {
        Self::Export(error.into())
    }
}

struct Job {
    export: Model,
    until: DateTime<Utc>,
}

async fn lease_next(db: &Db, clock: &Clock) -> Result<Result<Job, QueueOutcome>, DbErr> {
    let now = clock.now();
    // A read first, so that an idle worker writes nothing.
    let next: Option<DateTime<Utc>> = Entity::find()
        .select_only()
        .column(Column::LeaseUntil)
        .filter(Column::State.eq(ExportState::Writing))
        .order_by_asc(Column::LeaseUntil)
        .into_tuple()
        .one(db.reader())
        .await?;
    if next.is_none_or(|due| due > now) {
        return Ok(Err(QueueOutcome::Idle { until: next }));
    }
    let leased = db.write(move |tx| Box::pin(async move { lease(tx, now).await }));
    Ok(leased.await?.ok_or(QueueOutcome::Idle { until: None }))
}

async fn lease(tx: &DatabaseTransaction, now: DateTime<Utc>) -> Result<Option<Job>, DbErr> {
    let found = Entity::find()
        .filter(Column::State.eq(ExportState::Writing))
        .filter(Column::LeaseUntil.lte(now))
        .order_by_asc(Column::LeaseUntil)
        .order_by_asc(Column::Id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(tx)
        .await?;
    let Some(export) = found else {
        return Ok(None);
    };
    let until = now + LEASE_DURATION;
    Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(until))
        .filter(Column::Id.eq(export.id))
        .exec(tx)
        .await?;
    Ok(Some(Job { export, until }))
}

impl Job {
    async fn write(
        &mut self,
        exporter: &Exporter,
        stop: &CancellationToken,
    ) -> Result<(), WriteError> {
        let mut writer = exporter.posters.store().begin_staged().await?;
        match self.write_parts(exporter, stop, &mut writer).await {
            Ok(()) => {}
            Err(error) => {
                if let Err(error) = writer.abort().await {
                    tracing::warn!(%error, "half an archive could not be removed");
                }
                return Err(error);
            }
        }
        let file = writer.finish().await?;
        let ready = ActiveModel {
            state: Set(ExportState::Ready),
            done: Set(self.export.total),
            object: Set(Some(file.name.clone())),
            bytes: Set(Some(i64::try_from(file.bytes).unwrap_or(i64::MAX))),
            ready_at: Set(Some(exporter.clock.now())),
            ..Default::default()
        };
        if self.store(exporter, ready).await? {
            return Ok(());
        }
        exporter.posters.store().remove_staged(&file.name).await?;
        Err(WriteError::Lost)
    }

    async fn write_parts(
        &mut self,
        exporter: &Exporter,
        stop: &CancellationToken,
        writer: &mut StagedWriter,
    ) -> Result<(), WriteError> {
        let member = self.export.member_id;
        let zone: Tz = self.export.zone.parse().unwrap_or(Tz::UTC);
        let done = Arc::<AtomicU64>::default();
        let counter = Arc::clone(&done);
        let mut parts = exporter.start(None, (member, zone), ExportFormat::Archive, counter);
        let mut stored = 0;
        while let Some(part) = parts.next().await {
            if stop.is_cancelled() {
                return Err(WriteError::Stopped);
            }
            writer.write(&part?).await?;
            let now_done = done.load(Ordering::Relaxed);
            let is_due = exporter.clock.now() + LEASE_DURATION / 2 > self.until;
            if is_due || now_done >= stored + ITEMS_PER_STEP {
                stored = now_done;
                self.go_on(exporter, now_done).await?;
            }
        }
        Ok(())
    }

    /// Stores the progress, and renews the lease.
    async fn go_on(&mut self, exporter: &Exporter, done: u64) -> Result<(), WriteError> {
        // It identifies the lease, so it must differ from the one before.
        let later = self.until + chrono::TimeDelta::milliseconds(1);
        let until = Ord::max(exporter.clock.now() + LEASE_DURATION, later);
        let change = ActiveModel {
            done: Set(i64::try_from(done).unwrap_or(i64::MAX)),
            lease_until: Set(until),
            ..Default::default()
        };
        if !self.store(exporter, change).await? {
            return Err(WriteError::Lost);
        }
        self.until = until;
        Ok(())
    }

    async fn release(&self, exporter: &Exporter) -> Result<(), DbErr> {
        let change = ActiveModel {
            lease_until: Set(DateTime::UNIX_EPOCH),
            ..Default::default()
        };
        self.store(exporter, change).await?;
        Ok(())
    }

    /// Changes the export if the lease is still this worker’s. Returns whether it was.
    async fn store(&self, exporter: &Exporter, change: ActiveModel) -> Result<bool, DbErr> {
        let (id, until) = (self.export.id, self.until);
        exporter
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let changed = Entity::update_many()
                        .set(change)
                        .filter(Column::Id.eq(id))
                        .filter(Column::LeaseUntil.eq(until))
                        .filter(Column::State.eq(ExportState::Writing))
                        .exec(tx)
                        .await?;
                    Ok(changed.rows_affected > 0)
                })
            })
            .await
    }
}
