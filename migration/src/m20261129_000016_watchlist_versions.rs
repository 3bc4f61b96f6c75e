//! Counts the changes of each watchlist, so that its pages can be cached.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let version = big_integer("version").default(0).take();
        let add = Table::alter().table("watchlist").add_column(version).take();
        manager.alter_table(add).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Table::alter()
            .table("watchlist")
            .drop_column("version")
            .take();
        manager.alter_table(drop).await
    }
}
