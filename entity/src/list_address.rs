//! Secret addresses of lists, by which other programs read their films.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "list_address")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub list_id: i64,
    /// SHA-256 of the code in the address, as hex.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub code_hash: String,
    pub created_at: DateTimeUtc,
    #[sea_orm(
        belongs_to,
        from = "list_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub list: BelongsTo<super::list::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
