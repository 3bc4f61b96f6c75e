//! Reads the whole database as it is at one moment, in whatever schema it has.

use migration::{Migrator, MigratorTrait, SchemaManager};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbErr, IsolationLevel, TransactionOptions,
    TransactionTrait,
};

use super::migrate::known_migrations;
use super::open_error::explain;
use super::{DatabaseOpenError, Db};
use crate::config::DatabaseUrl;

impl Db {
    /// Connects to a database that a server may be using, without migrating it.
    pub async fn open_existing(url: &DatabaseUrl) -> Result<Self, DatabaseOpenError> {
        match Self::connect_to_existing(url).await {
            Ok(db) => Ok(db),
            Err(error) => Err(explain(url, error).await),
        }
    }

    async fn connect_to_existing(url: &DatabaseUrl) -> Result<Self, DatabaseOpenError> {
        if let DatabaseUrl::Sqlite(file) = url
            && !tokio::fs::try_exists(file).await.unwrap_or(false)
        {
            let file = file.display();
            return Err(DatabaseOpenError::Missing(format!("{file} does not exist")));
        }
        let db = Self::connect(url, false).await?;
        let schema = SchemaManager::new(&db.reader);
        if !schema.has_table("seaql_migrations").await? {
            let empty = "the database has no tables";
            return Err(DatabaseOpenError::Missing(empty.to_owned()));
        }
        known_migrations(&db.reader).await?;
        Ok(db)
    }

    /// A transaction that sees one state of the database, whatever is written meanwhile. Use it in
    /// a task that is not cancelled: a half-read snapshot must not go back to the pool.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        // SQLite's read transactions are snapshots anyway.
        let is_postgres = self.is_shared();
        let options = TransactionOptions {
            isolation_level: is_postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: is_postgres.then_some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        let snapshot = self.reader.begin_with_options(options).await?;
        // The first query decides which state it sees.
        snapshot
            .execute_unprepared("SELECT 1 FROM seaql_migrations LIMIT 1")
            .await?;
        Ok(snapshot)
    }
}

/// The names of the migrations that the database has, oldest first.
pub async fn applied_migrations(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let applied = Migrator::get_applied_migrations_read_only(db).await?;
    Ok(applied.iter().map(|step| step.name().to_owned()).collect())
}
