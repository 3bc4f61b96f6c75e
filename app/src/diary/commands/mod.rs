//! All writes to reviews, whatever causes them: logging, editing, closing a diary, deleting an
//! account.

mod bulk_insert;
mod change_movie;
mod doubles;
mod edit;
mod imported;
mod log;
mod members;
mod merge;
mod review_words;
mod taken_back;
mod undo_merge;

use chrono::{Datelike, NaiveDate, TimeDelta};
use entity::review::{ActiveModel, Column, Entity};
use entity::{Audience, Rating, Visibility, idempotency_key, review_tag};
use sea_orm::sea_query::{InsertStatement, SelectStatement, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QuerySelect, QueryTrait,
};

use super::form::Viewing;
use crate::clock::Clock;
use crate::db::Db;
use crate::text::folded_key;
use review_words::delete_words;

pub use bulk_insert::{BulkReview, bulk_insert_reviews};
pub use change_movie::{ChangeMovieError, change_movie};
pub use doubles::{MergeDoublesError, merge_certain_doubles, merge_doubles};
pub use edit::{EditError, delete, edit_review, restore};
pub use imported::{
    CopiedReview, ImportedReview, ReviewCompletion, UNKNOWN_LOG_TIME, lock_reviews, write_imported,
};
pub use log::{LogReviewError, LoggedReview, finish_resolving, log};
pub use members::{
    AccountChange, ChangeVisibilityError, change_account, change_diary_visibility, delete_member,
    disable_member, enable_member,
};
pub use merge::{merge_movies, move_own_reviews};
pub use review_words::{index_older_reviews, review_ids_with_words};
pub use taken_back::{ReviewFilling, delete_imported, empty_fillings};
pub use undo_merge::{UndoMergeError, undo_merge};

/// How long a deleted review can be restored.
pub const RESTORE_WINDOW: TimeDelta = TimeDelta::days(1);

/// How long a key prevents the same form from being logged twice.
const KEY_LIFETIME: TimeDelta = TimeDelta::days(90);

/// Permanently deletes the reviews that can no longer be restored, and expired idempotency keys.
/// Returns the number of reviews.
pub async fn purge(db: &Db, clock: &Clock) -> Result<u64, DbErr> {
    let now = clock.now();
    db.write(move |tx| {
        Box::pin(async move {
            let expired = Column::DeletedAt.lte(now - RESTORE_WINDOW);
            delete_words(tx, ids_of(expired.clone())).await?;
            let purged = Entity::delete_many().filter(expired).exec(tx).await?;
            idempotency_key::Entity::delete_many()
                .filter(idempotency_key::Column::CreatedAt.lte(now - KEY_LIFETIME))
                .exec(tx)
                .await?;
            Ok(purged.rows_affected)
        })
    })
    .await
}

/// Selects the ids of reviews.
fn ids_of(condition: SimpleExpr) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(condition)
        .into_query()
}

/// The columns that the review form fills in, except the mark of a rewatch, which depends on other
/// reviews.
fn review_columns(viewing: &Viewing, diary: Visibility) -> ActiveModel {
    ActiveModel {
        rating: Set(viewing.rating),
        rating_key: Set(viewing.rating.map_or(-1, Rating::half_stars)),
        liked: Set(viewing.liked),
        comment: Set(viewing.comment.clone()),
        spoiler: Set(viewing.spoiler),
        watched_on: Set(viewing.watched_on),
        day_key: Set(day_key(viewing.watched_on)),
        month_key: Set(viewing.watched_on.map_or(0, month_key)),
        visibility: Set(viewing.visibility),
        audience: Set(Audience::of(diary, viewing.visibility)),
        ..Default::default()
    }
}

/// Sorts a diary by day. The key of an unknown day is 0, the lowest.
pub(super) fn day_key(watched_on: Option<NaiveDate>) -> i32 {
    watched_on.map_or(0, |day| day.num_days_from_ce())
}

/// Months since January of the year 0.
pub fn month_key(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0() as i32
}

/// The reviews must not have tags yet.
async fn insert_tags(
    tx: &DatabaseTransaction,
    reviews: impl Iterator<Item = (i64, &[String])>,
) -> Result<(), DbErr> {
    if let Some(tagging) = tags_insert(reviews) {
        tx.execute(&tagging).await?;
    }
    Ok(())
}

/// `None` when there are no tags.
fn tags_insert<'a>(reviews: impl Iterator<Item = (i64, &'a [String])>) -> Option<InsertStatement> {
    let rows: Vec<_> = reviews
        .flat_map(|(review, tags)| tags.iter().zip(0i16..).map(move |tag| tag_row(review, tag)))
        .collect();
    if rows.is_empty() {
        None
    } else {
        Some(review_tag::Entity::insert_many(rows).into_query())
    }
}

fn tag_row(review: i64, (tag, position): (&String, i16)) -> review_tag::ActiveModel {
    review_tag::ActiveModel {
        review_id: Set(review),
        tag_key: Set(folded_key(tag)),
        tag: Set(tag.clone()),
        position: Set(position),
    }
}

async fn delete_tags(tx: &DatabaseTransaction, review: i64) -> Result<(), DbErr> {
    review_tag::Entity::delete_many()
        .filter(review_tag::Column::ReviewId.eq(review))
        .exec(tx)
        .await?;
    Ok(())
}
