//! A kind of movie.

use sea_orm::entity::prelude::*;

/// One genre.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "genre")]
pub struct Model {
    /// Never used again.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The name in addresses.
    #[sea_orm(unique, column_type = "String(StringLen::N(64))")]
    pub slug: String,
    /// The name as it is shown.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    pub name: String,
    /// The movies of that kind.
    #[sea_orm(has_many, via = "movie_genre")]
    pub movies: HasMany<super::movie::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
