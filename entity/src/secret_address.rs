//! Secret addresses, by which other programs read what is a member's without signing in.

use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum AddressPurpose {
    /// The feed of the whole diary.
    #[sea_orm(string_value = "feed")]
    Feed,
    /// The films of the watchlist.
    #[sea_orm(string_value = "watchlist")]
    Watchlist,
    /// The days on which films were seen, and on which films of the watchlist come out.
    #[sea_orm(string_value = "calendar")]
    Calendar,
}

impl AddressPurpose {
    pub fn name(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Watchlist => "watchlist",
            Self::Calendar => "calendar",
        }
    }
}

/// A member has at most one of each purpose.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "secret_address")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose: AddressPurpose,
    /// SHA-256 of the code in the address, as hex.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub code_hash: String,
    pub created_at: DateTimeUtc,
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
