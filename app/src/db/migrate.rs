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

/// Takes turns with other processes that start on the same database: by an advisory lock on
/// PostgreSQL, by a lock on a file beside the database with SQLite.
pub(super) async fn migrate(url: &DatabaseUrl) -> Result<(), DatabaseOpenError> {
    match url {
        DatabaseUrl::Sqlite(file) => {
            let _lock = lock_file_beside(file).await?;
            let one = Database::connect(sqlite_writer_options(file)).await?;
            run_migrations(one).await
        }
        DatabaseUrl::Postgres(url) => {
            let one = Database::connect(
                postgres_options(url, &DatabaseProbe::new(url))
                    .max_connections(1)
                    .clone(),
            )
            .await?;
            let lock = format!("SELECT pg_advisory_lock({MIGRATION_LOCK})");
            one.execute_unprepared(&lock).await?;
            // Closing the connection releases the lock.
            run_migrations(one).await
        }
    }
}

async fn run_migrations(one: DatabaseConnection) -> Result<(), DatabaseOpenError> {
    refuse_newer_schema(&one).await?;
    Migrator::up(&one, None).await?;
    Ok(one.close().await?)
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

async fn refuse_newer_schema(db: &DatabaseConnection) -> Result<(), DatabaseOpenError> {
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
