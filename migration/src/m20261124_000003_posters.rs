//! Creates the tables for posters and for members' corrections of movies.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::table_helpers::{self, cascading_key, foreign_key, index_on, primary_key_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in poster_tables() {
            manager.create_table(table).await?;
        }
        for index in poster_indexes() {
            manager.create_index(index).await?;
        }
        // Existing movies whose lookup is still pending may get a poster. Facts that are known
        // already were stored without posters, so those movies are looked up again.
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE movie_facts SET state = 'wanted', tries = 0 WHERE state = 'known';
                 INSERT INTO movie_poster (movie_id, state, try_at, tries, pinned)
                 SELECT movie_id,
                        CASE WHEN state IN ('wanted', 'asking') THEN 'expected' ELSE 'none' END,
                        try_at, 0, false
                 FROM movie_facts;",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table_helpers::drop_tables(manager, &poster_tables()).await
    }
}

fn poster_tables() -> Vec<TableCreateStatement> {
    vec![
        poster_table(),
        movie_poster_table(),
        poster_secret_table(),
        movie_correction_table(),
    ]
}

fn poster_table() -> TableCreateStatement {
    Table::create()
        .table("poster")
        .col(string_len("hash", 32).primary_key())
        .col(small_integer("height"))
        .col(string_len("colors", 36))
        .col(string_len("source", 16))
        .col(text_null("page"))
        .col(timestamp_with_time_zone("stored_at"))
        .col(timestamp_with_time_zone_null("superseded_at"))
        .check(Expr::cust("length(hash) = 32"))
        .check(Expr::cust("length(colors) = 36"))
        .check(Expr::cust("height > 0"))
        .check(Expr::cust(
            "source IN ('tmdb', 'omdb', 'wikidata', 'member')",
        ))
        .take()
}

fn movie_poster_table() -> TableCreateStatement {
    Table::create()
        .table("movie_poster")
        .col(big_integer("movie_id").primary_key())
        .col(string_len("state", 16))
        .col(timestamp_with_time_zone("try_at"))
        .col(small_integer("tries"))
        .col(string_len_null("poster", 32))
        .col(string_len_null("source", 16))
        .col(text_null("url"))
        .col(text_null("page"))
        .col(string_len_null("fault", 16))
        .col(boolean("pinned"))
        .check(Expr::cust(
            "state IN ('expected', 'wanted', 'fetching', 'ready', 'none', 'failed')",
        ))
        .check(Expr::cust("source IN ('tmdb', 'omdb', 'wikidata')"))
        .check(Expr::cust("(source IS NULL) = (url IS NULL)"))
        .check(Expr::cust(
            "fault IN ('gone', 'no_picture', 'too_large', 'too_small', 'unreachable')",
        ))
        .check(Expr::cust("(state = 'failed') = (fault IS NOT NULL)"))
        .check(Expr::cust(
            "state NOT IN ('wanted', 'fetching') OR url IS NOT NULL",
        ))
        .check(Expr::cust("state <> 'ready' OR poster IS NOT NULL"))
        .foreign_key(&mut cascading_key("movie_poster", "movie_id", "movie"))
        .foreign_key(&mut foreign_key(
            "movie_poster",
            "poster",
            "poster",
            "hash",
            ForeignKeyAction::Restrict,
        ))
        .take()
}

fn poster_secret_table() -> TableCreateStatement {
    Table::create()
        .table("poster_secret")
        .col(big_integer("id").primary_key())
        .col(string_len("secret", 64))
        .check(Expr::cust("id = 1"))
        .take()
}

fn movie_correction_table() -> TableCreateStatement {
    Table::create()
        .table("movie_correction")
        .col(primary_key_id())
        .col(big_integer("movie_id"))
        .col(string_len("field", 16))
        .col(text("old_value"))
        .col(string_len_null("old_source", 16))
        .col(text("new_value"))
        .col(big_integer_null("member_id"))
        .col(timestamp_with_time_zone("corrected_at"))
        .col(timestamp_with_time_zone_null("undone_at"))
        .check(Expr::cust(
            "field IN ('title', 'year', 'directors', 'poster')",
        ))
        .foreign_key(&mut cascading_key("movie_correction", "movie_id", "movie"))
        .foreign_key(&mut foreign_key(
            "movie_correction",
            "member_id",
            "member",
            "id",
            ForeignKeyAction::SetNull,
        ))
        .take()
}

fn poster_indexes() -> Vec<IndexCreateStatement> {
    [
        // For taking jobs from the queue.
        ("movie_poster", ["state", "try_at"].as_slice()),
        ("movie_poster", &["poster"]),
        ("poster", &["superseded_at"]),
        ("movie_correction", &["movie_id"]),
        ("movie_correction", &["member_id"]),
    ]
    .into_iter()
    .map(|(table, columns)| index_on(table, columns))
    .collect()
}
