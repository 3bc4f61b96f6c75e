//! A member's reviews by the time logged: what their feed is a range of.

use sea_orm_migration::prelude::*;

use crate::shape::index;

/// One more index.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(by_time_logged()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = by_time_logged();
        let name = index.get_index_spec().get_name().unwrap_or_default();
        let gone = Index::drop().name(name).table("review").to_owned();
        manager.drop_index(gone).await
    }
}

fn by_time_logged() -> IndexCreateStatement {
    index("review", &["member_id", "audience", "logged_at", "id"])
}
