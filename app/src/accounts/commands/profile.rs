//! Changing how a member is shown.

use chrono_tz::Tz;
use entity::Visibility;
use entity::member::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use crate::accounts::{Member, MemberId};
use crate::clock::Clock;
use crate::db::Db;
use crate::revision::{self, Change};

/// What is to change of how a member is shown; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// The name that is shown.
    pub display_name: Option<String>,
    /// Where their days begin; `Some(None)` for the site's time zone.
    pub zone: Option<Option<Tz>>,
}

/// Changes how `member` is shown and where their days begin.
pub async fn set_profile(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    change: ProfileChange,
) -> Result<(), DbErr> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            change_profile(tx, member, change).await?;
            revision::note(tx, &clock, Change::Member(member)).await
        })
    })
    .await
}

/// The same as a part of something larger, which notes it.
pub async fn change_profile(
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

/// Keeps everybody else from changing or [holding](super::hold) the account until the
/// transaction ends; `None` when it is disabled or gone.
pub async fn hold_alone(
    tx: &DatabaseTransaction,
    member: MemberId,
) -> Result<Option<Member>, DbErr> {
    let row = Entity::find_by_id(member)
        .filter(Column::DisabledAt.is_null())
        .lock_exclusive();
    Ok(row.one(tx).await?.map(Member::from))
}

/// Notes the time zone of a member who had none.
pub async fn set_zone(db: &Db, member: MemberId, zone: Tz) -> Result<(), DbErr> {
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

/// Notes who may see `member`'s diary. What follows for the reviews is diary's
/// business.
pub async fn set_diary_visibility(
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
