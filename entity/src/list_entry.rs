//! Films on lists, with their places and notes.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "list_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub list_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub movie_id: i64,
    #[sea_orm(column_type = "Text")]
    pub note: String,
    /// The order, lowest first. Not unique.
    pub position: i64,
    pub added_at: DateTimeUtc,
    /// `None` once the account is deleted.
    #[sea_orm(indexed)]
    pub added_by: Option<i64>,
    /// The merge after which the list would have had the film twice. It is not shown then.
    pub merged_by: Option<i64>,
    #[sea_orm(
        belongs_to,
        from = "list_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub list: BelongsTo<super::list::Entity>,
    #[sea_orm(
        belongs_to,
        from = "movie_id",
        to = "id",
        on_delete = "Restrict",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
    #[sea_orm(
        belongs_to,
        from = "added_by",
        to = "id",
        on_delete = "SetNull",
        on_update = "NoAction"
    )]
    pub adder: BelongsTo<Option<super::member::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
