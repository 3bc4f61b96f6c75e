//! Members, movies, reviews, and what keeps them in order.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::shape::{self, id, index, owned_by, points_to};

/// The first tables.
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
        if manager.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Postgres {
            order_keys_by_bytes(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        shape::drop(manager, &tables()).await
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        site(),
        member(),
        retired_username(),
        session(),
        one_time_link(),
        movie(),
        person(),
        genre(),
        movie_director(),
        movie_genre(),
        review(),
        review_tag(),
        idempotency_key(),
    ]
}

fn site() -> TableCreateStatement {
    Table::create()
        .table("site")
        .col(big_integer("id").primary_key())
        .col(string_len("time_zone", 64))
        .col(string_len("tag_authority", 255))
        .col(date("tag_date"))
        .check(Expr::cust("id = 1"))
        .take()
}

fn member() -> TableCreateStatement {
    Table::create()
        .table("member")
        .col(id())
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

fn retired_username() -> TableCreateStatement {
    Table::create()
        .table("retired_username")
        .col(string_len("username", 32).primary_key())
        .col(timestamp_with_time_zone("retired_at"))
        .take()
}

fn session() -> TableCreateStatement {
    Table::create()
        .table("session")
        .col(id())
        .col(string_len_uniq("secret_hash", 64))
        .col(big_integer("member_id"))
        .col(text("data"))
        .col(string_len("user_agent", 255))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("seen_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut owned_by("session", "member_id", "member"))
        .take()
}

fn one_time_link() -> TableCreateStatement {
    Table::create()
        .table("one_time_link")
        .col(id())
        .col(string_len("purpose", 16))
        .col(string_len_uniq("code_hash", 64))
        .col(big_integer_null("member_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .check(Expr::cust("purpose IN ('setup', 'invite', 'reset')"))
        .check(Expr::cust("(purpose = 'reset') = (member_id IS NOT NULL)"))
        .foreign_key(&mut owned_by("one_time_link", "member_id", "member"))
        .take()
}

fn movie() -> TableCreateStatement {
    Table::create()
        .table("movie")
        .col(id())
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

fn person() -> TableCreateStatement {
    Table::create()
        .table("person")
        .col(id())
        .col(text_uniq("name_key"))
        .col(text("name"))
        .take()
}

fn genre() -> TableCreateStatement {
    Table::create()
        .table("genre")
        .col(id())
        .col(string_len_uniq("slug", 64))
        .col(string_len("name", 64))
        .take()
}

fn movie_director() -> TableCreateStatement {
    Table::create()
        .table("movie_director")
        .col(big_integer("movie_id"))
        .col(big_integer("person_id"))
        .col(small_integer("position"))
        .primary_key(Index::create().col("movie_id").col("person_id"))
        .foreign_key(&mut owned_by("movie_director", "movie_id", "movie"))
        .foreign_key(&mut points_to("movie_director", "person_id", "person"))
        .take()
}

fn movie_genre() -> TableCreateStatement {
    Table::create()
        .table("movie_genre")
        .col(big_integer("movie_id"))
        .col(big_integer("genre_id"))
        .primary_key(Index::create().col("movie_id").col("genre_id"))
        .foreign_key(&mut owned_by("movie_genre", "movie_id", "movie"))
        .foreign_key(&mut points_to("movie_genre", "genre_id", "genre"))
        .take()
}

fn review() -> TableCreateStatement {
    Table::create()
        .table("review")
        .col(id())
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
        .foreign_key(&mut points_to("review", "member_id", "member"))
        .foreign_key(&mut points_to("review", "movie_id", "movie"))
        .take()
}

fn review_tag() -> TableCreateStatement {
    Table::create()
        .table("review_tag")
        .col(big_integer("review_id"))
        .col(text("tag_key"))
        .col(string_len("tag", 32))
        .col(small_integer("position"))
        .primary_key(Index::create().col("review_id").col("tag_key"))
        .foreign_key(&mut owned_by("review_tag", "review_id", "review"))
        .take()
}

fn idempotency_key() -> TableCreateStatement {
    Table::create()
        .table("idempotency_key")
        .col(big_integer("member_id"))
        .col(string_len("key", 64))
        .col(string_len("body_hash", 64))
        .col(big_integer("review_id"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("member_id").col("key"))
        .foreign_key(&mut owned_by("idempotency_key", "member_id", "member"))
        .take()
}

/// Every list of reviews is a range of one of the first three: the audience is
/// fixed, and the last two columns are its order and its cursor.
fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("review", &["audience", "logged_at", "id"]),
        index("review", &["member_id", "audience", "day_key", "id"]),
        index("review", &["movie_id", "audience", "logged_at", "id"]),
        index("review", &["member_id", "movie_id"]),
        index("review", &["deleted_at"]),
        index("movie", &["title_key", "year"]),
        index("movie", &["sort_key"]),
        index("movie_director", &["person_id"]),
        index("movie_genre", &["genre_id"]),
        index("session", &["member_id"]),
        index("session", &["expires_at"]),
        index("one_time_link", &["member_id"]),
        index("one_time_link", &["expires_at"]),
        index("idempotency_key", &["created_at"]),
    ]
}

/// Folded keys are compared byte by byte, as SQLite does, whatever the language of
/// the cluster: order and prefix searches are the same on both databases.
async fn order_keys_by_bytes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
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
