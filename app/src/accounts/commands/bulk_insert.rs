//! Inserts many accounts at once, for the demo and for benchmarks.

use chrono::{DateTime, Utc};
use entity::Visibility;
use entity::member::{ActiveModel, Entity, Role};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait, SelectExt};

use crate::accounts::MemberId;
use crate::db::reserve_ids;

/// SQLite allows 32,766 values in one statement.
const ROWS_PER_STATEMENT: usize = 1000;

#[derive(Clone, Debug)]
pub struct BulkMember {
    pub username: String,
    pub display_name: String,
    pub role: Role,
    pub diary_visibility: Visibility,
    pub created_at: DateTime<Utc>,
}

/// Inserts accounts that share one password hash, and returns their ids in the same order.
pub async fn bulk_insert_members(
    tx: &DatabaseTransaction,
    hash: &str,
    members: &[BulkMember],
) -> Result<Vec<MemberId>, DbErr> {
    let ids = reserve_ids(tx, "member", members.len()).await?;
    for (ids, members) in ids
        .chunks(ROWS_PER_STATEMENT)
        .zip(members.chunks(ROWS_PER_STATEMENT))
    {
        let rows = ids.iter().zip(members).map(|(id, member)| ActiveModel {
            id: Set(*id),
            username: Set(member.username.clone()),
            display_name: Set(member.display_name.clone()),
            password_hash: Set(hash.to_owned()),
            role: Set(member.role),
            // Set from the browser at the first sign-in.
            time_zone: Set(None),
            diary_visibility: Set(member.diary_visibility),
            disabled_at: Set(None),
            created_at: Set(member.created_at),
        });
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(ids)
}

/// Whether there is no account and there never was one.
pub async fn has_never_had_members(tx: &DatabaseTransaction) -> Result<bool, DbErr> {
    let has_members = Entity::find().exists(tx).await?
        || entity::retired_username::Entity::find().exists(tx).await?;
    Ok(!has_members)
}
