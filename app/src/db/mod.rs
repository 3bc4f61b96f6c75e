//! Database access, for SQLite and PostgreSQL. The differences between the two are handled here and
//! in the migrations, and nowhere else.

mod batch;
mod cached_sql;
mod column_kind;
mod ids;
mod joined_ids;
mod locks;
mod migrate;
mod open_error;
mod pools;
mod positions;
mod postgres_server;
mod probe;
mod refill;
mod snapshot;
mod sqlite_file;
mod storage_fault;
mod tables;
mod union;

use std::future::Future;
use std::pin::Pin;

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqlErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::config::DatabaseUrl;
use migrate::migrate;
use pools::{postgres_options, sqlite_reader_options, sqlite_writer_options};
use probe::{DatabaseProbe, database_down_error};
use sqlite_file::OpenedFile;

pub use batch::{Batch, first_row_of_each};
pub use cached_sql::CachedSql;
pub use ids::{next_id_query, reserve_id_range, reserve_ids};
pub use joined_ids::{joined_ids, split_ids};
pub use locks::{Exclusive, advisory_lock};
pub use open_error::DatabaseOpenError;
pub use positions::{free_position, position_by_id, spread_positions};
pub use refill::{RefillError, check_schema, refill_empty_database};
pub use snapshot::applied_migrations;
pub use sqlite_file::create_private_folder;
pub use storage_fault::StorageFault;
pub use tables::{InvalidValue, Table, read_id_counters, set_id_counter, tables_in_order};
pub use union::union_all;

/// The connection pools for reading and writing.
///
/// SQLite has one connection for writes and a few read-only ones, so that readers never wait and
/// writers never get `SQLITE_BUSY`. PostgreSQL has one pool for both.
#[derive(Clone, Debug)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// `None` for SQLite: a file is never unreachable.
    probe: Option<DatabaseProbe>,
    /// `None` for PostgreSQL.
    file: Option<OpenedFile>,
    is_new: bool,
}

/// The future of a transaction run by [`Db::write`].
pub type TransactionFuture<'tx, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'tx>>;

impl Db {
    /// Migrates the schema, then connects.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, DatabaseOpenError> {
        let opened = async { Self::connect(url, migrate(url).await?).await };
        match opened.await {
            Ok(db) => Ok(db),
            Err(error) => Err(open_error::explain(url, error).await),
        }
    }

    async fn connect(url: &DatabaseUrl, is_new: bool) -> Result<Self, DatabaseOpenError> {
        Ok(match url {
            DatabaseUrl::Sqlite(file) => Self {
                writer: Database::connect(sqlite_writer_options(file)).await?,
                reader: Database::connect(sqlite_reader_options(file)).await?,
                probe: None,
                file: Some(OpenedFile::at(file).await?),
                is_new,
            },
            DatabaseUrl::Postgres(url) => {
                let probe = DatabaseProbe::new(url);
                let both = Database::connect(postgres_options(url, &probe)).await?;
                postgres_server::warn_if_unencrypted(url, &both).await?;
                Self {
                    reader: both.clone(),
                    writer: both,
                    probe: Some(probe),
                    file: None,
                    is_new,
                }
            }
        })
    }

    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Runs `work` while the database is reachable. Once the database is found to be down, pending
    /// work is dropped with an error, and new work fails at once until it is back.
    pub async fn while_reachable<T>(&self, work: impl Future<Output = T>) -> Result<T, DbErr> {
        let Some(probe) = &self.probe else {
            return Ok(work.await);
        };
        if probe.is_down() {
            return Err(database_down_error());
        }
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = probe.until_down() => Err(database_down_error()),
        }
    }

    /// Runs `work` in a transaction, and rolls back on error.
    ///
    /// The transaction runs in a task of its own, so that a client who disconnects half-way never
    /// leaves an open transaction on a pooled connection.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'tx> FnOnce(&'tx DatabaseTransaction) -> TransactionFuture<'tx, T, E>
            + Send
            + 'static,
        T: Send + 'static,
        E: From<DbErr> + Send + 'static,
    {
        let db = self.clone();
        let task =
            tokio::spawn(async move { db.while_reachable(run_transaction(&db, work)).await? });
        match task.await {
            Ok(outcome) => outcome,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(DbErr::Custom("the server is shutting down".to_owned()).into()),
            },
        }
    }

    /// Whether the database was created just now.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// Whether other instances may use the same database.
    pub fn is_shared(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Postgres
    }

    /// What is wrong with the database; `None` if it responds, has no pending migrations, and has
    /// not been moved.
    pub async fn find_problem(&self) -> Option<&'static str> {
        if let Some(file) = &self.file
            && !file.is_in_place().await
        {
            return Some("the database was moved, replaced or deleted");
        }
        let pending = Migrator::get_pending_migrations_read_only(&self.reader);
        let pending = self
            .while_reachable(pending)
            .await
            .and_then(|pending| pending);
        let is_ready = pending.is_ok_and(|pending| pending.is_empty());
        (!is_ready).then_some("the database is not ready")
    }

    /// Writes SQLite's write-ahead log back into the database file; the log never shrinks
    /// otherwise.
    pub async fn checkpoint(&self) -> Result<(), DbErr> {
        if self.writer.get_database_backend() == DbBackend::Sqlite {
            self.writer
                .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
                .await?;
        }
        Ok(())
    }

    /// Raises the cache of SQLite's writer to 64 MB. Without it, a bulk insert writes out and
    /// rereads index pages every few rows.
    pub async fn enlarge_write_cache(&self) -> Result<(), DbErr> {
        if self.writer.get_database_backend() == DbBackend::Sqlite {
            self.writer
                .execute_unprepared("PRAGMA cache_size = -64000")
                .await?;
        }
        Ok(())
    }

    /// Checkpoints, waits for running queries and closes all connections.
    pub async fn close(self) -> Result<(), DbErr> {
        self.checkpoint().await?;
        self.reader.close().await?;
        self.writer.close().await
    }
}

async fn run_transaction<T, E, F>(db: &Db, work: F) -> Result<T, E>
where
    F: for<'tx> FnOnce(&'tx DatabaseTransaction) -> TransactionFuture<'tx, T, E>,
    E: From<DbErr>,
{
    let tx = db.writer.begin_with_options(immediate_options()).await?;
    let done = match (work(&tx).await, &db.file) {
        // A transaction that is committed to a deleted file is lost.
        (Ok(done), Some(file)) => file
            .require_in_place()
            .await
            .map(|()| done)
            .map_err(E::from),
        (done, _) => done,
    };
    match done {
        Ok(done) => tx.commit().await.map(|()| done).map_err(E::from),
        Err(refused) => {
            // The first error is the one to report.
            if let Err(error) = tx.rollback().await {
                tracing::warn!(%error, "a transaction could not be rolled back");
            }
            Err(refused)
        }
    }
}

/// Whether the statement violates a unique constraint.
pub fn is_unique_violation(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// Takes the write lock at the start: SQLite may refuse to upgrade a read transaction later.
/// PostgreSQL ignores this option.
fn immediate_options() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}
