//! Sessions of signed-in browsers.

use sea_orm::entity::prelude::*;

/// Only the hash of the cookie's value is stored.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Identifies the session in forms; not secret.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// SHA-256 of the cookie's value, as hex.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub secret_hash: String,
    #[sea_orm(indexed)]
    pub member_id: i64,
    /// Session data, as a JSON object.
    #[sea_orm(column_type = "Text")]
    pub data: String,
    /// The `User-Agent` header at sign-in.
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub user_agent: String,
    pub created_at: DateTimeUtc,
    /// Rounded to the day.
    pub seen_at: DateTimeUtc,
    /// Extended by each use.
    #[sea_orm(indexed)]
    pub expires_at: DateTimeUtc,
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
