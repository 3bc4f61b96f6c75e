//! Creates the first tables: members, movies, reviews and what belongs to them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::table_helpers::{self, cascading_key, index_on, primary_key_id, restricting_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in first_tables() {
            manager.create_table(table).await?;
        }
        for index in first_indexes() {
            manager.create_index(index).await?;
        }
        if manager.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Postgres {
            collate_keys_bytewise(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table_helpers::drop_tables(manager, &first_tables()).await
    }
}

fn first_tables() -> Vec<TableCreateStatement> {
    vec![
        site_table(),
        member_table(),
        retired_username_table(),
        session_table(),
        one_time_link_table(),
        movie_table(),
        person_table(),
        genre_table(),
        movie_director_table(),
        movie_genre_table(),
        review_table(),
        review_tag_table(),
        idempotency_key_table(),
    ]
}

fn site_table() -> TableCreateStatement {
    Table::create()
        .table("site")
        .col(big_integer("id").primary_key())
        .col(string_len("time_zone", 64))
        .col(string_len("tag_authority", 255))
        .col(date("tag_date"))
        .check(Expr::cust("id = 1"))
        .take()
}

fn member_table() -> TableCreateStatement {
    Table::create()
        .table("member")
        .col(primary_key_id())
        .col(string_len_uniq("username", 32))
        .col(string_len("display_name", 64))
        .col(text("password_hash"))
        .col(string_len("role", 16))
        .col(string_len_null("time_zone", 64))
        .col(string_len("diary_visibility", 16))
        .col(timestamp_with_time_zone_null("disabled_at"))
        .col(timestamp_with_time_zone("created_at"))
        .check(Expr::cust("role IN ('member', 'admin')"))
        .check(Expr::cust(
            "diary_visibility IN ('public', 'members', 'private')",
        ))
        .check(Expr::cust("username = lower(username)"))
        .take()
}

fn retired_username_table() -> TableCreateStatement {
    Table::create()
        .table("retired_username")
        .col(string_len("username", 32).primary_key())
        .col(timestamp_with_time_zone("retired_at"))
        .take()
}

