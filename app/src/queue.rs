//! Rows that are queues: what is still to be done of a movie stands in the database, so that
//! a crash loses nothing and several instances share the work.
//!
//! Who takes a row gets it for the time of a lease; whoever dies with it leaves it to the
//! next. When the lease ends tells its holder from whoever took the row after: the number of
//! tries does not, because it begins anew when something else is to be tried.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use crate::clock::Clock;
use crate::db::Db;

/// How long one try may take before the row counts as left behind.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);

/// The state of a row that waits to be taken, in every queue.
const WANTED: &str = "wanted";

/// A table with a row for each movie: its `state`, when to try it (`try_at`) and how often
/// it was tried in vain (`tries`).
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    /// The table.
    pub table: &'static str,
    /// The state of a row that somebody works on.
    pub taken: &'static str,
}

/// A row that is held for the time of a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The movie whose row it is.
    pub movie: i64,
    /// Which try it is.
    pub tries: i16,
    /// When it runs out.
    pub until: DateTime<Utc>,
}

/// What came of looking for work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// One row was worked on; there may be more.
    Worked,
    /// There is nothing to do before that time, or at all.
    Idle {
        /// When the next row is due.
        until: Option<DateTime<Utc>>,
    },
}

impl Queue {
    /// Takes the row that has waited longest. Nobody else gets it while the lease runs.
    /// `Err`: none is due.
    pub async fn take(self, db: &Db, clock: &Clock) -> Result<Result<Lease, Outcome>, DbErr> {
        let now = clock.now();
        // A read first: looking in vain writes nothing.
        let until = self.next_due(db).await?;
        if until.is_none_or(|due| due > now) {
            return Ok(Err(Outcome::Idle { until }));
        }
        let taken = db.write(move |tx| Box::pin(async move { self.take_at(tx, now).await }));
        Ok(taken.await?.ok_or(Outcome::Idle { until: None }))
    }

    async fn take_at(
        self,
        tx: &DatabaseTransaction,
        now: DateTime<Utc>,
    ) -> Result<Option<Lease>, DbErr> {
        let due = Query::select()
            .columns(["movie_id", "tries"])
            .from(self.table)
            .and_where(self.is_open())
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
            until: now + LEASE,
        };
        let taken = Query::update()
            .table(self.table)
            .value("state", self.taken)
            .value("try_at", lease.until)
            .value("tries", lease.tries)
            .and_where(Expr::col("movie_id").eq(lease.movie))
            .take();
        tx.execute(&taken).await?;
        Ok(Some(lease))
    }

    /// When the next row is due.
    async fn next_due(self, db: &Db) -> Result<Option<DateTime<Utc>>, DbErr> {
        let next = Query::select()
            .column("try_at")
            .from(self.table)
            .and_where(self.is_open())
            .order_by("try_at", sea_orm::Order::Asc)
            .limit(1)
            .take();
        let row = db.reader().query_one(&next).await?;
        row.map(|row| row.try_get_by_index(0)).transpose()
    }

    /// Whether `lease` still counts: nobody else took the row meanwhile.
    pub async fn still_holds(self, tx: &DatabaseTransaction, lease: Lease) -> Result<bool, DbErr> {
        let held = Query::select()
            .column("movie_id")
            .from(self.table)
            .and_where(Expr::col("movie_id").eq(lease.movie))
            .and_where(Expr::col("state").eq(self.taken))
            .and_where(Expr::col("try_at").eq(lease.until))
            .lock_exclusive()
            .take();
        Ok(tx.query_one(&held).await?.is_some())
    }

    /// Gives back what a process that died was working on. Only where no other process can
    /// be working: with SQLite, at the start of the server.
    pub async fn release(self, db: &Db, clock: &Clock) -> Result<(), DbErr> {
        if db.is_shared() {
            return Ok(());
        }
        let due = Query::update()
            .table(self.table)
            .value("state", WANTED)
            .value("try_at", clock.now())
            .and_where(Expr::col("state").eq(self.taken))
            .take();
        db.write(move |tx| {
            Box::pin(async move {
                tx.execute(&due).await?;
                Ok(())
            })
        })
        .await
    }

    /// Rows to be worked on, and those whose worker may have died.
    fn is_open(self) -> Expr {
        Expr::col("state").is_in([WANTED, self.taken])
    }
}

/// How long to wait after the `tries`th try in vain: at first as for a hiccup, then as for
/// an outage. `None`: it was tried often enough.
pub fn back_off(tries: i16) -> Option<TimeDelta> {
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
