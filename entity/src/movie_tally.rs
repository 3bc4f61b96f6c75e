//! Precomputed counts of each movie's ratings.

use sea_orm::entity::prelude::*;

use crate::Audience;

/// Counts the reviews of one movie, rating and audience.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_tally")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub movie_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub audience: Audience,
    /// Half stars; -1 for reviews without a rating.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rating_key: i16,
    pub reviews: i32,
    #[sea_orm(
        belongs_to,
        from = "movie_id",
        to = "id",
        on_delete = "Cascade",
        on_update = "NoAction"
    )]
    pub movie: BelongsTo<super::movie::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
