//! A movie that turned out to be another.

use sea_orm::entity::prelude::*;

/// Its address leads to the one that stays.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_alias")]
pub struct Model {
    /// The one that went.
    #[sea_orm(primary_key, auto_increment = false)]
    pub movie_id: i64,
    /// The one that stays; it may have gone into a third since.
    #[sea_orm(indexed)]
    pub leads_to: i64,
    /// What made it so.
    #[sea_orm(unique)]
    pub merge_id: i64,
    /// The one that went.
    #[sea_orm(
        belongs_to,
        relation_enum = "Movie",
        from = "movie_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
    /// The one that stays.
    #[sea_orm(
        belongs_to,
        relation_enum = "Destination",
        from = "leads_to",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub destination: BelongsTo<super::movie::Entity>,
    /// What made it so.
    #[sea_orm(
        belongs_to,
        from = "merge_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub merge: BelongsTo<super::movie_merge::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
