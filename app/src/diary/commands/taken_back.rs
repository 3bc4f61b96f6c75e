//! Taking back what an import wrote.

use chrono::{DateTime, Utc};
use entity::review::{ActiveModel, Column, Entity};
use entity::{Audience, Rating};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::review_words::replace_words;
use crate::accounts::MemberId;
use crate::diary::follow::{DiaryChange, DiaryWriter};
use crate::diary::tally;
use crate::secret::short_hash;

/// What a completion filled in, to be emptied as far as it is still there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewFilling {
    pub review: i64,
    pub rating: Option<Rating>,
    pub like: bool,
    /// [`short_hash`] of the comment.
    pub comment_hash: Option<String>,
}

/// Deletes reviews that an import made, which can be restored for a day.
pub async fn delete_imported(
    tx: &DatabaseTransaction,
    writer: &DiaryWriter,
    member: MemberId,
    reviews: &[i64],
) -> Result<(), DbErr> {
    let deletion = ActiveModel {
        deleted_at: Set(Some(writer.clock.now())),
        audience: Set(Audience::Nobody),
        ..Default::default()
    };
    tally::tally_reviews_change(tx, &writer.clock, member, reviews, async {
        Entity::update_many()
            .set(deletion)
            .filter(Column::MemberId.eq(member))
            .filter(Column::Id.is_in(reviews.iter().copied()))
            .exec(tx)
            .await?;
        let deleted = DiaryChange::Deleted(reviews.to_vec());
        writer.tell_followers(tx, deleted).await?;
        Ok(((), Vec::new()))
    })
    .await
}

/// Empties what an import filled in on other reviews, as far as the member has not changed it since.
/// Returns for each filling whether all of it was emptied.
pub async fn empty_fillings(
    tx: &DatabaseTransaction,
    writer: &DiaryWriter,
    member: MemberId,
    fillings: &[ReviewFilling],
) -> Result<Vec<bool>, DbErr> {
    let reviews: Vec<i64> = fillings.iter().map(|of| of.review).collect();
    tally::tally_reviews_change(tx, &writer.clock, member, &reviews, async {
        let mut emptied = Vec::new();
        for filling in fillings {
            emptied.push(empty(tx, writer.clock.now(), member, filling).await?);
        }
        Ok((emptied, Vec::new()))
    })
    .await
}

async fn empty(
    tx: &DatabaseTransaction,
    now: DateTime<Utc>,
    member: MemberId,
    filling: &ReviewFilling,
) -> Result<bool, DbErr> {
    let review = Entity::find_by_id(filling.review)
        .filter(Column::MemberId.eq(member))
        .one(tx)
        .await?;
    let Some(review) = review else {
        return Ok(true);
    };
    let has_rating = filling.rating.is_some() && review.rating == filling.rating;
    let comment_hash = Some(short_hash(&review.comment));
    let has_comment = filling.comment_hash.is_some() && comment_hash == filling.comment_hash;
    let mut change = ActiveModel {
        updated_at: Set(now),
        version: Set(review.version + 1),
        ..Default::default()
    };
    if has_rating {
        change.rating = Set(None);
        change.rating_key = Set(-1);
    }
    if filling.like {
        change.liked = Set(false);
    }
    if has_comment {
        change.comment = Set(String::new());
        change.spoiler = Set(false);
        replace_words(tx, filling.review, member, "").await?;
    }
    Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(filling.review))
        .exec(tx)
        .await?;
    Ok(has_rating == filling.rating.is_some() && has_comment == filling.comment_hash.is_some())
}
