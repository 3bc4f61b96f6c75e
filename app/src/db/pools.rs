//! How each database is connected to.

use std::path::Path;
use std::time::Duration;

use sea_orm::ConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, Connection, Executor};
use tokio::time::timeout;

use super::pulse::Pulse;

/// How long a person waits for a free connection before they are told to try again.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a write waits for the writes before it. They take milliseconds each.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// Says that it is SQLite; the file is named beside it, where nothing has to be escaped.
const SQLITE: &str = "sqlite:";

pub(super) fn sqlite_writer(file: &Path) -> ConnectOptions {
    let mut options = pool(SQLITE, 1, WRITE_PATIENCE);
    let file = file.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was acknowledged survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // Another process (the command line) may write too.
            .busy_timeout(WRITE_PATIENCE)
            .pragma("cache_size", "-4000")
            .pragma("mmap_size", "268435456")
    });
    // Where no room is left SQLite may end a transaction by itself. The connection is then taken
    // to be in one for ever, and can begin no other.
    options.map_sqlx_sqlite_before_acquire(|connection, _| {
        let is_usable = !connection.is_in_transaction();
        Box::pin(async move { Ok(is_usable) })
    });
    options
}

pub(super) fn sqlite_reader(file: &Path) -> ConnectOptions {
    let mut options = pool(SQLITE, 4, PATIENCE);
    let file = file.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&file)
            .read_only(true)
            .busy_timeout(PATIENCE)
            // Not mapped: after each write of another connection the map would be made anew.
            .pragma("cache_size", "-8000")
    });
    options
}

/// How long a connection that lay idle may take to say that it is one still.
const STILL_THERE: Duration = Duration::from_secs(1);

pub(super) fn postgres(url: &str, pulse: &Pulse) -> ConnectOptions {
    let mut options = pool(url, 16, PATIENCE);
    options.set_application_name("movies-diary");
    // One round trip that finds out a connection which the server closed while it lay
    // idle, and ends whatever transaction a task that died may have left on one.
    options.map_sqlx_postgres_before_acquire(|connection, _| {
        Box::pin(async move {
            let is_there = timeout(STILL_THERE, connection.execute("ROLLBACK")).await;
            is_there.map_err(|_| silent())??;
            Ok(true)
        })
    });
    // One on which somebody waited in vain is not waited for once more, it goes.
    let pulse = pulse.clone();
    options.map_sqlx_postgres_pool_opts(move |pool| {
        let pulse = pulse.clone();
        pool.after_release(move |_, _| {
            let kept = if pulse.is_away() {
                Err(silent())
            } else {
                Ok(true)
            };
            Box::pin(async { kept })
        })
    });
    options
}

fn silent() -> sqlx::Error {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
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
