//! Merges of two movies, with what is needed to undo them.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_merge")]
pub struct Model {
    /// Ids are never reused.
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub from_id: i64,
    #[sea_orm(indexed)]
    pub into_id: i64,
    /// The IMDb id that moved to the remaining movie.
    #[sea_orm(column_type = "String(StringLen::N(16))", nullable)]
    pub imdb_id: Option<String>,
    /// The TMDB id that moved to the remaining movie.
    pub tmdb_id: Option<i64>,
    pub merged_at: DateTimeUtc,
    /// When an admin undid the merge.
    pub undone_at: Option<DateTimeUtc>,
    #[sea_orm(
        belongs_to,
        relation_enum = "From",
        from = "from_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub from: BelongsTo<super::movie::Entity>,
    #[sea_orm(
        belongs_to,
        relation_enum = "Into",
        from = "into_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub into: BelongsTo<super::movie::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
