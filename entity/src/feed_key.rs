//! Secret addresses of members' private feeds.

use sea_orm::entity::prelude::*;

/// Gives access to the feed of a member's whole diary.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    /// SHA-256 of the code in the feed's address.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub code_hash: String,
    pub created_at: DateTimeUtc,
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
