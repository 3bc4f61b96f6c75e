//! Connection options of SQLite and PostgreSQL.

use std::path::Path;
use std::time::Duration;

use sea_orm::ConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, Connection, Executor};
use tokio::time::timeout;

use super::probe::DatabaseProbe;

/// How long to wait for a free connection before the request fails.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a write waits for earlier writes, which take milliseconds each.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a write waits for another process that writes to SQLite, such as the command line.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

/// Connections that read from SQLite.
const READERS: u32 = 4;

/// Selects the SQLite driver. The file name is set separately, so that it needs no escaping.
const SQLITE_SCHEME: &str = "sqlite:";

pub(super) fn sqlite_writer_options(file: &Path) -> ConnectOptions {
    let mut options = pool_options(SQLITE_SCHEME, 1, WRITE_TIMEOUT);
    let file = file.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&file)
            .journal_mode(SqliteJournalMode::Wal)
            // Acknowledged writes survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("cache_size", "-4000")
            .pragma("mmap_size", "268435456")
    });
    // On a full disk SQLite may end a transaction by itself. sqlx still counts the connection as
    // inside one, so it could never begin another.
    options.map_sqlx_sqlite_before_acquire(|connection, _| {
        let is_usable = !connection.is_in_transaction();
        Box::pin(async move { Ok(is_usable) })
    });
    options
}

pub(super) fn sqlite_reader_options(file: &Path) -> ConnectOptions {
    let mut options = pool_options(SQLITE_SCHEME, READERS, ACQUIRE_TIMEOUT);
    // All at once: after the file was moved, a connection could no longer be opened, or would open
    // another file.
    options.min_connections(READERS);
    let file = file.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&file)
            .read_only(true)
            .busy_timeout(ACQUIRE_TIMEOUT)
            // No mmap: SQLite would remap the file after each write of another connection.
            .pragma("cache_size", "-8000")
    });
    options
}

/// How long an idle connection may take to respond to a check.
const IDLE_CHECK_TIMEOUT: Duration = Duration::from_secs(1);

pub(super) fn postgres_options(url: &str, probe: &DatabaseProbe) -> ConnectOptions {
    let mut options = pool_options(url, 16, ACQUIRE_TIMEOUT);
    options.set_application_name("movies-diary");
    // One round trip detects a connection that the server closed while idle, and ends a transaction
    // that a dead task may have left open.
    options.map_sqlx_postgres_before_acquire(|connection, _| {
        Box::pin(async move {
            let check = timeout(IDLE_CHECK_TIMEOUT, connection.execute("ROLLBACK")).await;
            check.map_err(|_| timed_out_error())??;
            Ok(true)
        })
    });
    // While the database is down, released connections are closed rather than reused.
    let probe = probe.clone();
    options.map_sqlx_postgres_pool_opts(move |pool| {
        let probe = probe.clone();
        pool.after_release(move |_, _| {
            let reuse = if probe.is_down() {
                Err(timed_out_error())
            } else {
                Ok(true)
            };
            Box::pin(async { reuse })
        })
    });
    options
}

fn timed_out_error() -> sqlx::Error {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}

fn pool_options(url: &str, connections: u32, timeout: Duration) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(timeout)
        .test_before_acquire(false)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false);
    options
}
