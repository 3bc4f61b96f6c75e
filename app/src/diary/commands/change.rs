//! Changing a review, deleting it, and bringing it back.

use entity::Audience;
use entity::review::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::{RESTORABLE, said, tag, untag};
use crate::accounts::{self, MemberId};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::{form, tally};

/// Why a change was not saved.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// Somebody, maybe the same member elsewhere, changed it meanwhile.
    #[error("it was changed meanwhile")]
    Stale,
    /// It is not there, not theirs, or deleted.
    #[error("no such review")]
    Gone,
    /// The database did not do its part.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Saves a change to `member`'s own review, unless it was changed since the version
/// that was changed.
pub async fn change(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    id: i64,
    change: form::Change,
) -> Result<(), NotChanged> {
    let (clock, now) = (clock.clone(), clock.now());
    db.write(move |tx| {
        Box::pin(async move {
            let diary = accounts::commands::hold(tx, member)
                .await?
                .ok_or(NotChanged::Gone)?;
            let row = ActiveModel {
                version: Set(change.version.saturating_add(1)),
                updated_at: Set(now),
                ..said(&change.viewing, diary)
            };
            let update = Entity::update_many()
                .set(row)
                .filter(own(member, id))
                .filter(Column::DeletedAt.is_null())
                .filter(Column::Version.eq(change.version));
            tally::keep_one(tx, &clock, id, async {
                if update.exec(tx).await?.rows_affected == 0 {
                    return Err(why_not(tx, member, id).await?);
                }
                untag(tx, id).await?;
                tag(tx, std::iter::once((id, change.viewing.tags.as_slice()))).await?;
                Ok(())
            })
            .await
        })
    })
    .await
}

async fn why_not(tx: &DatabaseTransaction, member: MemberId, id: i64) -> Result<NotChanged, DbErr> {
    let found = Entity::find()
        .filter(own(member, id))
        .filter(Column::DeletedAt.is_null())
        .one(tx)
        .await?;
    Ok(match found {
        Some(_) => NotChanged::Stale,
        None => NotChanged::Gone,
    })
}

/// Deletes `member`'s own review, where a `version` is given only while it is that: it leaves
/// every list at once, and can be brought back for a day. Deleting it again changes nothing.
pub async fn delete(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    id: i64,
    version: Option<i32>,
) -> Result<(), NotChanged> {
    let (clock, now) = (clock.clone(), clock.now());
    db.write(move |tx| {
        Box::pin(async move {
            let gone = ActiveModel {
                deleted_at: Set(Some(now)),
                audience: Set(Audience::Nobody),
                ..Default::default()
            };
            let delete = Entity::update_many()
                .set(gone)
                .filter(own(member, id))
                .filter(Column::DeletedAt.is_null());
            tally::keep_one(tx, &clock, id, async {
                let review = Entity::find().filter(own(member, id)).one(tx).await?;
                let review = review.ok_or(NotChanged::Gone)?;
                if version.is_some_and(|version| version != review.version) {
                    return Err(NotChanged::Stale);
                }
                delete.exec(tx).await?;
                Ok(())
            })
            .await
        })
    })
    .await
}

/// Brings `member`'s own review back as it was. `false` when it is too late, or there
/// is no such review.
pub async fn restore(db: &Db, clock: &Clock, member: MemberId, id: i64) -> Result<bool, DbErr> {
    let (clock, since) = (clock.clone(), clock.now() - RESTORABLE);
    db.write(move |tx| {
        Box::pin(async move {
            let Some(diary) = accounts::commands::hold(tx, member).await? else {
                return Ok(false);
            };
            let restorable = Condition::any()
                .add(Column::DeletedAt.is_null())
                .add(Column::DeletedAt.gt(since));
            let found = Entity::find()
                .filter(own(member, id))
                .filter(restorable)
                .one(tx)
                .await?;
            let Some(review) = found else {
                return Ok(false);
            };
            let back = ActiveModel {
                id: Set(id),
                deleted_at: Set(None),
                audience: Set(Audience::of(diary, review.visibility)),
                ..Default::default()
            };
            tally::keep_one(tx, &clock, id, Entity::update(back).exec(tx)).await?;
            Ok(true)
        })
    })
    .await
}

fn own(member: MemberId, id: i64) -> Condition {
    Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::MemberId.eq(member))
}
