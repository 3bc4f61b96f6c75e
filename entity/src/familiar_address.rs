//! Networks from which members signed in lately.

use sea_orm::entity::prelude::*;

/// A network that is exempt from the limit on attempts to sign in to this account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "familiar_address")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    /// A keyed hash of the network. The key is the member's password hash, so a new password makes
    /// all of them unfamiliar.
    #[sea_orm(
        primary_key,
        auto_increment = false,
        column_type = "String(StringLen::N(64))"
    )]
    pub network_hash: String,
    /// When the member last signed in from there.
    pub signed_in_at: DateTimeUtc,
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
