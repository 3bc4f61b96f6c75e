//! A person with an account.

use sea_orm::entity::prelude::*;

use crate::Visibility;

/// One member.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member")]
pub struct Model {
    /// Never used again, even after the account is deleted.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The name in addresses: lower case, never changes.
    #[sea_orm(unique, column_type = "String(StringLen::N(32))")]
    pub username: String,
    /// The name that is shown.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub display_name: String,
    /// An argon2id hash in PHC form.
    #[sea_orm(column_type = "Text")]
    pub password_hash: String,
    /// What they may do here.
    pub role: Role,
    /// An IANA time zone, such as `Europe/Lisbon`; none until they or their browser
    /// said so.
    #[sea_orm(column_type = "String(StringLen::N(64))", nullable)]
    pub time_zone: Option<String>,
    /// Who may see their diary.
    pub diary_visibility: Visibility,
    /// When an admin switched the account off.
    pub disabled_at: Option<DateTimeUtc>,
    /// When the account was made.
    pub created_at: DateTimeUtc,
    /// Their reviews.
    #[sea_orm(has_many)]
    pub reviews: HasMany<super::review::Entity>,
    /// The browsers they are signed in with.
    #[sea_orm(has_many)]
    pub sessions: HasMany<super::session::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a member may do on this site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Role {
    /// Keeps a diary.
    #[sea_orm(string_value = "member")]
    Member,
    /// Keeps a diary, and adds, resets and disables members.
    #[sea_orm(string_value = "admin")]
    Admin,
}
