//! API tokens, with which programs sign in.

use sea_orm::entity::prelude::*;

/// Only the hash of the secret is stored.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_token")]
pub struct Model {
    /// Identifies the token when it is revoked; not secret.
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub member_id: i64,
    pub origin: TokenOrigin,
    /// Chosen by the member, or the program's name for itself at sign-in.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub name: String,
    /// SHA-256 of the token, as hex.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub secret_hash: String,
    pub scope: TokenScope,
    pub created_at: DateTimeUtc,
    /// `None` if it never expires.
    #[sea_orm(indexed)]
    pub expires_at: Option<DateTimeUtc>,
    /// Rounded to the hour.
    pub used_at: Option<DateTimeUtc>,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum TokenOrigin {
    /// Created when a program signed in with username and password.
    #[sea_orm(string_value = "login")]
    Login,
    /// Created by the member in the settings.
    #[sea_orm(string_value = "personal")]
    Personal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum TokenScope {
    /// Read everything that the member may see.
    #[sea_orm(string_value = "read")]
    Read,
    /// Read, and change everything that the member may change.
    #[sea_orm(string_value = "write")]
    Write,
}
