//! Posters that are stored, and where they came from.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "poster")]
pub struct Model {
    /// A keyed hash of the original picture, which names the poster's files.
    #[sea_orm(
        primary_key,
        auto_increment = false,
        column_type = "String(StringLen::N(32))"
    )]
    pub hash: String,
    /// The height in pixels at a width of 500.
    pub height: i16,
    /// The colour grid shown until the poster has loaded: six colours of six hex digits, two per
    /// row.
    #[sea_orm(column_type = "String(StringLen::N(36))")]
    pub colors: String,
    /// A catalog source, or `member`.
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub source: String,
    /// The page that credits its author.
    #[sea_orm(column_type = "Text", nullable)]
    pub page: Option<String>,
    pub stored_at: DateTimeUtc,
    /// Since when no movie uses it. Its files are kept for a year, since responses allow caches to
    /// keep its address that long.
    #[sea_orm(indexed)]
    pub superseded_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
