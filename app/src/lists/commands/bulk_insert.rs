//! Inserting whole lists, for copies, the demo and the benchmarks.

use chrono::{DateTime, Utc};
use entity::{list_entry, list_member};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use super::insert_list;
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::spread_positions;
use crate::lists::form::ListFields;

/// SQLite allows 32,766 values per statement.
const ROWS_PER_INSERT: usize = 500;

#[derive(Clone, Debug)]
pub struct BulkList {
    pub owner: MemberId,
    pub fields: ListFields,
    /// Members who have accepted an invitation.
    pub members: Vec<MemberId>,
    /// In the order of the list.
    pub entries: Vec<BulkListEntry>,
    pub created_at: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub struct BulkListEntry {
    pub movie: MovieId,
    pub note: String,
    pub added_by: MemberId,
}

/// Returns the id of the list.
pub async fn bulk_insert_list(tx: &DatabaseTransaction, list: BulkList) -> Result<i64, DbErr> {
    let now = list.created_at;
    let id = insert_list(tx, list.owner, list.fields, now).await?;
    if !list.members.is_empty() {
        let rows = list.members.iter().map(|member| list_member::ActiveModel {
            list_id: Set(id),
            member_id: Set(*member),
            invited_at: Set(now),
            accepted_at: Set(Some(now)),
        });
        list_member::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    let mut positions: Vec<_> = list.entries.iter().map(|entry| (entry.movie, 0)).collect();
    spread_positions(&mut positions);
    let rows = list.entries.into_iter().zip(positions);
    let rows: Vec<_> = rows
        .map(|(entry, (movie, position))| list_entry::ActiveModel {
            list_id: Set(id),
            movie_id: Set(movie),
            note: Set(entry.note),
            position: Set(position),
            added_at: Set(now),
            added_by: Set(Some(entry.added_by)),
            merged_by: Set(None),
        })
        .collect();
    for some in rows.chunks(ROWS_PER_INSERT) {
        list_entry::Entity::insert_many(some.to_vec())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(id)
}
