//! Creates the table of backup runs.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::table_helpers::{self, primary_key_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(backup_run_table()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table_helpers::drop_tables(manager, &[backup_run_table()]).await
    }
}

fn backup_run_table() -> TableCreateStatement {
    Table::create()
        .table("backup_run")
        .col(primary_key_id())
        .col(timestamp_with_time_zone("started_at"))
        .col(timestamp_with_time_zone("finished_at"))
        .col(text("file"))
        .col(boolean("is_automatic"))
        .col(big_integer("missing_posters"))
        .col(big_integer_null("bytes"))
        .col(text_null("error"))
        .check(Expr::cust("(bytes IS NULL) = (error IS NOT NULL)"))
        .take()
}
