//! What makes a form that is posted twice count once.

use sea_orm::entity::prelude::*;

/// One key of one member, and what it made.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// Who sent it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    /// What they sent.
    #[sea_orm(
        primary_key,
        auto_increment = false,
        column_type = "String(StringLen::N(64))"
    )]
    pub key: String,
    /// SHA-256 of what came with it, as hex: the same key with another body is a
    /// mistake that must be told.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub body_hash: String,
    /// The review it made. It may be gone by now, so this is no foreign key.
    pub review_id: i64,
    /// When it was first sent.
    #[sea_orm(indexed)]
    pub created_at: DateTimeUtc,
    /// Who sent it.
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
