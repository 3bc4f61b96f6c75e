//! Idempotency keys, which make a list that is submitted twice count once.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "list_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    #[sea_orm(
        primary_key,
        auto_increment = false,
        column_type = "String(StringLen::N(64))"
    )]
    pub key: String,
    /// SHA-256 of the list as sent, as hex. Reusing a key for another list is an error.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub body_hash: String,
    /// The created list. It may have been deleted since, so this is not a foreign key.
    pub list_id: i64,
    #[sea_orm(indexed)]
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
