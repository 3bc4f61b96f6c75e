//! Adds an index on a member's reviews by the time logged, for their feed.

use sea_orm_migration::prelude::*;

use crate::table_helpers::index_on;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(logged_at_index()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = logged_at_index();
        let name = index.get_index_spec().get_name().unwrap_or_default();
        let gone = Index::drop().name(name).table("review").to_owned();
        manager.drop_index(gone).await
    }
}

fn logged_at_index() -> IndexCreateStatement {
    index_on("review", &["member_id", "audience", "logged_at", "id"])
}
