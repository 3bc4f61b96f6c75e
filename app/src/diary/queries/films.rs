//! The films of a diary.

use std::collections::HashMap;

use entity::{Rating, movie};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};

use crate::catalog::MovieId;
use crate::db::Db;
use crate::diary::WatchedFilm;
use crate::posters::Poster;
use crate::posters::queries::{PosterRow, with_poster};

/// A film as a grid shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiaryFilm {
    pub movie: MovieId,
    pub title: String,
    /// `None` if unknown.
    pub year: Option<i16>,
    pub poster: Poster,
    /// Of the latest viewing that has one.
    pub rating: Option<Rating>,
    pub liked: bool,
    pub viewings: u32,
}

#[derive(Debug, FromQueryResult)]
struct FilmRow {
    id: MovieId,
    title: String,
    year: Option<i16>,
    #[sea_orm(nested(prefix = "poster_"))]
    poster: PosterRow,
}

/// Titles and posters of films, in their order.
pub async fn find_films(db: &Db, watched: &[WatchedFilm]) -> Result<Vec<DiaryFilm>, DbErr> {
    use movie::Column;
    if watched.is_empty() {
        return Ok(Vec::new());
    }
    let movies = movie::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Title, Column::Year])
        .filter(Column::Id.is_in(watched.iter().map(|film| film.movie)));
    let rows = with_poster(movies)
        .into_model::<FilmRow>()
        .all(db.reader())
        .await?;
    let mut rows: HashMap<MovieId, FilmRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let films = watched.iter().filter_map(|watched| {
        let row = rows.remove(&watched.movie)?;
        Some(DiaryFilm {
            movie: row.id,
            title: row.title,
            year: row.year,
            poster: row.poster.into(),
            rating: watched.rating,
            liked: watched.liked,
            viewings: watched.viewings,
        })
    });
    Ok(films.collect())
}
