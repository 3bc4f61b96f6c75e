//! Creates the table of networks from which members signed in lately.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::table_helpers::{self, cascading_key, index_on};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(familiar_address_table()).await?;
        manager
            .create_index(index_on("familiar_address", &["signed_in_at"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table_helpers::drop_tables(manager, &[familiar_address_table()]).await
    }
}

fn familiar_address_table() -> TableCreateStatement {
    Table::create()
        .table("familiar_address")
        .col(big_integer("member_id"))
        .col(string_len("network_hash", 64))
        .col(timestamp_with_time_zone("signed_in_at"))
        .primary_key(Index::create().col("member_id").col("network_hash"))
        .foreign_key(&mut cascading_key(
            "familiar_address",
            "member_id",
            "member",
        ))
        .take()
}
