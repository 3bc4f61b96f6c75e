//! Locks by name, for what rows cannot lock.

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, TransactionTrait,
};

use super::Db;

/// Takes the exclusive advisory lock `name` until the transaction ends. SQLite needs none: it has a
/// single writer.
pub async fn advisory_lock(tx: &DatabaseTransaction, name: &str) -> Result<(), DbErr> {
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

/// A lock that ends with [`release`](Self::release), or some time after this is dropped.
#[derive(Debug)]
pub struct Exclusive {
    /// `None` on SQLite.
    tx: Option<DatabaseTransaction>,
}

impl Exclusive {
    pub async fn release(self) -> Result<(), DbErr> {
        match self.tx {
            Some(tx) => tx.commit().await,
            None => Ok(()),
        }
    }
}

impl Db {
    /// Takes the lock `name`, and waits while another instance has it. SQLite has only one
    /// instance.
    pub async fn exclusive(&self, name: &str) -> Result<Exclusive, DbErr> {
        if !self.is_shared() {
            return Ok(Exclusive { tx: None });
        }
        let tx = self.reader.begin().await?;
        advisory_lock(&tx, name).await?;
        Ok(Exclusive { tx: Some(tx) })
    }

    /// Takes the lock `name` for work that only one instance should do; `None` if another one is
    /// doing it. SQLite has only one instance.
    pub async fn try_exclusive(&self, name: &str) -> Result<Option<Exclusive>, DbErr> {
        if !self.is_shared() {
            return Ok(Some(Exclusive { tx: None }));
        }
        let tx = self.reader.begin().await?;
        let lock = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))",
            [name.into()],
        );
        let row = tx.query_one_raw(lock).await?;
        let is_taken = row.map(|row| row.try_get_by_index(0)).transpose()?;
        Ok((is_taken == Some(true)).then_some(Exclusive { tx: Some(tx) }))
    }
}
