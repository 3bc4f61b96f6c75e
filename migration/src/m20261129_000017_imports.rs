//! Creates the tables of imports from other services.

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

fn tables() -> [TableCreateStatement; 7] {
    [
        import_table(),
        upload_table(),
        list_table(),
        film_table(),
        row_table(),
        outcome_table(),
        warning_table(),
    ]
}

fn import_table() -> TableCreateStatement {
    Table::create()
        .table("import")
        .col(primary_key_id())
        .col(big_integer("member_id"))
        .col(string_len("source", 32))
        .col(string_len("state", 16))
        .col(string_len("stage", 16))
        .col(big_integer("done"))
        .col(big_integer("total"))
        .col(boolean("is_paused"))
        .col(string_len("zone", 64))
        .col(date("today"))
        .col(text("options"))
        .col(text("answers"))
        .col(text_null("failure"))
        .col(text_null("counts"))
        .col(timestamp_with_time_zone("lease_until"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("written_at"))
        .col(timestamp_with_time_zone_null("undone_at"))
        .foreign_key(&mut cascading_key("import", "member_id", "member"))
        .take()
}

/// A table of the things of an import, which count from 1.
fn numbered(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(big_integer("import_id"))
        .col(big_integer("number"))
        .primary_key(Index::create().col("import_id").col("number"))
        .foreign_key(&mut cascading_key(table, "import_id", "import"))
        .take()
}

fn upload_table() -> TableCreateStatement {
    numbered("import_upload")
        .col(text("file"))
        .col(string_len_null("object", 64))
        .col(big_integer("bytes"))
        .col(text_null("inspection"))
        .take()
}

fn list_table() -> TableCreateStatement {
    numbered("import_list")
        .col(text("list_key"))
        .col(text("content"))
        .col(big_integer_null("list_id"))
        .col(boolean("is_new"))
        .take()
}

fn film_table() -> TableCreateStatement {
    numbered("import_film")
        .col(string_len("name_key", 64))
        .col(text("named"))
        .col(string_len("state", 16))
        .col(string_len("target", 64))
        .col(string_len_null("rung", 32))
        .col(boolean("by_hand"))
        .col(string_len_null("reason", 16))
        .col(big_integer_null("movie_id"))
        .col(text_null("film"))
        .col(text("candidates"))
        .col(big_integer("rows"))
        .take()
}

fn row_table() -> TableCreateStatement {
    numbered("import_row")
        .col(text("file"))
        .col(big_integer("line"))
        .col(boolean("is_item"))
        .col(integer_null("play"))
        .col(big_integer_null("film"))
        .col(big_integer_null("list"))
        .col(string_len("kind", 16))
        .col(text("title"))
        .col(text_null("own_key"))
        .col(text("content"))
        .col(text("raw"))
        .take()
}

fn outcome_table() -> TableCreateStatement {
    let table = "import_outcome";
    Table::create()
        .table(table)
        .col(big_integer("import_id"))
        .col(big_integer("row"))
        .col(big_integer("member_id"))
        .col(string_len("state", 16))
        .col(string_len("role", 16))
        .col(string_len("kind", 16))
        .col(big_integer_null("film"))
        .col(big_integer_null("merged_into"))
        .col(string_len_null("reason", 32))
        .col(text_null("detail"))
        .col(text_null("warning"))
        .col(string_len_null("own_key", 64))
        .col(big_integer_null("movie_id"))
        .col(integer_null("day_key"))
        .col(big_integer_null("list_id"))
        .col(big_integer_null("review_id"))
        .col(string_len_null("review_hash", 32))
        .col(text_null("filled_in"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .primary_key(Index::create().col("import_id").col("row"))
        .foreign_key(&mut cascading_key(table, "import_id", "import"))
        .foreign_key(&mut cascading_key(table, "member_id", "member"))
        .take()
}

fn warning_table() -> TableCreateStatement {
    numbered("import_warning").col(text("content")).take()
}

/// Work to do; films by what they are; rows by film; rows by what became of them; and what earlier
/// imports wrote, by its key, its film and its review.
fn indexes() -> [IndexCreateStatement; 12] {
    [
        index_on("import", &["member_id", "id"]),
        index_on("import", &["state", "lease_until"]),
        index_on("import_film", &["import_id", "name_key"]),
        index_on("import_film", &["import_id", "target"]),
        index_on("import_film", &["import_id", "state", "number"]),
        index_on("import_row", &["import_id", "film"]),
        index_on("import_outcome", &["import_id", "film"]),
        index_on("import_outcome", &["import_id", "state", "row"]),
        index_on("import_outcome", &["member_id", "own_key"]),
        index_on("import_outcome", &["movie_id"]),
        index_on("import_film", &["movie_id"]),
        index_on("import_outcome", &["review_id"]),
    ]
}
