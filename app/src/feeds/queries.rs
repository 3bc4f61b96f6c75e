//! Queries on secret feed addresses.

use chrono::{DateTime, Utc};
use entity::feed_key::{Column, Entity};
use entity::member;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::accounts::{Member, MemberId};
use crate::db::Db;
use crate::secret;

/// The member behind a secret address; `None` when it is unknown or the member is disabled.
pub async fn find_key_owner(db: &Db, code: &str) -> Result<Option<Member>, DbErr> {
    let found = Entity::find()
        .filter(Column::CodeHash.eq(secret::sha256_hex(code.as_bytes())))
        .find_also_related(member::Entity)
        .one(db.reader())
        .await?;
    let owner = found.and_then(|(_, owner)| owner);
    Ok(owner
        .filter(|owner| owner.disabled_at.is_none())
        .map(Member::from))
}

/// When the current secret address was created; `None` without one.
pub async fn key_created_at(db: &Db, member: MemberId) -> Result<Option<DateTime<Utc>>, DbErr> {
    Entity::find_by_id(member)
        .select_only()
        .column(Column::CreatedAt)
        .into_tuple()
        .one(db.reader())
        .await
}
