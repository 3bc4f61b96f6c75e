//! One-time links: the setup of a site, invitations, and password resets.

use sea_orm::entity::prelude::*;

/// Only the hash of the code is stored.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_link")]
pub struct Model {
    /// Identifies the link in forms; not secret.
    #[sea_orm(primary_key)]
    pub id: i64,
    pub purpose: LinkPurpose,
    /// SHA-256 of the code, as hex.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub code_hash: String,
    /// The member whose password is reset; `None` for other purposes.
    #[sea_orm(indexed)]
    pub member_id: Option<i64>,
    pub created_at: DateTimeUtc,
    #[sea_orm(indexed)]
    pub expires_at: DateTimeUtc,
    #[sea_orm(
        belongs_to,
        from = "member_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub member: BelongsTo<Option<super::member::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum LinkPurpose {
    /// Creates the first account, which is an admin's.
    #[sea_orm(string_value = "setup")]
    Setup,
    #[sea_orm(string_value = "invite")]
    Invite,
    #[sea_orm(string_value = "reset")]
    Reset,
}
