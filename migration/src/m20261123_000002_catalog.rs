//! Facts from the catalog, merges, and finding movies by words.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::shape::{self, id, index, owned_by};

/// What movies are found by and completed with.
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
        let db = manager.get_connection();
        db.execute_unprepared(search(manager.get_database_backend()))
            .await?;
        // The movies that are here already are to be asked about.
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
        shape::drop(manager, &tables()).await
    }
}

/// The words of each movie, made and folded by the program: neither database takes them
/// apart, so that both find the same.
fn search(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "CREATE TABLE movie_search (
                movie_id bigint PRIMARY KEY REFERENCES movie (id) ON DELETE CASCADE,
                words tsvector NOT NULL);
             CREATE INDEX idx_movie_search_words ON movie_search USING gin (words);"
        }
        // To this tokenizer everything beyond ASCII belongs to a word.
        _ => {
            "CREATE VIRTUAL TABLE movie_search
             USING fts5(words, tokenize = 'ascii', prefix = '1 2 3', detail = 'none')"
        }
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        movie_facts(),
        movie_merge(),
        movie_merge_review(),
        movie_alias(),
    ]
}

fn movie_facts() -> TableCreateStatement {
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
        .foreign_key(&mut owned_by("movie_facts", "movie_id", "movie"))
        .take()
}

fn movie_merge() -> TableCreateStatement {
    Table::create()
        .table("movie_merge")
        .col(id())
        .col(big_integer("from_id"))
        .col(big_integer("into_id"))
        .col(string_len_null("imdb_id", 16))
        .col(big_integer_null("tmdb_id"))
        .col(timestamp_with_time_zone("merged_at"))
        .col(timestamp_with_time_zone_null("undone_at"))
        .check(Expr::cust("from_id <> into_id"))
        .foreign_key(&mut owned_by("movie_merge", "from_id", "movie"))
        .foreign_key(&mut owned_by("movie_merge", "into_id", "movie"))
        .take()
}

fn movie_merge_review() -> TableCreateStatement {
    Table::create()
        .table("movie_merge_review")
        .col(big_integer("merge_id"))
        .col(big_integer("review_id"))
        .primary_key(Index::create().col("merge_id").col("review_id"))
        .foreign_key(&mut owned_by(
            "movie_merge_review",
            "merge_id",
            "movie_merge",
        ))
        .foreign_key(&mut owned_by("movie_merge_review", "review_id", "review"))
        .take()
}

fn movie_alias() -> TableCreateStatement {
    Table::create()
        .table("movie_alias")
        .col(big_integer("movie_id").primary_key())
        .col(big_integer("leads_to"))
        .col(big_integer_uniq("merge_id"))
        .check(Expr::cust("movie_id <> leads_to"))
        .foreign_key(&mut owned_by("movie_alias", "movie_id", "movie"))
        .foreign_key(&mut owned_by("movie_alias", "leads_to", "movie"))
        .foreign_key(&mut owned_by("movie_alias", "merge_id", "movie_merge"))
        .take()
}

fn indexes() -> Vec<IndexCreateStatement> {
    [
        // The queue.
        ("movie_facts", ["state", "try_at"].as_slice()),
        // What a list of movies is ordered by.
        ("movie", &["sort_key", "id"]),
        ("movie_alias", &["leads_to"]),
        ("movie_merge", &["from_id"]),
        ("movie_merge", &["into_id"]),
        ("movie_merge_review", &["review_id"]),
    ]
    .into_iter()
    .map(|(table, columns)| index(table, columns))
    .collect()
}
