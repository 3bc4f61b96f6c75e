//! Saving many films at once, for the demo and the benchmarks.

use chrono::{DateTime, Utc};
use entity::watchlist_entry::{ActiveModel, Entity};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::spread_positions;

/// SQLite allows 32,766 values per statement.
const ROWS_PER_INSERT: usize = 500;

#[derive(Clone, Debug)]
pub struct BulkEntry {
    pub movie: MovieId,
    pub note: String,
    /// The day is that of UTC.
    pub added_at: DateTime<Utc>,
}

/// Fills the empty watchlist of a member, in the given order by hand.
pub async fn bulk_insert_entries(
    tx: &DatabaseTransaction,
    member: MemberId,
    entries: &[BulkEntry],
) -> Result<(), DbErr> {
    let mut positions: Vec<_> = entries.iter().map(|entry| (entry.movie, 0)).collect();
    spread_positions(&mut positions);
    let rows = entries.iter().zip(positions);
    let rows: Vec<_> = rows
        .map(|(entry, (_, position))| ActiveModel {
            member_id: Set(member),
            movie_id: Set(entry.movie),
            note: Set(entry.note.clone()),
            added_at: Set(entry.added_at),
            added_on: Set(entry.added_at.date_naive()),
            position: Set(position),
            is_listed: Set(true),
            taken_off_by: Set(None),
            merged_by: Set(None),
        })
        .collect();
    for some in rows.chunks(ROWS_PER_INSERT) {
        Entity::insert_many(some.to_vec())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}
