//! Inserting many reviews at once, for the demo and the benchmarks.

use chrono::{DateTime, Utc};
use entity::Visibility;
use entity::review::{ActiveModel, Entity};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::review_words::insert_words;
use super::{insert_tags, review_columns};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::reserve_ids;
use crate::diary::Viewing;

/// SQLite allows 32,766 values per statement.
const ROWS_PER_INSERT: usize = 500;

#[derive(Clone, Debug)]
pub struct BulkReview {
    pub member: MemberId,
    /// Visibility of the member's whole diary.
    pub diary: Visibility,
    pub movie: MovieId,
    pub viewing: Viewing,
    pub logged_at: DateTime<Utc>,
}

/// Inserts the reviews but does not update the tallies, nor which viewings are rewatches. Call
/// [`tally::rebuild`](crate::diary::tally::rebuild) after the last insert.
pub async fn bulk_insert_reviews(
    tx: &DatabaseTransaction,
    reviews: &[BulkReview],
) -> Result<(), DbErr> {
    let ids = reserve_ids(tx, "review", reviews.len()).await?;
    for (ids, reviews) in ids
        .chunks(ROWS_PER_INSERT)
        .zip(reviews.chunks(ROWS_PER_INSERT))
    {
        let rows = ids.iter().zip(reviews).map(|(id, review)| ActiveModel {
            id: Set(*id),
            member_id: Set(review.member),
            movie_id: Set(review.movie),
            version: Set(1),
            logged_at: Set(review.logged_at),
            updated_at: Set(review.logged_at),
            deleted_at: Set(None),
            rewatch: Set(review.viewing.rewatch.unwrap_or_default()),
            rewatch_by_hand: Set(review.viewing.rewatch.is_some()),
            ..review_columns(&review.viewing, review.diary)
        });
        Entity::insert_many(rows).exec_without_returning(tx).await?;
        let tags = reviews.iter().map(|of| of.viewing.tags.as_slice());
        insert_tags(tx, ids.iter().copied().zip(tags)).await?;
        let commented = ids.iter().zip(reviews);
        let commented = commented.map(|(id, of)| (*id, of.member, of.viewing.comment.as_str()));
        insert_words(tx, commented).await?;
    }
    Ok(())
}
