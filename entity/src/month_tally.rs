//! What a member saw in a month.

use sea_orm::entity::prelude::*;

use crate::Audience;

/// The reviews of one member, one month and one audience.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "month_tally")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    /// Who sees them.
    #[sea_orm(primary_key, auto_increment = false)]
    pub audience: Audience,
    /// Months since January of the year 0, by the day watched; 0 for unknown days.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month_key: i32,
    /// How many they are.
    pub reviews: i32,
    /// How many of them have a rating.
    pub rated: i32,
    /// The half stars of those, added up.
    pub half_stars: i32,
    /// How many are of movies seen before.
    pub rewatches: i32,
    /// Whose.
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
