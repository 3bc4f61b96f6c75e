//! Editing, deleting and restoring a review.

use entity::Audience;
use entity::review::{ActiveModel, Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::review_words::replace_words;
use super::{RESTORE_WINDOW, day_key, delete_tags, insert_tags, review_columns};
use crate::accounts::{self, MemberId};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::{DiaryChange, DiaryWriter, ReviewRef, form, tally};

/// Why a review or an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It has changed since the given version.
    #[error("it has changed in the meantime")]
    Stale,
    /// It does not exist, is deleted, or belongs to another member.
    #[error("no such review")]
    Gone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Saves an edit of `member`'s own review. Fails with [`EditError::Stale`] if the review has
/// changed since the version that the edit is based on.
pub async fn edit_review(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    id: i64,
    change: form::ReviewEdit,
) -> Result<(), EditError> {
    let (clock, now) = (clock.clone(), clock.now());
    db.write(move |tx| {
        Box::pin(async move {
            let diary = accounts::commands::lock_member_shared(tx, member)
                .await?
                .ok_or(EditError::Gone)?;
            let row = ActiveModel {
                version: Set(change.version.saturating_add(1)),
                updated_at: Set(now),
                ..review_columns(&change.viewing, diary)
            };
            let is_rewatch = tally::is_rewatch_on(day_key(change.viewing.watched_on));
            let update = Entity::update_many().set(row);
            let update = match change.viewing.rewatch {
                None => update.col_expr(Column::Rewatch, tally::mark_unless_by_hand(is_rewatch)),
                // A mark that is set as the days say follows them.
                Some(set) => update
                    .col_expr(Column::Rewatch, Expr::val(set))
                    .col_expr(Column::RewatchByHand, is_rewatch.ne(set)),
            };
            let update = update
                .filter(is_own_review(member, id))
                .filter(Column::DeletedAt.is_null())
                .filter(Column::Version.eq(change.version));
            tally::tally_review_change(tx, &clock, id, async {
                if update.exec(tx).await?.rows_affected == 0 {
                    return Err(why_not_edited(tx, member, id).await?);
                }
                delete_tags(tx, id).await?;
                insert_tags(tx, std::iter::once((id, change.viewing.tags.as_slice()))).await?;
                replace_words(tx, id, member, &change.viewing.comment).await?;
                Ok(())
            })
            .await
        })
    })
    .await
}

async fn why_not_edited(
    tx: &DatabaseTransaction,
    member: MemberId,
    id: i64,
) -> Result<EditError, DbErr> {
    let found = Entity::find()
        .filter(is_own_review(member, id))
        .filter(Column::DeletedAt.is_null())
        .one(tx)
        .await?;
    Ok(match found {
        Some(_) => EditError::Stale,
        None => EditError::Gone,
    })
}

/// Deletes `member`'s own review; with a `version`, only if the review still has that version.
/// The review leaves every list at once and can be restored for a day. Deleting it again has no
/// effect.
pub async fn delete(
    writer: &DiaryWriter,
    member: MemberId,
    id: i64,
    version: Option<i32>,
) -> Result<(), EditError> {
    let (db, writer) = (&writer.db, writer.clone());
    db.write(move |tx| {
        Box::pin(async move {
            let deletion = ActiveModel {
                deleted_at: Set(Some(writer.clock.now())),
                audience: Set(Audience::Nobody),
                ..Default::default()
            };
            let delete = Entity::update_many()
                .set(deletion)
                .filter(is_own_review(member, id))
                .filter(Column::DeletedAt.is_null());
            tally::tally_review_change(tx, &writer.clock, id, async {
                let review = Entity::find()
                    .filter(is_own_review(member, id))
                    .one(tx)
                    .await?;
                let review = review.ok_or(EditError::Gone)?;
                if version.is_some_and(|version| version != review.version) {
                    return Err(EditError::Stale);
                }
                delete.exec(tx).await?;
                writer
                    .tell_followers(tx, DiaryChange::Deleted(vec![id]))
                    .await?;
                Ok(())
            })
            .await
        })
    })
    .await
}

/// Restores `member`'s own review. Returns `false` when it is too late or there is no such
/// review.
pub async fn restore(writer: &DiaryWriter, member: MemberId, id: i64) -> Result<bool, DbErr> {
    let (db, writer) = (&writer.db, writer.clone());
    let since = writer.clock.now() - RESTORE_WINDOW;
    db.write(move |tx| {
        Box::pin(async move {
            let Some(diary) = accounts::commands::lock_member_shared(tx, member).await? else {
                return Ok(false);
            };
            let restorable = Condition::any()
                .add(Column::DeletedAt.is_null())
                .add(Column::DeletedAt.gt(since));
            let found = Entity::find()
                .filter(is_own_review(member, id))
                .filter(restorable)
                .one(tx)
                .await?;
            let Some(review) = found else {
                return Ok(false);
            };
            let back = ActiveModel {
                deleted_at: Set(None),
                audience: Set(Audience::of(diary, review.visibility)),
                ..Default::default()
            };
            let was_deleted = review.deleted_at.is_some();
            let restored = Entity::update_many()
                .set(back)
                .col_expr(
                    Column::Rewatch,
                    tally::mark_unless_by_hand(tally::is_rewatch()),
                )
                .filter(Column::Id.eq(id));
            tally::tally_review_change(tx, &writer.clock, id, async {
                restored.exec(tx).await?;
                if was_deleted {
                    let restored = DiaryChange::Restored(ReviewRef::from(&review));
                    writer.tell_followers(tx, restored).await?;
                }
                Ok::<_, DbErr>(())
            })
            .await?;
            Ok(true)
        })
    })
    .await
}

fn is_own_review(member: MemberId, id: i64) -> Condition {
    Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::MemberId.eq(member))
}
