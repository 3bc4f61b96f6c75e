//! Reviews: one viewing of one movie by one member.

use sea_orm::entity::prelude::*;

use crate::{Audience, Rating, Visibility};

/// Watching a movie again makes a new review.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review")]
pub struct Model {
    /// Ids are never reused.
    #[sea_orm(primary_key)]
    pub id: i64,
    pub member_id: i64,
    pub movie_id: i64,
    pub rating: Option<Rating>,
    /// Sort key of `rating`: half stars, -1 without a rating.
    pub rating_key: i16,
    pub liked: bool,
    /// Empty if there is no comment.
    #[sea_orm(column_type = "Text")]
    pub comment: String,
    /// The comment gives away the plot.
    pub spoiler: bool,
    /// Whether the member had seen the movie before.
    pub rewatch: bool,
    /// Whether the member set `rewatch`. Otherwise it follows the days watched.
    pub rewatch_by_hand: bool,
    /// In the member's time zone; `None` if they don't remember.
    pub watched_on: Option<Date>,
    /// Sort key of `watched_on`: days of the Common Era, 0 for an unknown day.
    pub day_key: i32,
    /// Months since January of year 0; 0 for an unknown day.
    pub month_key: i32,
    /// The member's choice for this review.
    pub visibility: Visibility,
    /// The effective visibility; see [`Audience`].
    pub audience: Audience,
    /// Incremented by each edit; an edit based on an older version is refused.
    pub version: i32,
    pub logged_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// Set while the review is deleted, but can still be restored (for a day).
    pub deleted_at: Option<DateTimeUtc>,
    #[sea_orm(
        belongs_to,
        from = "member_id",
        to = "id",
        on_delete = "Restrict",
        on_update = "NoAction"
    )]
    pub member: BelongsTo<super::member::Entity>,
    #[sea_orm(
        belongs_to,
        from = "movie_id",
        to = "id",
        on_delete = "Restrict",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
    #[sea_orm(has_many)]
    pub tags: HasMany<super::review_tag::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
