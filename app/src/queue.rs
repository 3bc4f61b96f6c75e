//! Job queues in database tables, with one row per movie. A crash loses no work, and several
//! instances can share it.
//!
//! A worker leases a row for a limited time; when the lease expires, another worker may take the
//! row. A lease is identified by its expiry, not by the number of tries, which is reset when a
//! row is queued for something else.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use crate::clock::Clock;
use crate::db::Db;

/// How long a worker may take before another one may take the row.
pub const LEASE_DURATION: TimeDelta = TimeDelta::seconds(60);

/// The state of a queued row, in every queue.
const QUEUED_STATE: &str = "wanted";

/// A table with a row per movie and the columns `state`, `try_at` (when it is due) and `tries`
/// (how often it was leased).
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    pub table: &'static str,
    /// The state of a row that a worker has leased.
    pub leased_state: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    pub movie: i64,
    /// The number of this try, starting at 1.
    pub tries: i16,
    /// Its expiry, which also identifies the lease.
    pub until: DateTime<Utc>,
}

/// The result of one round of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueOutcome {
    /// It processed a row, and there may be more.
    Worked,
    /// It found no row that is due.
    Idle {
        /// When the next row is due, which is now if another worker has locked it; `None` when
        /// the queue is empty.
        until: Option<DateTime<Utc>>,
    },
}

impl Queue {
    /// Leases the row that has been due longest. Returns `Err` with the outcome when no row is
    /// due.
    pub async fn lease_next(
        self,
        db: &Db,
        clock: &Clock,
    ) -> Result<Result<Lease, QueueOutcome>, DbErr> {
        let now = clock.now();
        // A read first, so that an idle worker writes nothing.
        let until = self.next_due(db).await?;
        if until.is_none_or(|due| due > now) {
            return Ok(Err(QueueOutcome::Idle { until }));
        }
        let lease = db.write(move |tx| Box::pin(async move { self.lease_due_at(tx, now).await }));
        match lease.await? {
            Some(lease) => Ok(Ok(lease)),
            // Other workers took or locked every row that was due.
            None => Ok(Err(QueueOutcome::Idle {
                until: self.next_due(db).await?,
            })),
        }
    }

    async fn lease_due_at(
        self,
        tx: &DatabaseTransaction,
        now: DateTime<Utc>,
    ) -> Result<Option<Lease>, DbErr> {
        let due = Query::select()
            .columns(["movie_id", "tries"])
            .from(self.table)
            .and_where(self.is_queued_or_leased())
            .and_where(Expr::col("try_at").lte(now))
            .order_by("try_at", sea_orm::Order::Asc)
            .limit(1)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .take();
        let Some(row) = tx.query_one(&due).await? else {
            return Ok(None);
        };
        let tries: i16 = row.try_get_by_index(1)?;
        let lease = Lease {
            movie: row.try_get_by_index(0)?,
            tries: tries.saturating_add(1),
            until: now + LEASE_DURATION,
        };
        let taken = Query::update()
            .table(self.table)
            .value("state", self.leased_state)
            .value("try_at", lease.until)
            .value("tries", lease.tries)
            .and_where(Expr::col("movie_id").eq(lease.movie))
            .take();
        tx.execute(&taken).await?;
        Ok(Some(lease))
    }

    async fn next_due(self, db: &Db) -> Result<Option<DateTime<Utc>>, DbErr> {
        let next = Query::select()
            .column("try_at")
            .from(self.table)
            .and_where(self.is_queued_or_leased())
            .order_by("try_at", sea_orm::Order::Asc)
            .limit(1)
            .take();
        let row = db.reader().query_one(&next).await?;
        row.map(|row| row.try_get_by_index(0)).transpose()
    }

    /// Locks the row and checks that no other worker has leased it since.
    pub async fn is_lease_current(
        self,
        tx: &DatabaseTransaction,
        lease: Lease,
    ) -> Result<bool, DbErr> {
        let row = Query::select()
            .column("movie_id")
            .from(self.table)
            .and_where(Expr::col("movie_id").eq(lease.movie))
            .and_where(Expr::col("state").eq(self.leased_state))
            .and_where(Expr::col("try_at").eq(lease.until))
            .lock_exclusive()
            .take();
        Ok(tx.query_one(&row).await?.is_some())
    }

    /// Queues the rows that a crashed process had leased. Does nothing on PostgreSQL, where
    /// another instance may be working on them; there the leases expire.
    pub async fn requeue_abandoned(self, db: &Db, clock: &Clock) -> Result<(), DbErr> {
        if db.is_shared() {
            return Ok(());
        }
        let requeue = Query::update()
            .table(self.table)
            .value("state", QUEUED_STATE)
            .value("try_at", clock.now())
            .and_where(Expr::col("state").eq(self.leased_state))
            .take();
        db.write(move |tx| {
            Box::pin(async move {
                tx.execute(&requeue).await?;
                Ok(())
            })
        })
        .await
    }

    /// Rows that are queued, or leased by a worker that may have crashed.
    fn is_queued_or_leased(self) -> Expr {
        Expr::col("state").is_in([QUEUED_STATE, self.leased_state])
    }
}

/// The delay after the `tries`th failed try: seconds at first, in case of a hiccup, then up to a
/// day, in case of an outage. `None` when no retries are left.
pub fn retry_delay(tries: i16) -> Option<TimeDelta> {
    Some(match tries {
        ..=1 => TimeDelta::seconds(1),
        2 => TimeDelta::seconds(2),
        3 => TimeDelta::seconds(4),
        4 => TimeDelta::minutes(1),
        5 => TimeDelta::minutes(10),
        6 => TimeDelta::hours(1),
        7 => TimeDelta::hours(6),
        8 => TimeDelta::days(1),
        _ => return None,
    })
}
