//! Who directed which movie.

use sea_orm::entity::prelude::*;

/// One director of one movie.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_director")]
pub struct Model {
    /// The movie.
    #[sea_orm(primary_key, auto_increment = false)]
    pub movie_id: i64,
    /// The director.
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub person_id: i64,
    /// 0 for the one named first.
    pub position: i16,
    /// The movie.
    #[sea_orm(
        belongs_to,
        from = "movie_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
    /// The director.
    #[sea_orm(
        belongs_to,
        from = "person_id",
        to = "id",
        on_delete = "Restrict",
        on_update = "NoAction"
    )]
    pub person: BelongsTo<super::person::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
