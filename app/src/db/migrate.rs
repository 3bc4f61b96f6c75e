//! Migrates the schema, with a lock against other instances.

use std::collections::BTreeSet;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};

use super::DatabaseOpenError;
use super::pools::{postgres_options, sqlite_writer_options};
use super::probe::DatabaseProbe;
use super::sqlite_file::{IfGone, StartLock};
use crate::config::DatabaseUrl;

/// Key of PostgreSQL's advisory lock during migration, so that instances starting at once take
/// turns. The number is arbitrary, but must never change.
const MIGRATION_LOCK: i64 = 0x6d6f_7669_6573;

/// Brings the schema up to date. Returns whether the database is new.
pub(super) async fn migrate(url: &DatabaseUrl) -> Result<bool, DatabaseOpenError> {
    let turn = MigrationTurn::take(url, IfGone::Fail).await?;
    let applied = known_migrations(&turn.connection).await?;
    Migrator::up(&turn.connection, None).await?;
    turn.complete().await?;
    Ok(applied.is_empty())
}

/// A connection that takes turns with other processes that start on the same database: by an
/// advisory lock on PostgreSQL, by a lock on a file beside the database with SQLite.
pub(super) struct MigrationTurn {
    pub(super) connection: DatabaseConnection,
    /// `None` on PostgreSQL, where closing the connection releases the lock.
    lock: Option<StartLock>,
}

impl MigrationTurn {
    pub(super) async fn take(
        url: &DatabaseUrl,
        if_gone: IfGone,
    ) -> Result<Self, DatabaseOpenError> {
        match url {
            DatabaseUrl::Sqlite(file) => {
                let lock = StartLock::take(file, if_gone).await?;
                Ok(Self {
                    connection: Database::connect(sqlite_writer_options(file)).await?,
                    lock: Some(lock),
                })
            }
            DatabaseUrl::Postgres(url) => {
                let mut options = postgres_options(url, &DatabaseProbe::new(url));
                options.max_connections(1);
                let connection = Database::connect(options).await?;
                let lock = format!("SELECT pg_advisory_lock({MIGRATION_LOCK})");
                connection.execute_unprepared(&lock).await?;
                Ok(Self {
                    connection,
                    lock: None,
                })
            }
        }
    }

    /// Ends the turn. The database has the newest schema now.
    pub(super) async fn complete(self) -> Result<(), DatabaseOpenError> {
        self.connection.close().await?;
        if let Some(lock) = self.lock
            && let Err(error) = lock.mark_complete().await
        {
            tracing::warn!(%error, "could not write the lock file of the database");
        }
        Ok(())
    }
}

/// The migrations that the database has. Fails if this program does not know one of them.
pub(super) async fn known_migrations(
    db: &DatabaseConnection,
) -> Result<Vec<String>, DatabaseOpenError> {
    let applied = Migrator::get_migration_models(db).await?;
    let applied: Vec<_> = applied.into_iter().map(|step| step.version).collect();
    let known = Migrator::migrations();
    let is_known = |step: &String| known.iter().any(|known| known.name() == step);
    match applied.iter().find(|step| !is_known(step)) {
        Some(unknown) => Err(DatabaseOpenError::NewerSchema(unknown.clone())),
        None => Ok(applied),
    }
}

/// The names of the tables that the first `migrations` create, found out in memory.
pub(super) async fn created_tables(migrations: usize) -> Result<BTreeSet<String>, DbErr> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    let steps = u32::try_from(migrations).unwrap_or(u32::MAX);
    Migrator::up(&db, Some(steps)).await?;
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let names = Statement::from_string(db.get_database_backend(), names);
    let names = db.query_all_raw(names).await?;
    let names = names.iter().map(|row| row.try_get_by_index(0));
    let names = names.collect::<Result<_, _>>()?;
    db.close().await?;
    Ok(names)
}
