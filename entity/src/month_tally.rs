//! Precomputed totals of each member's months.

use sea_orm::entity::prelude::*;

use crate::Audience;

/// Counts the reviews of one member, month and audience.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "month_tally")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub audience: Audience,
    /// Months since January of year 0, by day watched; 0 for unknown days.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month_key: i32,
    pub reviews: i32,
    /// Reviews that have a rating.
    pub rated: i32,
    /// Sum of all ratings, in half stars.
    pub half_stars: i32,
    pub rewatches: i32,
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
