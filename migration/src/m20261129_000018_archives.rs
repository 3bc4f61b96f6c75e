//! Creates the table of archives that are written in the background, and prepares imports for such
//! archives.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::table_helpers::{cascading_key, drop_tables, index_on, primary_key_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(export_table()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        let mut reserved = big_integer_null("first_review");
        let add = Table::alter()
            .table("import")
            .add_column(&mut reserved)
            .take();
        manager.alter_table(add).await?;
        // Nothing has ever written it.
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
        manager.alter_table(drop).await?;
        drop_tables(manager, &[export_table()]).await
    }
}

fn export_table() -> TableCreateStatement {
    Table::create()
        .table("export")
        .col(primary_key_id())
        .col(big_integer("member_id"))
        .col(string_len("state", 16))
        .col(string_len("zone", 64))
        .col(big_integer("done"))
        .col(big_integer("total"))
        .col(string_len_null("object", 64))
        .col(big_integer_null("bytes"))
        .col(timestamp_with_time_zone("lease_until"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("ready_at"))
        .foreign_key(&mut cascading_key("export", "member_id", "member"))
        .take()
}

fn indexes() -> [IndexCreateStatement; 1] {
    [index_on("export", &["member_id"])]
}
