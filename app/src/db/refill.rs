//! Fills an empty database with rows of a backup, which may have an older schema.

use migration::{Migrator, MigratorTrait, SchemaManager};
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};

use super::migrate::{MigrationTurn, known_migrations};
use super::open_error::explain;
use super::sqlite_file::IfGone;
use super::{
    DatabaseOpenError, StorageFault, Table, TransactionFuture, immediate_options, tables_in_order,
};
use crate::config::DatabaseUrl;

/// A database with rows in one of these tables is in use.
const TABLES_IN_USE: [&str; 3] = ["member", "movie", "review"];

#[derive(Debug, thiserror::Error)]
pub enum RefillError {
    #[error(transparent)]
    Database(#[from] DatabaseOpenError),
    #[error(
        "the database is not empty. A backup can only be restored into an empty one: choose another \
         with DATABASE_URL or DATA_DIR, or move the old one away"
    )]
    NotEmpty,
    /// It has this migration, which the program does not know, or lacks one in between.
    #[error("its schema is unknown to this version of Movies Diary ({0})")]
    UnknownSchema(String),
    #[error("the database's disk is full, so nothing was restored. Make room, then try again")]
    DiskFull,
    #[error("the backup could not be written into the database, so nothing was restored: {0}")]
    Write(DbErr),
    #[error("{table} could not be written into the database, so nothing was restored: {error}")]
    WriteTable { table: String, error: DbErr },
    #[error("its tables differ from those of its schema")]
    DifferentTables,
}

impl From<DbErr> for RefillError {
    fn from(error: DbErr) -> Self {
        match StorageFault::of(&error) {
            Some(StorageFault::DiskFull) => Self::DiskFull,
            _ => Self::Write(error),
        }
    }
}

impl RefillError {
    /// The rows of `table` could not be inserted.
    pub fn of_table(table: &Table, error: DbErr) -> Self {
        match Self::from(error) {
            Self::Write(error) => Self::WriteTable {
                table: table.name.clone(),
                error,
            },
            other => other,
        }
    }
}

/// Whether this program can migrate from a schema with these migrations.
pub fn check_schema(schema: &[String]) -> Result<(), RefillError> {
    let known = Migrator::migrations();
    let mut expected = known.iter().map(|step| step.name());
    match schema
        .iter()
        .find(|name| expected.next() != Some(name.as_str()))
    {
        Some(unknown) => Err(RefillError::UnknownSchema(unknown.clone())),
        None => Ok(()),
    }
}

/// Creates `tables` as in `schema`, lets `fill` insert their rows, and migrates them to the newest
/// schema. All of it is one transaction: after an error or a crash, the database is as before.
pub async fn refill_empty_database<E, F>(
    url: &DatabaseUrl,
    schema: Vec<String>,
    tables: Vec<Table>,
    fill: F,
) -> Result<(), E>
where
    F: for<'tx> FnOnce(&'tx DatabaseTransaction) -> TransactionFuture<'tx, (), E>,
    E: From<RefillError> + From<DbErr>,
{
    check_schema(&schema)?;
    let turn = match MigrationTurn::take(url, IfGone::Replace).await {
        Ok(turn) => turn,
        Err(error) => return Err(RefillError::from(explain(url, error).await).into()),
    };
    refill(&turn.connection, &schema, tables, fill).await?;
    Ok(turn.complete().await.map_err(RefillError::from)?)
}

async fn refill<E, F>(
    connection: &DatabaseConnection,
    schema: &[String],
    tables: Vec<Table>,
    fill: F,
) -> Result<(), E>
where
    F: for<'tx> FnOnce(&'tx DatabaseTransaction) -> TransactionFuture<'tx, (), E>,
    E: From<RefillError> + From<DbErr>,
{
    known_migrations(connection)
        .await
        .map_err(RefillError::from)?;
    let tx = connection.begin_with_options(immediate_options()).await?;
    create_empty_tables(&tx, schema, tables).await?;
    fill(&tx).await?;
    Migrator::up(&tx, None).await?;
    Ok(tx.commit().await?)
}

async fn create_empty_tables(
    tx: &DatabaseTransaction,
    schema: &[String],
    mut expected: Vec<Table>,
) -> Result<(), RefillError> {
    let existing = SchemaManager::new(tx);
    for table in TABLES_IN_USE {
        if existing.has_table(table).await? && has_rows(tx, table).await? {
            return Err(RefillError::NotEmpty);
        }
    }
    Migrator::reset(tx).await?;
    let steps = u32::try_from(schema.len()).unwrap_or(u32::MAX);
    Migrator::up(tx, Some(steps)).await?;
    let mut created = tables_in_order(tx, schema.len()).await?;
    for table in created.iter().rev() {
        let delete = Query::delete().from_table(Alias::new(&table.name)).take();
        tx.execute(&delete).await?;
    }
    let by_name = |one: &Table, other: &Table| one.name.cmp(&other.name);
    created.sort_by(by_name);
    expected.sort_by(by_name);
    if created == expected {
        Ok(())
    } else {
        Err(RefillError::DifferentTables)
    }
}

async fn has_rows(tx: &DatabaseTransaction, table: &str) -> Result<bool, DbErr> {
    let first = Query::select()
        .expr(Expr::val(1))
        .from(Alias::new(table))
        .limit(1)
        .take();
    Ok(tx.query_one(&first).await?.is_some())
}
