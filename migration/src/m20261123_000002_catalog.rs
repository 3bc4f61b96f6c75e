//! Creates the tables for catalog facts, merges and full-text search.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table_helpers::{self, cascading_key, index_on, primary_key_id};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in catalog_tables() {
            manager.create_table(table).await?;
        }
        for index in catalog_indexes() {
            manager.create_index(index).await?;
        }
        let db = manager.get_connection();
        db.execute_unprepared(search_table_sql(manager.get_database_backend()))
            .await?;
        // Queue the existing movies for a lookup.
        db.execute_unprepared(
            "INSERT INTO movie_facts (movie_id, state, try_at, tries, overview)
             SELECT id, 'wanted', created_at, 0, '' FROM movie",
        )
        .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("movie_search").to_owned())
            .await?;
        table_helpers::drop_tables(manager, &catalog_tables()).await
    }
}

/// The search index of each movie's words. The application splits and folds them, because the
/// databases' tokenizers differ.
fn search_table_sql(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "CREATE TABLE movie_search (
                movie_id bigint PRIMARY KEY REFERENCES movie (id) ON DELETE CASCADE,
                words tsvector NOT NULL);
             CREATE INDEX idx_movie_search_words ON movie_search USING gin (words);"
        }
        // This tokenizer treats all non-ASCII characters as parts of words.
        _ => {
            "CREATE VIRTUAL TABLE movie_search
             USING fts5(words, tokenize = 'ascii', prefix = '1 2 3', detail = 'none')"
        }
    }
}

fn catalog_tables() -> Vec<TableCreateStatement> {
    vec![
        movie_facts_table(),
        movie_merge_table(),
        movie_merge_review_table(),
        movie_alias_table(),
    ]
}

fn movie_facts_table() -> TableCreateStatement {
    Table::create()
        .table("movie_facts")
        .col(big_integer("movie_id").primary_key())
        .col(string_len("state", 16))
        .col(timestamp_with_time_zone("try_at"))
        .col(small_integer("tries"))
        .col(string_len_null("source", 16))
        .col(timestamp_with_time_zone_null("answered_at"))
        .col(string_len_null("wikidata_id", 16).unique_key())
        .col(text_null("original_title"))
        .col(small_integer_null("runtime"))
        .col(text("overview"))
        .check(Expr::cust(
            "state IN ('wanted', 'asking', 'known', 'unknown', 'failed', 'held')",
        ))
        .check(Expr::cust("runtime > 0"))
        .foreign_key(&mut cascading_key("movie_facts", "movie_id", "movie"))
        .take()
}

fn movie_merge_table() -> TableCreateStatement {
    Table::create()
        .table("movie_merge")
        .col(primary_key_id())
        .col(big_integer("from_id"))
        .col(big_integer("into_id"))
        .col(string_len_null("imdb_id", 16))
        .col(big_integer_null("tmdb_id"))
        .col(timestamp_with_time_zone("merged_at"))
        .col(timestamp_with_time_zone_null("undone_at"))
        .check(Expr::cust("from_id <> into_id"))
        .foreign_key(&mut cascading_key("movie_merge", "from_id", "movie"))
        .foreign_key(&mut cascading_key("movie_merge", "into_id", "movie"))
        .take()
}

fn movie_merge_review_table() -> TableCreateStatement {
    Table::create()
        .table("movie_merge_review")
        .col(big_integer("merge_id"))
        .col(big_integer("review_id"))
        .primary_key(Index::create().col("merge_id").col("review_id"))
        .foreign_key(&mut cascading_key(
            "movie_merge_review",
            "merge_id",
            "movie_merge",
        ))
        .foreign_key(&mut cascading_key(
            "movie_merge_review",
            "review_id",
            "review",
        ))
        .take()
}

fn movie_alias_table() -> TableCreateStatement {
    Table::create()
        .table("movie_alias")
        .col(big_integer("movie_id").primary_key())
        .col(big_integer("leads_to"))
        .col(big_integer_uniq("merge_id"))
        .check(Expr::cust("movie_id <> leads_to"))
        .foreign_key(&mut cascading_key("movie_alias", "movie_id", "movie"))
        .foreign_key(&mut cascading_key("movie_alias", "leads_to", "movie"))
        .foreign_key(&mut cascading_key("movie_alias", "merge_id", "movie_merge"))
        .take()
}

fn catalog_indexes() -> Vec<IndexCreateStatement> {
    [
        // For taking jobs from the queue.
        ("movie_facts", ["state", "try_at"].as_slice()),
        // For the order of a list of movies.
        ("movie", &["sort_key", "id"]),
        ("movie_alias", &["leads_to"]),
        ("movie_merge", &["from_id"]),
        ("movie_merge", &["into_id"]),
        ("movie_merge_review", &["review_id"]),
    ]
    .into_iter()
    .map(|(table, columns)| index_on(table, columns))
    .collect()
}
