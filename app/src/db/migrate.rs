//! Bringing the schema up to date.

use std::fs::File;
use std::path::Path;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

use super::OpenError;
use super::pools::{postgres, sqlite_writer};
use super::pulse::Pulse;
use crate::config::DatabaseUrl;

/// Held on PostgreSQL while migrating, so that several instances that start at once on
/// one database take turns. Any number will do, as long as it never changes.
const MIGRATION_LOCK: i64 = 0x6d6f_7669_6573;

/// Processes that start at once on one database take turns: on PostgreSQL by a lock of
/// the server, with SQLite by one on a file beside the database.
pub(super) async fn migrate(url: &DatabaseUrl) -> Result<(), OpenError> {
    match url {
        DatabaseUrl::Sqlite(file) => {
            let _turn = lock_beside(file).await?;
            let one = Database::connect(sqlite_writer(file)).await?;
            migrate_by(one).await
        }
        DatabaseUrl::Postgres(url) => {
            let one = Database::connect(postgres(url, &Pulse::of(url)).max_connections(1).clone())
                .await?;
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
