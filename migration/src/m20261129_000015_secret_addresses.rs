//! Gives watchlists, calendars and lists secret addresses, as feeds have them, and movies a release
//! day.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::table_helpers::cascading_key;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(secret_address_table()).await?;
        manager.create_table(list_address_table()).await?;
        let copy = "INSERT INTO secret_address (member_id, purpose, code_hash, created_at)
                    SELECT member_id, 'feed', code_hash, created_at FROM feed_key";
        manager.get_connection().execute_unprepared(copy).await?;
        drop_table(manager, "feed_key").await?;
        let released_on = date_null("released_on");
        let add = Table::alter()
            .table("movie_facts")
            .add_column(released_on)
            .take();
        manager.alter_table(add).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Table::alter()
            .table("movie_facts")
            .drop_column("released_on")
            .take();
        manager.alter_table(drop).await?;
        manager.create_table(feed_key_table()).await?;
        let copy = "INSERT INTO feed_key (member_id, code_hash, created_at)
                    SELECT member_id, code_hash, created_at FROM secret_address
                    WHERE purpose = 'feed'";
        manager.get_connection().execute_unprepared(copy).await?;
        drop_table(manager, "list_address").await?;
        drop_table(manager, "secret_address").await
    }
}

async fn drop_table(manager: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table(table).take()).await
}

fn secret_address_table() -> TableCreateStatement {
    let table = "secret_address";
    Table::create()
        .table(table)
        .col(big_integer("member_id"))
        .col(string_len("purpose", 16))
        .col(string_len_uniq("code_hash", 64))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("member_id").col("purpose"))
        .foreign_key(&mut cascading_key(table, "member_id", "member"))
        .take()
}

fn list_address_table() -> TableCreateStatement {
    let table = "list_address";
    Table::create()
        .table(table)
        .col(big_integer("list_id").primary_key())
        .col(string_len_uniq("code_hash", 64))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut cascading_key(table, "list_id", "list"))
        .take()
}

fn feed_key_table() -> TableCreateStatement {
    Table::create()
        .table("feed_key")
        .col(big_integer("member_id").primary_key())
        .col(string_len_uniq("code_hash", 64))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut cascading_key("feed_key", "member_id", "member"))
        .take()
}
