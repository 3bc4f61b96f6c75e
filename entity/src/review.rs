//! One viewing of one movie by one member.

use sea_orm::entity::prelude::*;

use crate::{Audience, Rating, Visibility};

/// One review. Seeing a movie again is a new one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review")]
pub struct Model {
    /// Never used again.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who watched.
    pub member_id: i64,
    /// What they watched.
    pub movie_id: i64,
    /// How they liked it, if they said so.
    pub rating: Option<Rating>,
    /// Orders a diary by rating: half stars, -1 where there is none.
    pub rating_key: i16,
    /// A heart.
    pub liked: bool,
    /// What they wrote; empty if nothing.
    #[sea_orm(column_type = "Text")]
    pub comment: String,
    /// The comment gives the plot away.
    pub spoiler: bool,
    /// They had seen it before.
    pub rewatch: bool,
    /// The day they watched it, in their time zone, if they remember.
    pub watched_on: Option<Date>,
    /// Orders a diary: days from the Common Era's first, 0 for an unknown day.
    pub day_key: i32,
    /// Months since January of the year 0, 0 for an unknown day.
    pub month_key: i32,
    /// What its writer chose.
    pub visibility: Visibility,
    /// Who really sees it.
    pub audience: Audience,
    /// Rises by one with each edit; an edit of an older version is refused.
    pub version: i32,
    /// When it was logged.
    pub logged_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// When it was deleted; it can be brought back for a day.
    pub deleted_at: Option<DateTimeUtc>,
    /// Who watched.
    #[sea_orm(
        belongs_to,
        from = "member_id",
        to = "id",
        on_delete = "Restrict",
        on_update = "NoAction"
    )]
    pub member: BelongsTo<super::member::Entity>,
    /// What they watched.
    #[sea_orm(
        belongs_to,
        from = "movie_id",
        to = "id",
        on_delete = "Restrict",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
    /// Words to find it by.
    #[sea_orm(has_many)]
    pub tags: HasMany<super::review_tag::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
