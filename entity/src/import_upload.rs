//! The files of an import, which are kept until they are read.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_upload")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: i64,
    /// Counts from 1 within the import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The name that the member’s device gave it.
    #[sea_orm(column_type = "Text")]
    pub file: String,
    /// The file in the store; `None` once it is deleted there.
    #[sea_orm(column_type = "String(StringLen::N(64))", nullable)]
    pub object: Option<String>,
    pub bytes: i64,
    /// What the file is, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub inspection: Option<String>,
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
