//! Lists of movies, page by page.

use entity::movie;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{KnownMovie, KnownMovieRow, MovieId, merged_movie_ids, with_directors};
use crate::db::Db;
use crate::web;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovieOrder {
    Title,
    /// By year, the latest first.
    Newest,
}

#[derive(Debug, thiserror::Error)]
pub enum ListMoviesError {
    /// The movie of the cursor is hidden or does not exist. One variant for both, so that nobody
    /// learns which.
    #[error("the cursor’s movie is not in the list")]
    StaleCursor,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<ListMoviesError> for web::Error {
    fn from(error: ListMoviesError) -> Self {
        match error {
            ListMoviesError::StaleCursor => Self::BadRequest(
                "This list has changed. Start again from the first page.".to_owned(),
            ),
            ListMoviesError::Database(error) => error.into(),
        }
    }
}

/// Up to `limit` of the movies that match `among`, starting behind the movie `after`. Also
/// returns whether there are more.
pub async fn list_movies(
    db: &Db,
    among: Condition,
    order: MovieOrder,
    after: Option<MovieId>,
    limit: usize,
) -> Result<(Vec<KnownMovie>, bool), ListMoviesError> {
    use movie::Column;
    let movies = movie::Entity::find()
        .filter(among.clone())
        .filter(Column::Id.not_in_subquery(merged_movie_ids()))
        .limit(limit as u64 + 1);
    let mut movies = match order {
        MovieOrder::Title => movies
            .order_by_asc(Column::SortKey)
            .order_by_asc(Column::Id),
        MovieOrder::Newest => movies
            .order_by_desc(year_or_zero())
            .order_by_desc(Column::Id),
    };
    if let Some(after) = after {
        let last = movie::Entity::find_by_id(after)
            .filter(among)
            .into_partial_model::<KnownMovieRow>()
            .one(db.reader())
            .await?;
        let last = last.ok_or(ListMoviesError::StaleCursor)?;
        let column = |column| Expr::col((movie::Entity, column));
        let cursor = |key| Expr::tuple([key, Expr::val(last.id)]);
        movies = movies.filter(match order {
            MovieOrder::Title => Expr::tuple([column(Column::SortKey), column(Column::Id)])
                .gt(cursor(Expr::val(last.sort_key))),
            MovieOrder::Newest => Expr::tuple([year_or_zero(), column(Column::Id)])
                .lt(cursor(Expr::val(last.year.unwrap_or_default()))),
        });
    }
    let mut rows = movies
        .into_partial_model::<KnownMovieRow>()
        .all(db.reader())
        .await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    Ok((with_directors(db.reader(), rows).await?, has_more))
}

/// Databases differ in where they sort what is unknown: here it comes last.
fn year_or_zero() -> Expr {
    Expr::col((movie::Entity, movie::Column::Year)).if_null(0)
}
