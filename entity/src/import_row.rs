//! What the rows of an import say. They do not change; what becomes of them is in [`import_outcome`](super::import_outcome).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: i64,
    /// Counts from 1 within the import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The file in the upload.
    #[sea_orm(column_type = "Text")]
    pub file: String,
    /// The line, or the number of the item in JSON.
    pub line: i64,
    pub is_item: bool,
    /// 2 and more for further viewings out of one row.
    pub play: Option<i32>,
    /// The [`import_film`](super::import_film); `None` for rows that cannot be read.
    pub film: Option<i64>,
    /// The [`import_list`](super::import_list) that it is an entry of.
    pub list: Option<i64>,
    /// What the row is, such as `viewing`; `skipped` for rows that cannot be read.
    #[sea_orm(column_type = "String(StringLen::N(16))")]
    pub kind: String,
    /// The film’s title for people to read; empty if the row has none.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// Hash of the service, and of the number or address that it gave to this row.
    #[sea_orm(column_type = "Text", nullable)]
    pub own_key: Option<String>,
    /// What the row says, as JSON.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// The row as it stands in the file.
    #[sea_orm(column_type = "Text")]
    pub raw: String,
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
