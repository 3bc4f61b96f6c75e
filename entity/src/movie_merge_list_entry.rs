//! Lists whose entry was moved by a merge, so that it can be undone.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_merge_list_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub merge_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub list_id: i64,
    #[sea_orm(
        belongs_to,
        from = "merge_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub merge: BelongsTo<super::movie_merge::Entity>,
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
