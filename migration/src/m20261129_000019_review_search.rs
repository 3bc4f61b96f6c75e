//! Creates the search index of the words of reviews.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(search_table_sql(manager.get_database_backend()))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("review_search").to_owned())
            .await
    }
}

/// Like the index of movies. It has no foreign key: a row with id 0 says that it is complete.
fn search_table_sql(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "CREATE TABLE review_search (
                review_id bigint PRIMARY KEY,
                words tsvector NOT NULL);
             CREATE INDEX idx_review_search_words ON review_search USING gin (words);"
        }
        // The words are not kept a second time (`content`).
        _ => {
            "CREATE VIRTUAL TABLE review_search
             USING fts5(words, tokenize = 'ascii', detail = 'none', content = '', contentless_delete = 1)"
        }
    }
}
