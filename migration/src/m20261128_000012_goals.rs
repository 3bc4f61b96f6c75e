//! Creates the table of goals for a year.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::table_helpers::{self, cascading_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(goal_table()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table_helpers::drop_tables(manager, &[goal_table()]).await
    }
}

fn goal_table() -> TableCreateStatement {
    Table::create()
        .table("goal")
        .col(big_integer("member_id"))
        .col(integer("year"))
        .col(integer("films"))
        .col(boolean("rewatches_count"))
        .primary_key(Index::create().col("member_id").col("year"))
        .check(Expr::cust("year BETWEEN 1000 AND 9999"))
        .check(Expr::cust("films BETWEEN 1 AND 1000"))
        .foreign_key(&mut cascading_key("goal", "member_id", "member"))
        .take()
}
