//! Migrates the schema, with a lock against other instances.

use std::fs::File;
use std::path::Path;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

use super::DatabaseOpenError;
use super::pools::{postgres_options, sqlite_writer_options};
use super::probe::DatabaseProbe;
use crate::config::DatabaseUrl;

/// Key of PostgreSQL's advisory lock during migration, so that instances starting at once take
/// turns. The number is arbitrary, but must never change.
const MIGRATION_LOCK: i64 = 0x6d6f_7669_6573;

/// Brings the schema up to date.
pub(super) async fn migrate(url: &DatabaseUrl) -> Result<(), DatabaseOpenError> {
    let turn = MigrationTurn::take(url).await?;
    refuse_newer_schema(&turn.connection).await?;
    Migrator::up(&turn.connection, None).await?;
    turn.end().await
}

/// A connection that takes turns with other processes that start on the same database: by an
/// advisory lock on PostgreSQL, by a lock on a file beside the database with SQLite.
pub(super) struct MigrationTurn {
    pub(super) connection: DatabaseConnection,
    /// `None` on PostgreSQL, where closing the connection releases the lock.
    _lock: Option<File>,
}

impl MigrationTurn {
    pub(super) async fn take(url: &DatabaseUrl) -> Result<Self, DatabaseOpenError> {
        match url {
            DatabaseUrl::Sqlite(file) => {
                let lock = lock_file_beside(file).await?;
                Ok(Self {
                    connection: Database::connect(sqlite_writer_options(file)).await?,
                    _lock: Some(lock),
                })
            }
            DatabaseUrl::Postgres(url) => {
                let mut options = postgres_options(url, &DatabaseProbe::new(url));
                let connection = Database::connect(options.max_connections(1).clone()).await?;
                let lock = format!("SELECT pg_advisory_lock({MIGRATION_LOCK})");
                connection.execute_unprepared(&lock).await?;
                Ok(Self {
                    connection,
                    _lock: None,
                })
            }
        }
    }

    pub(super) async fn end(self) -> Result<(), DatabaseOpenError> {
        Ok(self.connection.close().await?)
    }
}

/// Locks a file beside `database`, creating its folder if needed. The lock lasts until the returned
/// file is dropped, or the process dies.
async fn lock_file_beside(database: &Path) -> std::io::Result<File> {
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

pub(super) async fn refuse_newer_schema(db: &DatabaseConnection) -> Result<(), DatabaseOpenError> {
    let known = Migrator::migrations();
    let applied = Migrator::get_migration_models(db).await?;
    match applied
        .into_iter()
        .find(|step| !known.iter().any(|known| known.name() == step.version))
    {
        Some(unknown) => Err(DatabaseOpenError::NewerSchema(unknown.version)),
        None => Ok(()),
    }
}
