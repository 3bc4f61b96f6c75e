//! Usernames of deleted accounts. They stay reserved, so that old links never lead to another
//! person.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retired_username")]
pub struct Model {
    #[sea_orm(
        primary_key,
        auto_increment = false,
        column_type = "String(StringLen::N(32))"
    )]
    pub username: String,
    pub retired_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
