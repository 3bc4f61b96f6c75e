//! Precomputed totals of each member's diary.

use sea_orm::entity::prelude::*;

use crate::Audience;

/// Totals of one member's diary, as one audience sees it. Unlike the other tallies, each row
/// includes the reviews of wider audiences, so that a list of members is one range of an index.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_tally")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    /// `Public`, `Members` or `Owner`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seen_by: Audience,
    /// Each movie counts once.
    pub movies: i32,
    pub reviews: i32,
    /// Reviews that have a rating.
    pub rated: i32,
    /// Sum of all ratings, in half stars.
    pub half_stars: i32,
    /// In thousandths of a half star; -1 without ratings.
    pub average: i32,
    /// `day_key` of the most recent review.
    pub last_day: i32,
    /// The most recent review by day watched; `None` without reviews.
    pub last_review_id: Option<i64>,
    #[sea_orm(
        belongs_to,
        from = "member_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub member: BelongsTo<super::member::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
