//! The database: SQLite in a file, or PostgreSQL. What differs between the two stands
//! here and in the migrations, and nowhere else.

mod batch;
mod migrate;
mod pools;
mod pulse;
mod text;
mod trouble;

use std::future::Future;
use std::pin::Pin;

use migration::{Migrator, MigratorTrait};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::config::DatabaseUrl;
use migrate::migrate;
use pools::{postgres, sqlite_reader, sqlite_writer};
use pulse::{Pulse, away};

pub use batch::{Batch, first_of_each};
pub use text::Text;
pub use trouble::Trouble;

/// The connections of this process.
///
/// SQLite has one connection that writes and some that only read, so that readers never
/// wait and writers never meet `SQLITE_BUSY`. PostgreSQL has one pool for both.
#[derive(Clone, Debug)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// Of what may be away; a file never is.
    pulse: Option<Pulse>,
}

/// What [`Db::write`] runs: a transaction's work.
pub type Work<'tx, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'tx>>;

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be reached or read.
    #[error("the database cannot be opened: {0}")]
    Unreachable(#[from] DbErr),
    /// Its folder cannot be written.
    #[error("the folder of the database cannot be written: {0}")]
    Folder(#[from] std::io::Error),
    /// A newer release was here before.
    #[error(
        "the database was written by a newer version of Movies Diary (it knows {0}, which this \
         one does not): start that version again, or restore a backup from before the update"
    )]
    Newer(String),
}

impl Db {
    /// Connects, and brings the schema up to date.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        migrate(url).await?;
        Ok(match url {
            DatabaseUrl::Sqlite(file) => Self {
                writer: Database::connect(sqlite_writer(file)).await?,
                reader: Database::connect(sqlite_reader(file)).await?,
                pulse: None,
            },
            DatabaseUrl::Postgres(url) => {
                let pulse = Pulse::of(url);
                let both = Database::connect(postgres(url, &pulse)).await?;
                Self {
                    reader: both.clone(),
                    writer: both,
                    pulse: Some(pulse),
                }
            }
        })
    }

    /// For queries outside a transaction.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Does `work` as long as the database is there. Once it is found to be away, whatever waits
    /// for it is given up, and nothing more is begun until it is back.
    pub async fn while_there<T>(&self, work: impl Future<Output = T>) -> Result<T, DbErr> {
        let Some(pulse) = &self.pulse else {
            return Ok(work.await);
        };
        if pulse.is_away() {
            return Err(away());
        }
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = pulse.lost() => Err(away()),
        }
    }

    /// Runs `work` in one transaction: all of it happens, or nothing.
    ///
    /// It runs in a task of its own, so that a visitor who hangs up in the middle never
    /// leaves a half-done transaction on a connection of the pool.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'tx> FnOnce(&'tx DatabaseTransaction) -> Work<'tx, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbErr> + Send + 'static,
    {
        let db = self.clone();
        let task = tokio::spawn(async move { db.while_there(transact(&db.writer, work)).await? });
        match task.await {
            Ok(outcome) => outcome,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(DbErr::Custom("the server is shutting down".to_owned()).into()),
            },
        }
    }

    /// Whether other servers may work on the same database.
    pub fn is_shared(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Postgres
    }

    /// Whether the database answers and its schema is the newest.
    pub async fn is_healthy(&self) -> bool {
        let pending = Migrator::get_pending_migrations_read_only(&self.reader);
        let pending = self.while_there(pending).await.and_then(|pending| pending);
        pending.is_ok_and(|pending| pending.is_empty())
    }

    /// Folds the write-ahead log back into the file, which otherwise never shrinks.
    pub async fn checkpoint(&self) -> Result<(), DbErr> {
        if self.writer.get_database_backend() == DbBackend::Sqlite {
            self.writer
                .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
                .await?;
        }
        Ok(())
    }

    /// Keeps 64 MB at hand for writing, where it is SQLite's: while very many rows come, the
    /// pages of their indexes would be written out and read again for each few of them.
    pub async fn expect_many_rows(&self) -> Result<(), DbErr> {
        if self.writer.get_database_backend() == DbBackend::Sqlite {
            self.writer
                .execute_unprepared("PRAGMA cache_size = -64000")
                .await?;
        }
        Ok(())
    }

    /// Waits for running queries and closes every connection.
    pub async fn close(self) -> Result<(), DbErr> {
        self.checkpoint().await?;
        self.reader.close().await?;
        self.writer.close().await
    }
}

async fn transact<T, E, F>(writer: &DatabaseConnection, work: F) -> Result<T, E>
where
    F: for<'tx> FnOnce(&'tx DatabaseTransaction) -> Work<'tx, T, E>,
    E: From<DbErr>,
{
    let tx = writer.begin_with_options(immediate()).await?;
    match work(&tx).await {
        Ok(done) => tx.commit().await.map(|()| done).map_err(E::from),
        Err(refused) => {
            // What went wrong first is what is told.
            if let Err(error) = tx.rollback().await {
                tracing::warn!(%error, "a transaction could not be rolled back");
            }
            Err(refused)
        }
    }
}

/// Makes this transaction wait for every other one that holds the lock called `name`,
/// until it ends. SQLite's writers wait for each other anyway.
pub async fn lock(tx: &DatabaseTransaction, name: &str) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            [name.into()],
        ))
        .await?;
    }
    Ok(())
}

/// Takes `count` ids of `table` that nobody else gets: for rows that are put in many at once,
/// with others that point to them.
pub async fn take_ids(
    tx: &DatabaseTransaction,
    table: &str,
    count: usize,
) -> Result<Vec<i64>, DbErr> {
    let backend = tx.get_database_backend();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if backend == DbBackend::Postgres {
        let take = "SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2)";
        let values = [table.into(), count.into()];
        let rows = tx
            .query_all_raw(Statement::from_sql_and_values(backend, take, values))
            .await?;
        return rows.iter().map(|row| row.try_get_by_index(0)).collect();
    }
    // Whoever writes has the database for themselves, and a row with an id of its own moves
    // the sequence on.
    let last = "SELECT seq FROM sqlite_sequence WHERE name = ?";
    let row = tx
        .query_one_raw(Statement::from_sql_and_values(
            backend,
            last,
            [table.into()],
        ))
        .await?;
    let last: i64 = row
        .map(|row| row.try_get_by_index(0))
        .transpose()?
        .unwrap_or(0);
    Ok((last + 1..=last + count).collect())
}

/// Finds an `id` of `table` that nobody else gets before the transaction ends: for a row that
/// is put in together with others that point to it.
pub fn next_id(tx: &DatabaseTransaction, table: &str) -> SelectStatement {
    let next: SimpleExpr = match tx.get_database_backend() {
        DbBackend::Postgres => {
            let sequence = Func::cust("pg_get_serial_sequence").args([table, "id"].map(Expr::val));
            Func::cust("nextval").arg(sequence).into()
        }
        _ => {
            let last = Query::select()
                .column("seq")
                .from("sqlite_sequence")
                .and_where(Expr::col("name").eq(table))
                .take();
            let last = SimpleExpr::SubQuery(None, Box::new(last.into()));
            Func::coalesce([last, Expr::val(0)]).add(1)
        }
    };
    Query::select().expr_as(next, "id").take()
}

/// Begins with the right to write, so that no reader has to become a writer halfway,
/// which SQLite refuses. PostgreSQL ignores it.
fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}
