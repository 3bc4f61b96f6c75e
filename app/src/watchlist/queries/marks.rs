//! What a member has to do with the films of a page: seen, or saved for later.

use std::collections::HashMap;

use entity::{Rating, review, watchlist_entry};
use sea_orm::sea_query::{Expr, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
};

use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;

/// What a movie is to the viewer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MovieMark {
    pub is_seen: bool,
    /// Of the latest viewing.
    pub rating: Option<Rating>,
    pub is_on_watchlist: bool,
}

/// The marks of the movies on a page. `None` for visitors, who have none.
pub type MovieMarks = Option<HashMap<MovieId, MovieMark>>;

/// A viewing, or an entry of the watchlist.
#[derive(Debug, FromQueryResult)]
struct MarkRow {
    movie_id: MovieId,
    rating: Option<Rating>,
    is_viewing: bool,
}

/// One query for all of them.
pub async fn marks_of(
    db: &Db,
    viewer: &Viewer,
    movies: impl IntoIterator<Item = MovieId>,
) -> Result<MovieMarks, DbErr> {
    let Some(member) = viewer.id() else {
        return Ok(None);
    };
    let movies: Vec<MovieId> = movies.into_iter().collect();
    if movies.is_empty() {
        return Ok(Some(HashMap::new()));
    }
    let statement = marks_query(member, &movies);
    let rows = db.reader().query_all(&statement).await?;
    let mut marks: HashMap<MovieId, MovieMark> = HashMap::new();
    for row in rows {
        let row = MarkRow::from_query_result(&row, "")?;
        let mark = marks.entry(row.movie_id).or_default();
        if row.is_viewing {
            // The latest viewing comes last.
            mark.is_seen = true;
            mark.rating = row.rating;
        } else {
            mark.is_on_watchlist = true;
        }
    }
    Ok(Some(marks))
}

fn marks_query(member: MemberId, movies: &[MovieId]) -> SelectStatement {
    use review::Column as Of;
    use watchlist_entry::Column as On;
    let movies = || movies.iter().copied();
    let mut viewings = Query::select()
        .columns([Of::MovieId, Of::Rating, Of::DayKey, Of::Id])
        .expr_as(Expr::val(true), "is_viewing")
        .from(review::Entity)
        .and_where(Of::MemberId.eq(member))
        .and_where(Of::MovieId.is_in(movies()))
        .and_where(Of::DeletedAt.is_null())
        .take();
    let saved = Query::select()
        .column(On::MovieId)
        .expr(Expr::value(None::<i16>))
        .expr(Expr::value(0_i32))
        .expr(Expr::value(0_i64))
        .expr(Expr::val(false))
        .from(watchlist_entry::Entity)
        .and_where(On::MemberId.eq(member))
        .and_where(On::MovieId.is_in(movies()))
        .and_where(On::IsListed.eq(true))
        .take();
    viewings
        .union(UnionType::All, saved)
        .order_by("day_key", sea_orm::Order::Asc)
        .order_by("id", sea_orm::Order::Asc)
        .take()
}

pub async fn is_on_watchlist(db: &Db, member: MemberId, movie: MovieId) -> Result<bool, DbErr> {
    watchlist_entry::Entity::find_by_id((member, movie))
        .select_only()
        .column(watchlist_entry::Column::MovieId)
        .filter(watchlist_entry::Column::IsListed.eq(true))
        .into_tuple::<MovieId>()
        .one(db.reader())
        .await
        .map(|found| found.is_some())
}
