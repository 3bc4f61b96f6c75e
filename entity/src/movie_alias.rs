//! Redirects from movies that were merged into others.

use sea_orm::entity::prelude::*;

/// Requests for `movie_id`, which was merged away, redirect to `leads_to`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_alias")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub movie_id: i64,
    /// The remaining movie, which may itself have been merged since.
    #[sea_orm(indexed)]
    pub leads_to: i64,
    #[sea_orm(unique)]
    pub merge_id: i64,
    #[sea_orm(
        belongs_to,
        relation_enum = "Movie",
        from = "movie_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
    #[sea_orm(
        belongs_to,
        relation_enum = "Destination",
        from = "leads_to",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub destination: BelongsTo<super::movie::Entity>,
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
