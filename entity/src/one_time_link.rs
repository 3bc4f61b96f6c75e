//! A link that lets one person in once: the setup of a site, an invitation, a
//! forgotten password.

use sea_orm::entity::prelude::*;

/// One link. Its code is stored only as a hash.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_link")]
pub struct Model {
    /// Names the link in forms; it is no secret.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What it opens.
    pub purpose: Purpose,
    /// SHA-256 of the code, as hex.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub code_hash: String,
    /// Whose password it resets; nobody's for the other purposes.
    #[sea_orm(indexed)]
    pub member_id: Option<i64>,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it stops working.
    #[sea_orm(indexed)]
    pub expires_at: DateTimeUtc,
    /// The member.
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

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Purpose {
    /// Makes the first account, an admin's.
    #[sea_orm(string_value = "setup")]
    Setup,
    /// Makes an account.
    #[sea_orm(string_value = "invite")]
    Invite,
    /// Sets a new password.
    #[sea_orm(string_value = "reset")]
    Reset,
}
