//! Creates the tables of lists.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::table_helpers::{
    self, cascading_key, foreign_key, index_on, primary_key_id, restricting_key,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table_helpers::drop_tables(manager, &tables()).await
    }
}

fn tables() -> [TableCreateStatement; 5] {
    [
        list_table(),
        list_key_table(),
        list_entry_table(),
        list_member_table(),
        moved_entry_table(),
    ]
}

fn list_table() -> TableCreateStatement {
    Table::create()
        .table("list")
        .col(primary_key_id())
        .col(big_integer("member_id"))
        .col(string_len("title", 100))
        .col(text("description"))
        .col(string_len("visibility", 16))
        .col(boolean("ranked"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .check(Expr::cust("visibility IN ('public', 'members', 'private')"))
        .foreign_key(&mut cascading_key("list", "member_id", "member"))
        .take()
}

fn list_key_table() -> TableCreateStatement {
    Table::create()
        .table("list_key")
        .col(big_integer("member_id"))
        .col(string_len("key", 64))
        .col(string_len("body_hash", 64))
        .col(big_integer("list_id"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("member_id").col("key"))
        .foreign_key(&mut cascading_key("list_key", "member_id", "member"))
        .take()
}

fn list_entry_table() -> TableCreateStatement {
    let table = "list_entry";
    Table::create()
        .table(table)
        .col(big_integer("list_id"))
        .col(big_integer("movie_id"))
        .col(text("note"))
        .col(big_integer("position"))
        .col(timestamp_with_time_zone("added_at"))
        .col(big_integer_null("added_by"))
        .col(big_integer_null("merged_by"))
        .primary_key(Index::create().col("list_id").col("movie_id"))
        .foreign_key(&mut cascading_key(table, "list_id", "list"))
        .foreign_key(&mut restricting_key(table, "movie_id", "movie"))
        .foreign_key(&mut foreign_key(
            table,
            "added_by",
            "member",
            "id",
            ForeignKeyAction::SetNull,
        ))
        .take()
}

fn list_member_table() -> TableCreateStatement {
    let table = "list_member";
    Table::create()
        .table(table)
        .col(big_integer("list_id"))
        .col(big_integer("member_id"))
        .col(timestamp_with_time_zone("invited_at"))
        .col(timestamp_with_time_zone_null("accepted_at"))
        .primary_key(Index::create().col("list_id").col("member_id"))
        .foreign_key(&mut cascading_key(table, "list_id", "list"))
        .foreign_key(&mut cascading_key(table, "member_id", "member"))
        .take()
}

fn moved_entry_table() -> TableCreateStatement {
    let table = "movie_merge_list_entry";
    Table::create()
        .table(table)
        .col(big_integer("merge_id"))
        .col(big_integer("list_id"))
        .primary_key(Index::create().col("merge_id").col("list_id"))
        .foreign_key(&mut cascading_key(table, "merge_id", "movie_merge"))
        .foreign_key(&mut cascading_key(table, "list_id", "list"))
        .take()
}

/// Lists of a member, the films of a list in order, and rows to sweep or to follow.
fn indexes() -> [IndexCreateStatement; 7] {
    [
        index_on("list", &["member_id", "id"]),
        index_on("list", &["deleted_at"]),
        index_on("list_key", &["created_at"]),
        index_on("list_entry", &["list_id", "position", "movie_id"]),
        index_on("list_entry", &["movie_id"]),
        index_on("list_entry", &["added_by"]),
        index_on("list_member", &["member_id"]),
    ]
}