fn session_table() -> TableCreateStatement {
    Table::create()
        .table("session")
        .col(primary_key_id())
        .col(string_len_uniq("secret_hash", 64))
        .col(big_integer("member_id"))
        .col(text("data"))
        .col(string_len("user_agent", 255))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("seen_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut cascading_key("session", "member_id", "member"))
        .take()
}

fn one_time_link_table() -> TableCreateStatement {
    Table::create()
        .table("one_time_link")
        .col(primary_key_id())
        .col(string_len("purpose", 16))
        .col(string_len_uniq("code_hash", 64))
        .col(big_integer_null("member_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .check(Expr::cust("purpose IN ('setup', 'invite', 'reset')"))
        .check(Expr::cust("(purpose = 'reset') = (member_id IS NOT NULL)"))
        .foreign_key(&mut cascading_key("one_time_link", "member_id", "member"))
        .take()
}

fn movie_table() -> TableCreateStatement {
    Table::create()
        .table("movie")
        .col(primary_key_id())
        .col(text_uniq("identity_key"))
        .col(text("title"))
        .col(text("title_key"))
        .col(text("sort_key"))
        .col(small_integer("year"))
        .col(string_len_null("imdb_id", 16).unique_key())
        .col(big_integer_null("tmdb_id").unique_key())
        .col(timestamp_with_time_zone("created_at"))
        .check(Expr::cust("title <> ''"))
        .check(Expr::cust("year >= 1888"))
        .take()
}

fn person_table() -> TableCreateStatement {
    Table::create()
        .table("person")
        .col(primary_key_id())
        .col(text_uniq("name_key"))
        .col(text("name"))
        .take()
}

fn genre_table() -> TableCreateStatement {
    Table::create()
        .table("genre")
        .col(primary_key_id())
        .col(string_len_uniq("slug", 64))
        .col(string_len("name", 64))
        .take()
}

fn movie_director_table() -> TableCreateStatement {
    Table::create()
        .table("movie_director")
        .col(big_integer("movie_id"))
        .col(big_integer("person_id"))
        .col(small_integer("position"))
        .primary_key(Index::create().col("movie_id").col("person_id"))
        .foreign_key(&mut cascading_key("movie_director", "movie_id", "movie"))
        .foreign_key(&mut restricting_key(
            "movie_director",
            "person_id",
            "person",
        ))
        .take()
}

fn movie_genre_table() -> TableCreateStatement {
    Table::create()
        .table("movie_genre")
        .col(big_integer("movie_id"))
        .col(big_integer("genre_id"))
        .primary_key(Index::create().col("movie_id").col("genre_id"))
        .foreign_key(&mut cascading_key("movie_genre", "movie_id", "movie"))
        .foreign_key(&mut restricting_key("movie_genre", "genre_id", "genre"))
        .take()
}

fn review_table() -> TableCreateStatement {
    Table::create()
        .table("review")
        .col(primary_key_id())
        .col(big_integer("member_id"))
        .col(big_integer("movie_id"))
        .col(small_integer_null("rating"))
        .col(boolean("liked"))
        .col(text("comment"))
        .col(boolean("spoiler"))
        .col(boolean("rewatch"))
        .col(date_null("watched_on"))
        .col(integer("day_key"))
        .col(string_len("visibility", 16))
        .col(small_integer("audience"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("logged_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .check(Expr::cust("rating BETWEEN 0 AND 10"))
        .check(Expr::cust("(watched_on IS NULL) = (day_key = 0)"))
        .check(Expr::cust("visibility IN ('public', 'members', 'private')"))
        .check(Expr::cust("audience BETWEEN 0 AND 3"))
        .check(Expr::cust("deleted_at IS NULL OR audience = 3"))
        .foreign_key(&mut restricting_key("review", "member_id", "member"))
        .foreign_key(&mut restricting_key("review", "movie_id", "movie"))
        .take()
}

fn review_tag_table() -> TableCreateStatement {
    Table::create()
        .table("review_tag")
        .col(big_integer("review_id"))
        .col(text("tag_key"))
        .col(string_len("tag", 32))
        .col(small_integer("position"))
        .primary_key(Index::create().col("review_id").col("tag_key"))
        .foreign_key(&mut cascading_key("review_tag", "review_id", "review"))
        .take()
}

fn idempotency_key_table() -> TableCreateStatement {
    Table::create()
        .table("idempotency_key")
        .col(big_integer("member_id"))
        .col(string_len("key", 64))
        .col(string_len("body_hash", 64))
        .col(big_integer("review_id"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("member_id").col("key"))
        .foreign_key(&mut cascading_key("idempotency_key", "member_id", "member"))
        .take()
}

/// Every list of reviews is a range of one of the first three indexes: the audience is fixed, and
/// the last two columns are its order and its cursor.
fn first_indexes() -> Vec<IndexCreateStatement> {
    vec![
        index_on("review", &["audience", "logged_at", "id"]),
        index_on("review", &["member_id", "audience", "day_key", "id"]),
        index_on("review", &["movie_id", "audience", "logged_at", "id"]),
        index_on("review", &["member_id", "movie_id"]),
        index_on("review", &["deleted_at"]),
        index_on("movie", &["title_key", "year"]),
        index_on("movie", &["sort_key"]),
        index_on("movie_director", &["person_id"]),
        index_on("movie_genre", &["genre_id"]),
        index_on("session", &["member_id"]),
        index_on("session", &["expires_at"]),
        index_on("one_time_link", &["member_id"]),
        index_on("one_time_link", &["expires_at"]),
        index_on("idempotency_key", &["created_at"]),
    ]
}

/// Compares folded keys byte by byte, as SQLite does, whatever the cluster's collation, so that
/// order and prefix searches are the same on both databases.
async fn collate_keys_bytewise(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .get_connection()
        .execute_unprepared(
            r#"ALTER TABLE movie ALTER COLUMN identity_key TYPE text COLLATE "C",
                                 ALTER COLUMN title_key TYPE text COLLATE "C",
                                 ALTER COLUMN sort_key TYPE text COLLATE "C";
               ALTER TABLE person ALTER COLUMN name_key TYPE text COLLATE "C";
               ALTER TABLE review_tag ALTER COLUMN tag_key TYPE text COLLATE "C";
               ALTER TABLE member ALTER COLUMN username TYPE varchar(32) COLLATE "C";"#,
        )
        .await?;
    Ok(())
}
