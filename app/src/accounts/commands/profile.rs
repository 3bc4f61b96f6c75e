//! Changing how a member is shown.

use chrono_tz::Tz;
use entity::Visibility;
use entity::member::{ActiveModel, Entity};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};

use crate::accounts::MemberId;
use crate::clock::Clock;
use crate::db::Db;
use crate::revision::{self, Change};

/// Changes how `member` is shown and where their days begin.
pub async fn set_profile(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    display_name: String,
    zone: Option<Tz>,
) -> Result<(), DbErr> {
    let clock = clock.clone();
    let change = ActiveModel {
        id: Set(member),
        display_name: Set(display_name),
        time_zone: Set(zone.map(|zone| zone.name().to_owned())),
        ..Default::default()
    };
    db.write(move |tx| {
        Box::pin(async move {
            Entity::update(change).exec(tx).await?;
            revision::note(tx, &clock, Change::Member(member)).await
        })
    })
    .await
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
