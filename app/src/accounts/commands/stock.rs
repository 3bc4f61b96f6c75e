//! Putting in many accounts at once, for the demo and for measuring.

use chrono::{DateTime, Utc};
use entity::Visibility;
use entity::member::{ActiveModel, Entity, Role};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait, SelectExt};

use crate::accounts::MemberId;
use crate::db::take_ids;

/// How many rows go in one statement: SQLite takes 32,766 values.
const ROWS: usize = 1000;

/// An account among many.
#[derive(Clone, Debug)]
pub struct Stocked {
    /// The name in addresses.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// What they may do.
    pub role: Role,
    /// Who may see their diary.
    pub diary_visibility: Visibility,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

/// Makes all of these accounts, of one password, whose `hash` is made once. Returns their
/// ids in the same order.
pub async fn stock(
    tx: &DatabaseTransaction,
    hash: &str,
    members: &[Stocked],
) -> Result<Vec<MemberId>, DbErr> {
    let ids = take_ids(tx, "member", members.len()).await?;
    for (ids, members) in ids.chunks(ROWS).zip(members.chunks(ROWS)) {
        let rows = ids.iter().zip(members).map(|(id, member)| ActiveModel {
            id: Set(*id),
            username: Set(member.username.clone()),
            display_name: Set(member.display_name.clone()),
            password_hash: Set(hash.to_owned()),
            role: Set(member.role),
            // Their browser says so when they sign in.
            time_zone: Set(None),
            diary_visibility: Set(member.diary_visibility),
            disabled_at: Set(None),
            created_at: Set(member.created_at),
        });
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(ids)
}

/// Whether nobody has ever had an account.
pub async fn is_empty(tx: &DatabaseTransaction) -> Result<bool, DbErr> {
    let is_there = Entity::find().exists(tx).await?
        || entity::retired_username::Entity::find().exists(tx).await?;
    Ok(!is_there)
}
