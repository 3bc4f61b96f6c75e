//! Members: people with an account.

use sea_orm::entity::prelude::*;

use crate::Visibility;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member")]
pub struct Model {
    /// Ids are never reused, even after the account is deleted.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The name in URLs: lower case, and never changed.
    #[sea_orm(unique, column_type = "String(StringLen::N(32))")]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub display_name: String,
    /// An Argon2id hash in PHC string format.
    #[sea_orm(column_type = "Text")]
    pub password_hash: String,
    pub role: Role,
    /// An IANA time zone such as `Europe/Lisbon`; `None` until the member or their browser sets it.
    #[sea_orm(column_type = "String(StringLen::N(64))", nullable)]
    pub time_zone: Option<String>,
    pub diary_visibility: Visibility,
    /// When an admin disabled the account.
    pub disabled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    #[sea_orm(has_many)]
    pub reviews: HasMany<super::review::Entity>,
    #[sea_orm(has_many)]
    pub sessions: HasMany<super::session::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Role {
    #[sea_orm(string_value = "member")]
    Member,
    /// Keeps a diary, and manages members and the site.
    #[sea_orm(string_value = "admin")]
    Admin,
}
