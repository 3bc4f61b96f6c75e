//! Creates the table of API tokens.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::table_helpers::{self, cascading_key, index_on, primary_key_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(api_token_table()).await?;
        for columns in [["member_id"], ["expires_at"]] {
            manager
                .create_index(index_on("api_token", &columns))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table_helpers::drop_tables(manager, &[api_token_table()]).await
    }
}

fn api_token_table() -> TableCreateStatement {
    Table::create()
        .table("api_token")
        .col(primary_key_id())
        .col(big_integer("member_id"))
        .col(string_len("origin", 16))
        .col(string_len("name", 100))
        .col(string_len_uniq("secret_hash", 64))
        .col(string_len("scope", 16))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .check(Expr::cust("origin IN ('login', 'personal')"))
        .check(Expr::cust("scope IN ('read', 'write')"))
        .check(Expr::cust("origin = 'personal' OR expires_at IS NOT NULL"))
        .foreign_key(&mut cascading_key("api_token", "member_id", "member"))
        .take()
}
