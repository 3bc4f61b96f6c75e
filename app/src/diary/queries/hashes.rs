//! What reviews say, as hashes: imports compare them to know whether a review was edited.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::review::{Column, Entity};
use entity::{Rating, review_tag};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::secret::short_hash;

/// All that a member writes in a review, except who may see it.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "Entity")]
struct WrittenReview {
    id: i64,
    rating: Option<Rating>,
    liked: bool,
    comment: String,
    spoiler: bool,
    watched_on: Option<NaiveDate>,
    rewatch: bool,
    rewatch_by_hand: bool,
}

/// The hash of what each review says. Who may see it, its movie and a mark of a rewatch that follows
/// the days watched change nothing.
pub async fn review_hashes(
    db: &impl ConnectionTrait,
    reviews: &[i64],
) -> Result<HashMap<i64, String>, DbErr> {
    if reviews.is_empty() {
        return Ok(HashMap::new());
    }
    let written: Vec<WrittenReview> = Entity::find()
        .filter(Column::Id.is_in(reviews.iter().copied()))
        .into_partial_model()
        .all(db)
        .await?;
    let tags: Vec<(i64, String)> = review_tag::Entity::find()
        .select_only()
        .columns([review_tag::Column::ReviewId, review_tag::Column::Tag])
        .filter(review_tag::Column::ReviewId.is_in(reviews.iter().copied()))
        .order_by_asc(review_tag::Column::ReviewId)
        .order_by_asc(review_tag::Column::Position)
        .into_tuple()
        .all(db)
        .await?;
    let mut tags_of: HashMap<i64, Vec<String>> = HashMap::new();
    for (review, tag) in tags {
        tags_of.entry(review).or_default().push(tag);
    }
    let written = written.into_iter().map(|review| {
        let tags = tags_of.remove(&review.id).unwrap_or_default();
        (review.id, review.hash(&tags))
    });
    Ok(written.collect())
}

impl WrittenReview {
    fn hash(&self, tags: &[String]) -> String {
        let said = (
            self.rating.map(Rating::half_stars),
            self.liked,
            &self.comment,
            self.spoiler,
            self.watched_on,
            self.rewatch_by_hand.then_some(self.rewatch),
            tags,
        );
        short_hash(&format!("{said:?}"))
    }
}
