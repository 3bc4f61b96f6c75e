//! Lists in the files of an import.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_list")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: i64,
    /// Counts from 1 within the import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The upload, and what its file calls the list.
    #[sea_orm(column_type = "Text")]
    pub list_key: String,
    /// What the file says of the list, as JSON.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// The list here, once it is written.
    pub list_id: Option<i64>,
    /// Whether the import made the list here.
    pub is_new: bool,
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
