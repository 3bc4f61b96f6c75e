//! Whose feed a secret address opens.

use chrono::{DateTime, Utc};
use entity::feed_key::{Column, Entity};
use entity::member;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::accounts::{Member, MemberId};
use crate::db::Db;
use crate::secret;

/// The member whose secret address has that code, unless they are disabled.
pub async fn owner(db: &Db, code: &str) -> Result<Option<Member>, DbErr> {
    let found = Entity::find()
        .filter(Column::CodeHash.eq(secret::hash(code.as_bytes())))
        .find_also_related(member::Entity)
        .one(db.reader())
        .await?;
    let owner = found.and_then(|(_, owner)| owner);
    Ok(owner
        .filter(|owner| owner.disabled_at.is_none())
        .map(Member::from))
}

/// Since when `member` has a secret address.
pub async fn key_since(db: &Db, member: MemberId) -> Result<Option<DateTime<Utc>>, DbErr> {
    Entity::find_by_id(member)
        .select_only()
        .column(Column::CreatedAt)
        .into_tuple()
        .one(db.reader())
        .await
}
