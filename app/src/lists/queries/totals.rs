//! How many films lists have, and how many of them the viewer has seen.

use std::collections::HashMap;

use entity::list_entry::{Column, Entity};
use entity::{list_entry, movie, review};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter,
    QuerySelect, QueryTrait, RelationTrait,
};

use crate::accounts::{MemberId, Viewer};
use crate::db::Db;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListTotals {
    pub films: u64,
    /// By the viewer’s own diary; `None` for visitors.
    pub seen: Option<u64>,
    pub without_tmdb_id: u64,
}

#[derive(Debug, FromQueryResult)]
struct FilmCountsRow {
    films: i64,
    with_tmdb_id: i64,
}

pub async fn count_films(db: &Db, viewer: &Viewer, list: i64) -> Result<ListTotals, DbErr> {
    let films = || {
        Entity::find()
            .filter(Column::ListId.eq(list))
            .filter(Column::MergedBy.is_null())
    };
    let seen = match viewer.id() {
        Some(me) => {
            let seen = films().filter(Expr::exists(viewings_by(me)));
            Some(seen.count(db.reader()).await?)
        }
        None => None,
    };
    let counts = films()
        .select_only()
        .column_as(Column::MovieId.count(), "films")
        .column_as(movie::Column::TmdbId.count(), "with_tmdb_id")
        .join(JoinType::InnerJoin, list_entry::Relation::Movie.def())
        .into_model::<FilmCountsRow>()
        .one(db.reader())
        .await?;
    let count = |count: fn(&FilmCountsRow) -> i64| {
        let count = counts.as_ref().map_or(0, count);
        u64::try_from(count).unwrap_or_default()
    };
    Ok(ListTotals {
        films: count(|row| row.films),
        seen,
        without_tmdb_id: count(|row| row.films - row.with_tmdb_id),
    })
}

/// Those of the entry’s movie. One range of an index for each entry costs less than all movies
/// that the member has seen.
fn viewings_by(member: MemberId) -> SelectStatement {
    let movie = Expr::col((review::Entity, review::Column::MovieId));
    review::Entity::find()
        .select_only()
        .column(review::Column::Id)
        .filter(review::Column::MemberId.eq(member))
        .filter(movie.equals((Entity, Column::MovieId)))
        .filter(review::Column::DeletedAt.is_null())
        .into_query()
}

/// The number of films of each of `lists` that has any.
pub async fn film_counts(
    db: &Db,
    lists: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, u64>, DbErr> {
    let counts: Vec<(i64, i64)> = Entity::find()
        .select_only()
        .column(Column::ListId)
        .column_as(Column::MovieId.count(), "films")
        .filter(Column::ListId.is_in(lists))
        .filter(Column::MergedBy.is_null())
        .group_by(Column::ListId)
        .into_tuple()
        .all(db.reader())
        .await?;
    let counts = counts.into_iter();
    Ok(counts
        .map(|(list, films)| (list, u64::try_from(films).unwrap_or_default()))
        .collect())
}
