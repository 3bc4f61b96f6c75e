//! What members have set for their watchlists. Without a row, everything is as at first.

use sea_orm::entity::prelude::*;

use crate::Visibility;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "watchlist")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: i64,
    /// Who may see it; `None` for those who may see the diary.
    pub visibility: Option<Visibility>,
    /// Increases with each change that the member makes to the films.
    #[sea_orm(default_value = 0)]
    pub version: i64,
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
