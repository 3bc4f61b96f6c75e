//! Two movies that became one, with what is needed to part them again.

use sea_orm::entity::prelude::*;

/// One merge.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_merge")]
pub struct Model {
    /// Never used again.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The one that went.
    #[sea_orm(indexed)]
    pub from_id: i64,
    /// The one that stayed.
    #[sea_orm(indexed)]
    pub into_id: i64,
    /// The IMDb id that it took along.
    #[sea_orm(column_type = "String(StringLen::N(16))", nullable)]
    pub imdb_id: Option<String>,
    /// The TMDB id that it took along.
    pub tmdb_id: Option<i64>,
    /// When it was.
    pub merged_at: DateTimeUtc,
    /// When an admin took it back.
    pub undone_at: Option<DateTimeUtc>,
    /// The one that went.
    #[sea_orm(
        belongs_to,
        relation_enum = "From",
        from = "from_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub from: BelongsTo<super::movie::Entity>,
    /// The one that stayed.
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
