//! The directors of each movie, in the order of the credits.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_director")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub movie_id: i64,
    #[sea_orm(primary_key, auto_increment = false, indexed)]
    pub person_id: i64,
    /// Order of the credits, starting at 0.
    pub position: i16,
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
        from = "person_id",
        to = "id",
        on_delete = "Restrict",
        on_update = "NoAction"
    )]
    pub person: BelongsTo<super::person::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
