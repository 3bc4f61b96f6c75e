//! Genres of each movie.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_genre")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub movie_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub genre_id: i64,
    #[sea_orm(
        belongs_to,
        from = "movie_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
    #[sea_orm(
        belongs_to,
        from = "genre_id",
        to = "id",
        on_delete = "Restrict",
        on_update = "NoAction"
    )]
    pub genre: BelongsTo<super::genre::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
