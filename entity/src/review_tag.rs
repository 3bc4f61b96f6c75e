//! A word that a member finds a review by.

use sea_orm::entity::prelude::*;

/// One tag of one review.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_tag")]
pub struct Model {
    /// The review.
    #[sea_orm(primary_key, auto_increment = false)]
    pub review_id: i64,
    /// The tag without case and accents.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub tag_key: String,
    /// The tag as it was typed.
    #[sea_orm(column_type = "String(StringLen::N(32))")]
    pub tag: String,
    /// 0 for the one typed first.
    pub position: i16,
    /// The review.
    #[sea_orm(
        belongs_to,
        from = "review_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub review: BelongsTo<super::review::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
