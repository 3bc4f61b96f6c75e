//! Goals: how many films a member wants to watch in a year.

use sea_orm::entity::prelude::*;

/// What counts towards a goal is never stored, see `month_tally`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "goal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    /// A calendar year with four digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// 1 to 1,000.
    pub films: i32,
    /// Whether rewatches count, too.
    pub rewatches_count: bool,
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
