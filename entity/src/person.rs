//! People who directed movies.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// Ids are never reused.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The folded words of the name.
    #[sea_orm(unique, column_type = "Text")]
    pub name_key: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(has_many, via = "movie_director")]
    pub movies: HasMany<super::movie::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
