//! One film.

use sea_orm::entity::prelude::*;

/// One movie, shared by everybody who reviewed it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "movie")]
pub struct Model {
    /// Never used again.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What tells it from every other movie: its IMDb id, else its TMDB id, else
    /// its folded title and year, with the director where that is needed.
    #[sea_orm(unique, column_type = "Text")]
    pub identity_key: String,
    /// The title as it is shown.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// The title without case and accents.
    #[sea_orm(column_type = "Text")]
    pub title_key: String,
    /// `title_key` without a leading article: what people type first.
    #[sea_orm(column_type = "Text")]
    pub sort_key: String,
    /// The year it came out.
    pub year: i16,
    /// `tt` and seven or more digits.
    #[sea_orm(unique, column_type = "String(StringLen::N(16))", nullable)]
    pub imdb_id: Option<String>,
    /// Its number at TMDB.
    #[sea_orm(unique)]
    pub tmdb_id: Option<i64>,
    /// When it was first named here.
    pub created_at: DateTimeUtc,
    /// What was said of it.
    #[sea_orm(has_many)]
    pub reviews: HasMany<super::review::Entity>,
    /// Who made it.
    #[sea_orm(has_many, via = "movie_director")]
    pub directors: HasMany<super::person::Entity>,
    /// What kind it is.
    #[sea_orm(has_many, via = "movie_genre")]
    pub genres: HasMany<super::genre::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
