//! What a member should know about the files and rows of an import.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_warning")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: i64,
    /// Counts from 1 within the import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The warning, as JSON.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    #[sea_orm(
        belongs_to,
        from = "import_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub import: BelongsTo<super::import::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
