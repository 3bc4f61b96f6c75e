//! A username whose account is gone: it stays reserved, so that old links never
//! lead to somebody else.

use sea_orm::entity::prelude::*;

/// One username that nobody can take again.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retired_username")]
pub struct Model {
    /// The name as it was.
    #[sea_orm(
        primary_key,
        auto_increment = false,
        column_type = "String(StringLen::N(32))"
    )]
    pub username: String,
    /// When the account was deleted.
    pub retired_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
