//! What changes reviews. diary alone writes them, whoever the reason comes from: a
//! member who logs, a diary that is closed, an account that goes.

mod change;
mod log;
mod members;
mod merge;
mod remap;
mod stock;

use chrono::{Datelike, NaiveDate, TimeDelta};
use entity::review::{ActiveModel, Column, Entity};
use entity::{Audience, Rating, Visibility, idempotency_key, review_tag};
use sea_orm::sea_query::InsertStatement;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QueryTrait,
};

use super::form::Viewing;
use crate::clock::Clock;
use crate::db::Db;
use crate::text::key;

pub use change::{NotChanged, change, delete, restore};
pub use log::{Logged, NotLogged, log};
pub use members::{
    AccountChange, change_account, delete_member, disable, enable, set_diary_visibility,
};
pub use merge::{merge, undo_merge};
pub use remap::{NotMoved, choose_movie};
pub use stock::{Stocked, stock};

/// How long a deleted review can be brought back.
pub const RESTORABLE: TimeDelta = TimeDelta::days(1);

/// How long a form that was posted counts once.
const KEYS_LIVE: TimeDelta = TimeDelta::days(90);

/// Forgets for good what was deleted a day ago, and keys that are too old to come
/// again. Returns how many reviews.
pub async fn purge(db: &Db, clock: &Clock) -> Result<u64, DbErr> {
    let now = clock.now();
    db.write(move |tx| {
        Box::pin(async move {
            let purged = Entity::delete_many()
                .filter(Column::DeletedAt.lte(now - RESTORABLE))
                .exec(tx)
                .await?;
            idempotency_key::Entity::delete_many()
                .filter(idempotency_key::Column::CreatedAt.lte(now - KEYS_LIVE))
                .exec(tx)
                .await?;
            Ok(purged.rows_affected)
        })
    })
    .await
}

/// The columns that a form fills.
fn said(viewing: &Viewing, diary: Visibility) -> ActiveModel {
    ActiveModel {
        rating: Set(viewing.rating),
        rating_key: Set(viewing.rating.map_or(-1, Rating::half_stars)),
        liked: Set(viewing.liked),
        comment: Set(viewing.comment.clone()),
        spoiler: Set(viewing.spoiler),
        rewatch: Set(viewing.rewatch),
        watched_on: Set(viewing.watched_on),
        day_key: Set(day_key(viewing.watched_on)),
        month_key: Set(viewing.watched_on.map_or(0, month_key)),
        visibility: Set(viewing.visibility),
        audience: Set(Audience::of(diary, viewing.visibility)),
        ..Default::default()
    }
}

/// Orders a diary; an unknown day comes after all others.
pub(super) fn day_key(watched_on: Option<NaiveDate>) -> i32 {
    watched_on.map_or(0, |day| day.num_days_from_ce())
}

/// Months since January of the year 0.
pub fn month_key(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0() as i32
}

/// Tags reviews, which have no tags yet.
async fn tag(
    tx: &DatabaseTransaction,
    reviews: impl Iterator<Item = (i64, &[String])>,
) -> Result<(), DbErr> {
    if let Some(tagging) = tagging(reviews) {
        tx.execute(&tagging).await?;
    }
    Ok(())
}

/// What tags reviews, if there are any tags.
fn tagging<'a>(reviews: impl Iterator<Item = (i64, &'a [String])>) -> Option<InsertStatement> {
    let rows: Vec<_> = reviews
        .flat_map(|(review, tags)| tags.iter().zip(0i16..).map(move |tag| tagged(review, tag)))
        .collect();
    match rows.is_empty() {
        true => None,
        false => Some(review_tag::Entity::insert_many(rows).into_query()),
    }
}

fn tagged(review: i64, (tag, position): (&String, i16)) -> review_tag::ActiveModel {
    review_tag::ActiveModel {
        review_id: Set(review),
        tag_key: Set(key(tag)),
        tag: Set(tag.clone()),
        position: Set(position),
    }
}

async fn untag(tx: &DatabaseTransaction, review: i64) -> Result<(), DbErr> {
    review_tag::Entity::delete_many()
        .filter(review_tag::Column::ReviewId.eq(review))
        .exec(tx)
        .await?;
    Ok(())
}
