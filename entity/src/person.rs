//! Somebody who made a movie.

use sea_orm::entity::prelude::*;

/// One person.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// Never used again.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The name without case and accents.
    #[sea_orm(unique, column_type = "Text")]
    pub name_key: String,
    /// The name as it is shown.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// What they directed.
    #[sea_orm(has_many, via = "movie_director")]
    pub movies: HasMany<super::movie::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
