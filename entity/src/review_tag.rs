//! The tags that members give their reviews.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_tag")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub review_id: i64,
    /// The tag, folded for comparison.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub tag_key: String,
    /// The tag as the member typed it.
    #[sea_orm(column_type = "String(StringLen::N(32))")]
    pub tag: String,
    /// Order of the tags, starting at 0.
    pub position: i16,
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
