//! Posters, and what members corrected of movies.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::shape::{self, id, index, owned_by, reference};

/// Posters and corrections.
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
        // Of the movies that are here already, those that the catalog is still to be asked
        // about may have a poster; what it said of the others told of none, so it is asked
        // again.
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
        shape::drop(manager, &tables()).await
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        poster(),
        movie_poster(),
        poster_secret(),
        movie_correction(),
    ]
}

fn poster() -> TableCreateStatement {
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

fn movie_poster() -> TableCreateStatement {
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
        .foreign_key(&mut owned_by("movie_poster", "movie_id", "movie"))
        .foreign_key(&mut reference(
            "movie_poster",
            "poster",
            "poster",
            "hash",
            ForeignKeyAction::Restrict,
        ))
        .take()
}

fn poster_secret() -> TableCreateStatement {
    Table::create()
        .table("poster_secret")
        .col(big_integer("id").primary_key())
        .col(string_len("secret", 64))
        .check(Expr::cust("id = 1"))
        .take()
}

fn movie_correction() -> TableCreateStatement {
    Table::create()
        .table("movie_correction")
        .col(id())
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
        .foreign_key(&mut owned_by("movie_correction", "movie_id", "movie"))
        .foreign_key(&mut reference(
            "movie_correction",
            "member_id",
            "member",
            "id",
            ForeignKeyAction::SetNull,
        ))
        .take()
}

fn indexes() -> Vec<IndexCreateStatement> {
    [
        // The queue.
        ("movie_poster", ["state", "try_at"].as_slice()),
        ("movie_poster", &["poster"]),
        ("poster", &["superseded_at"]),
        ("movie_correction", &["movie_id"]),
        ("movie_correction", &["member_id"]),
    ]
    .into_iter()
    .map(|(table, columns)| index(table, columns))
    .collect()
}
