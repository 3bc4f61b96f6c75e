//! Movies, shared by all members.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie")]
pub struct Model {
    /// Ids are never reused.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The unique identity: the IMDb id, else the TMDB id, else the folded title and year, with the
    /// director if needed.
    #[sea_orm(unique, column_type = "Text")]
    pub identity_key: String,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// The folded words of the title.
    #[sea_orm(column_type = "Text")]
    pub title_key: String,
    /// `title_key` without a leading article.
    #[sea_orm(column_type = "Text")]
    pub sort_key: String,
    /// When it came out; `None` if unknown.
    pub year: Option<i16>,
    /// `tt` followed by seven or more digits.
    #[sea_orm(unique, column_type = "String(StringLen::N(16))", nullable)]
    pub imdb_id: Option<String>,
    #[sea_orm(unique)]
    pub tmdb_id: Option<i64>,
    pub created_at: DateTimeUtc,
    #[sea_orm(has_many)]
    pub reviews: HasMany<super::review::Entity>,
    #[sea_orm(has_many, via = "movie_director")]
    pub directors: HasMany<super::person::Entity>,
    #[sea_orm(has_many, via = "movie_genre")]
    pub genres: HasMany<super::genre::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
