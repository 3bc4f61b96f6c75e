//! Putting in many reviews at once, for the demo and for measuring.

use chrono::{DateTime, Utc};
use entity::Visibility;
use entity::review::{ActiveModel, Entity};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::{said, tag};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::take_ids;
use crate::diary::Viewing;

/// How many rows go in one statement: SQLite takes 32,766 values.
const ROWS: usize = 500;

/// A review among many.
#[derive(Clone, Debug)]
pub struct Stocked {
    /// Whose.
    pub member: MemberId,
    /// Who may see the diary that it is in.
    pub diary: Visibility,
    /// Of what.
    pub movie: MovieId,
    /// What is said.
    pub viewing: Viewing,
    /// When it was logged.
    pub logged_at: DateTime<Utc>,
}

/// Logs all of these reviews. The numbers over reviews are not kept: whoever puts in many
/// counts them when all are in, by [`tally::rebuild`](crate::diary::tally::rebuild).
pub async fn stock(tx: &DatabaseTransaction, reviews: &[Stocked]) -> Result<(), DbErr> {
    let ids = take_ids(tx, "review", reviews.len()).await?;
    for (ids, reviews) in ids.chunks(ROWS).zip(reviews.chunks(ROWS)) {
        let rows = ids.iter().zip(reviews).map(|(id, of)| ActiveModel {
            id: Set(*id),
            member_id: Set(of.member),
            movie_id: Set(of.movie),
            version: Set(1),
            logged_at: Set(of.logged_at),
            updated_at: Set(of.logged_at),
            deleted_at: Set(None),
            ..said(&of.viewing, of.diary)
        });
        Entity::insert_many(rows).exec_without_returning(tx).await?;
        let tags = reviews.iter().map(|of| of.viewing.tags.as_slice());
        tag(tx, ids.iter().copied().zip(tags)).await?;
    }
    Ok(())
}
