//! Prepares imports for archives, and drops what they never wrote.

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
        let mut reserved = big_integer_null("first_review");
        let add = Table::alter()
            .table("import")
            .add_column(&mut reserved)
            .take();
        manager.alter_table(add).await?;
        let drop = Table::alter().table("import").drop_column("failure").take();
        manager.alter_table(drop).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut failure = text_null("failure");
        let add = Table::alter()
            .table("import")
            .add_column(&mut failure)
            .take();
        manager.alter_table(add).await?;
        let drop = Table::alter()
            .table("import")
            .drop_column("first_review")
            .take();
        manager.alter_table(drop).await
    }
}
