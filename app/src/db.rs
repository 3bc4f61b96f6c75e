//! The database: SQLite in a file, or PostgreSQL. What differs between the two stands
//! here and in the migrations, and nowhere else.

use std::fs::File;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use sea_orm::sqlx::Executor;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::config::DatabaseUrl;

/// How long a person waits for a free connection before they are told to try again.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a write waits for the writes before it. They take milliseconds each.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// Held on PostgreSQL while migrating, so that several instances that start at once on
/// one database take turns. Any number will do, as long as it never changes.
const MIGRATION_LOCK: i64 = 0x6d6f_7669_6573;

/// The connections of this process.
///
/// SQLite has one connection that writes and some that only read, so that readers never
/// wait and writers never meet `SQLITE_BUSY`. PostgreSQL has one pool for both.
#[derive(Clone, Debug)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
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
            },
            DatabaseUrl::Postgres(url) => {
                let both = Database::connect(postgres(url)).await?;
                Self {
                    reader: both.clone(),
                    writer: both,
                }
            }
        })
    }

    /// For queries outside a transaction.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
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
        let writer = self.writer.clone();
        let task = tokio::spawn(async move {
            let tx = writer.begin_with_options(immediate()).await?;
            let outcome = work(&tx).await;
            match outcome {
                Ok(done) => tx.commit().await.map(|()| done).map_err(E::from),
                Err(refused) => {
                    // What went wrong first is what is told.
                    if let Err(error) = tx.rollback().await {
                        tracing::warn!(%error, "a transaction could not be rolled back");
                    }
                    Err(refused)
                }
            }
        });
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
        let pending = Migrator::get_pending_migrations_read_only(&self.reader).await;
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

/// Begins with the right to write, so that no reader has to become a writer halfway,
/// which SQLite refuses. PostgreSQL ignores it.
fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

/// Processes that start at once on one database take turns: on PostgreSQL by a lock of
/// the server, with SQLite by one on a file beside the database.
async fn migrate(url: &DatabaseUrl) -> Result<(), OpenError> {
    match url {
        DatabaseUrl::Sqlite(file) => {
            let _turn = lock_beside(file).await?;
            let one = Database::connect(sqlite_writer(file)).await?;
            migrate_by(one).await
        }
        DatabaseUrl::Postgres(url) => {
            let one = Database::connect(postgres(url).max_connections(1).clone()).await?;
            let lock = format!("SELECT pg_advisory_lock({MIGRATION_LOCK})");
            one.execute_unprepared(&lock).await?;
            // The lock goes with the connection.
            migrate_by(one).await
        }
    }
}

async fn migrate_by(one: DatabaseConnection) -> Result<(), OpenError> {
    refuse_newer(&one).await?;
    Migrator::up(&one, None).await?;
    Ok(one.close().await?)
}

/// Locks a file beside `database`, whose folder is made if it is not there. The lock goes
/// with the file that comes back, also when the process dies.
async fn lock_beside(database: &Path) -> std::io::Result<File> {
    let path = database.with_extension("lock");
    let locked = tokio::task::spawn_blocking(move || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = File::create(path)?;
        file.lock()?;
        Ok(file)
    });
    locked.await.map_err(std::io::Error::other)?
}

async fn refuse_newer(db: &DatabaseConnection) -> Result<(), OpenError> {
    let known = Migrator::migrations();
    let applied = Migrator::get_migration_models(db).await?;
    match applied
        .into_iter()
        .find(|step| !known.iter().any(|known| known.name() == step.version))
    {
        Some(unknown) => Err(OpenError::Newer(unknown.version)),
        None => Ok(()),
    }
}

/// Says that it is SQLite; the file is named beside it, where nothing has to be escaped.
const SQLITE: &str = "sqlite:";

fn sqlite_writer(file: &Path) -> ConnectOptions {
    let mut options = pool(SQLITE, 1, WRITE_PATIENCE);
    let file = file.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(sea_orm::sqlx::sqlite::SqliteJournalMode::Wal)
            // What was acknowledged survives a power cut.
            .synchronous(sea_orm::sqlx::sqlite::SqliteSynchronous::Full)
            .foreign_keys(true)
            // Another process (the command line) may write too.
            .busy_timeout(WRITE_PATIENCE)
            .pragma("cache_size", "-4000")
            .pragma("mmap_size", "268435456")
    });
    options
}

fn sqlite_reader(file: &Path) -> ConnectOptions {
    let mut options = pool(SQLITE, 4, PATIENCE);
    let file = file.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&file)
            .read_only(true)
            .busy_timeout(PATIENCE)
            .pragma("cache_size", "-8000")
            .pragma("mmap_size", "268435456")
    });
    options
}

fn postgres(url: &str) -> ConnectOptions {
    let mut options = pool(url, 16, PATIENCE);
    options.connect_timeout(PATIENCE);
    options.set_application_name("movies-diary");
    // One round trip that finds out a connection which the server closed while it lay
    // idle, and ends whatever transaction a task that died may have left on one.
    options.map_sqlx_postgres_before_acquire(|connection, _| {
        Box::pin(async move {
            connection.execute("ROLLBACK").await?;
            Ok(true)
        })
    });
    options
}

fn pool(url: &str, connections: u32, patience: Duration) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(patience)
        .test_before_acquire(false)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false);
    options
}
