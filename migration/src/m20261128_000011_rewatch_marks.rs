//! Records whether the mark of a rewatch was set by hand, and lets the others follow the days
//! watched.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by_hand = boolean("rewatch_by_hand").default(false).take();
        let add = Table::alter().table("review").add_column(by_hand).take();
        manager.alter_table(add).await?;
        let db = manager.get_connection();
        // Until now, a mark followed the order of logging. Whoever set it otherwise meant it.
        let by_day = earlier("(e.day_key, e.id) < (review.day_key, review.id)");
        let by_logging = earlier("e.id < review.id");
        db.execute_unprepared(&format!(
            "UPDATE review SET rewatch_by_hand = true
             WHERE rewatch <> {by_day} AND rewatch <> {by_logging}"
        ))
        .await?;
        db.execute_unprepared(&format!(
            "UPDATE review SET rewatch = NOT rewatch
             WHERE NOT rewatch_by_hand AND deleted_at IS NULL AND rewatch <> {by_day}"
        ))
        .await?;
        db.execute_unprepared(
            "UPDATE month_tally SET rewatches = (
                 SELECT count(*) FROM review r
                 WHERE r.member_id = month_tally.member_id AND r.audience = month_tally.audience
                   AND r.month_key = month_tally.month_key AND r.rewatch
             )",
        )
        .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Table::alter()
            .table("review")
            .drop_column("rewatch_by_hand")
            .take();
        manager.alter_table(drop).await
    }
}

/// Whether the member has an earlier viewing of the movie.
fn earlier(condition: &str) -> String {
    format!(
        "EXISTS (
             SELECT 1 FROM review e
             WHERE e.member_id = review.member_id AND e.movie_id = review.movie_id
               AND e.deleted_at IS NULL AND {condition}
         )"
    )
}
