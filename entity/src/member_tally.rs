//! What a member's diary comes to.

use sea_orm::entity::prelude::*;

use crate::Audience;

/// One member's diary in numbers, as one kind of reader sees it. Other tallies say who
/// sees what they count; here a stricter audience includes the wider ones, so that a list
/// of members is one range of an index.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_tally")]
pub struct Model {
    /// Whose diary.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    /// Who sees it so: everybody, members, or its owner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seen_by: Audience,
    /// How many different movies.
    pub movies: i32,
    /// How many reviews.
    pub reviews: i32,
    /// How many of them have a rating.
    pub rated: i32,
    /// The half stars of those, added up.
    pub half_stars: i32,
    /// Thousandths of a half star, -1 where there is no rating.
    pub average: i32,
    /// The day key of the film seen last.
    pub last_day: i32,
    /// The review of the film seen last; none while there is no review.
    pub last_review_id: Option<i64>,
    /// Whose diary.
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
