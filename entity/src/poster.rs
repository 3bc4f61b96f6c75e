//! A picture in our store.

use sea_orm::entity::prelude::*;

/// One poster, in all its widths.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "poster")]
pub struct Model {
    /// Names its files: a keyed hash of what it was made from.
    #[sea_orm(
        primary_key,
        auto_increment = false,
        column_type = "String(StringLen::N(32))"
    )]
    pub hash: String,
    /// How high it is where it is 500 wide, in pixels.
    pub height: i16,
    /// Six colours of six hex digits, two a row: what stands in until it is loaded.
    #[sea_orm(column_type = "String(StringLen::N(36))")]
    pub colors: String,
    /// Who had it: a source of the catalog, or `member`.
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub source: String,
    /// Where people read whose it is.
    #[sea_orm(column_type = "Text", nullable)]
    pub page: Option<String>,
    /// When it was first stored.
    pub stored_at: DateTimeUtc,
    /// Since when no movie has it any more; its files stay for a year, because they were
    /// promised to whoever keeps its address.
    #[sea_orm(indexed)]
    pub superseded_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
