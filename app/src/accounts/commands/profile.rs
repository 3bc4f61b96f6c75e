//! Changing a member's profile.

use chrono_tz::Tz;
use entity::Visibility;
use entity::member::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use crate::accounts::{Member, MemberId};
use crate::clock::Clock;
use crate::db::Db;
use crate::revision::{self, Change};

/// Fields that are `None` stay unchanged.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    pub display_name: Option<String>,
    /// `Some(None)` means the site's time zone.
    pub zone: Option<Option<Tz>>,
}

/// Changes the profile and increments the member's revision.
pub async fn update_profile(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    change: ProfileChange,
) -> Result<(), DbErr> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            update_profile_tx(tx, member, change).await?;
            revision::record_change(tx, &clock, Change::Member(member)).await
        })
    })
    .await
}

/// Like [`update_profile`], in the caller's transaction. The caller increments the revision.
pub async fn update_profile_tx(
    tx: &DatabaseTransaction,
    member: MemberId,
    change: ProfileChange,
) -> Result<(), DbErr> {
    let name = |zone: Tz| zone.name().to_owned();
    let row = ActiveModel {
        id: Unchanged(member),
        display_name: change.display_name.map_or(NotSet, Set),
        time_zone: change.zone.map_or(NotSet, |zone| Set(zone.map(name))),
        ..Default::default()
    };
    if row.is_changed() {
        Entity::update(row).exec(tx).await?;
    }
    Ok(())
}

/// Takes an exclusive lock on the member's row until the transaction ends; `None` when the account
/// is disabled or gone. Foreign keys that refer to the row are not locked out: PostgreSQL also
/// checks those of rows that are merely updated twice, long after the order of locks.
pub async fn lock_member_exclusive(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<Option<Member>, DbErr> {
    let row = Entity::find_by_id(member)
        .filter(Column::DisabledAt.is_null())
        .lock(LockType::NoKeyUpdate);
    Ok(row.one(tx).await?.map(Member::from))
}

/// Stores the browser's time zone for a member who had none.
pub async fn set_time_zone(db: &Db, member: MemberId, zone: Tz) -> Result<(), DbErr> {
    let change = ActiveModel {
        id: Set(member),
        time_zone: Set(Some(zone.name().to_owned())),
        ..Default::default()
    };
    db.write(move |tx| {
        Box::pin(async move {
            Entity::update(change).exec(tx).await?;
            Ok(())
        })
    })
    .await
}

/// Sets only the member's column. `diary::commands` calls this and updates the reviews.
pub async fn store_diary_visibility(
    tx: &DatabaseTransaction,
    member: MemberId,
    visibility: Visibility,
) -> Result<(), DbErr> {
    let change = ActiveModel {
        id: Set(member),
        diary_visibility: Set(visibility),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    Ok(())
}
