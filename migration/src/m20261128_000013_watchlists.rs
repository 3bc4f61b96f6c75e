//! Creates the tables of watchlists.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::table_helpers::{self, cascading_key, index_on, restricting_key};

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

fn tables() -> [TableCreateStatement; 3] {
    [
        watchlist_table(),
        watchlist_entry_table(),
        moved_entry_table(),
    ]
}

fn watchlist_table() -> TableCreateStatement {
    Table::create()
        .table("watchlist")
        .col(big_integer("member_id").primary_key())
        .col(string_len_null("visibility", 16))
        .check(Expr::cust("visibility IN ('public', 'members', 'private')"))
        .foreign_key(&mut cascading_key("watchlist", "member_id", "member"))
        .take()
}

fn watchlist_entry_table() -> TableCreateStatement {
    Table::create()
        .table("watchlist_entry")
        .col(big_integer("member_id"))
        .col(big_integer("movie_id"))
        .col(text("note"))
        .col(timestamp_with_time_zone("added_at"))
        .col(date("added_on"))
        .col(big_integer("position"))
        .col(boolean("is_listed"))
        .col(big_integer_null("taken_off_by"))
        .col(big_integer_null("merged_by"))
        .check(Expr::cust(
            "is_listed = (taken_off_by IS NULL AND merged_by IS NULL)",
        ))
        .primary_key(Index::create().col("member_id").col("movie_id"))
        .foreign_key(&mut cascading_key("watchlist_entry", "member_id", "member"))
        .foreign_key(&mut restricting_key("watchlist_entry", "movie_id", "movie"))
        .take()
}

fn moved_entry_table() -> TableCreateStatement {
    let table = "movie_merge_watchlist_entry";
    Table::create()
        .table(table)
        .col(big_integer("merge_id"))
        .col(big_integer("member_id"))
        .primary_key(Index::create().col("merge_id").col("member_id"))
        .foreign_key(&mut cascading_key(table, "merge_id", "movie_merge"))
        .foreign_key(&mut cascading_key(table, "member_id", "member"))
        .take()
}

/// A watchlist in the order of adding and by hand, and the entries to put back.
fn indexes() -> [IndexCreateStatement; 4] {
    let table = "watchlist_entry";
    [
        index_on(table, &["member_id", "is_listed", "added_at", "movie_id"]),
        index_on(table, &["member_id", "is_listed", "position", "movie_id"]),
        index_on(table, &["movie_id"]),
        index_on(table, &["taken_off_by"]),
    ]
}
