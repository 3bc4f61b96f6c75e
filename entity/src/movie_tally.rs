//! How often a movie has which rating.

use sea_orm::entity::prelude::*;

use crate::Audience;

/// How many reviews of one movie have one rating and one audience.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie_tally")]
pub struct Model {
    /// The movie.
    #[sea_orm(primary_key, auto_increment = false)]
    pub movie_id: i64,
    /// Who sees them.
    #[sea_orm(primary_key, auto_increment = false)]
    pub audience: Audience,
    /// Half stars, -1 for reviews without a rating.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rating_key: i16,
    /// How many they are.
    pub reviews: i32,
    /// The movie.
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
