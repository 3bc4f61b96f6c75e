//! Settings of the whole site.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "site")]
pub struct Model {
    /// The id of the only row is always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The IANA time zone for visitors without an account.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub time_zone: String,
    /// The authority of this site's tag URIs ([RFC 4151]), minted once so that the ids of feed
    /// entries stay the same when the site moves.
    ///
    /// [RFC 4151]: https://www.rfc-editor.org/rfc/rfc4151
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub tag_authority: String,
    /// The day on which `tag_authority` was minted.
    pub tag_date: Date,
    /// Which way of folding made the keys of movies and people; 0 for the first.
    pub keys_version: i16,
}

impl ActiveModelBehavior for ActiveModel {}
