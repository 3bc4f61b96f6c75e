//! Searches our own database for what a member types.

use entity::movie;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::{KnownMovie, KnownMovieRow, merged_movie_ids, with_any_id, with_directors};
use crate::catalog::catalog_query::CatalogQuery;
use crate::catalog::full_text;
use crate::db::{Db, union_all};
use crate::text::fold_words;

/// More suggestions than this are not shown.
const MAX_SUGGESTIONS: usize = 8;

/// Suggests movies by external id, by the start of the title, or by words of title, year and
/// directors in any order. Best match first.
pub async fn suggest_movies(db: &Db, query: &CatalogQuery) -> Result<Vec<KnownMovie>, DbErr> {
    search_movies(db, query, Condition::all(), MAX_SUGGESTIONS).await
}

/// Like [`suggest_movies`], for up to `limit` of the movies that match `among`.
pub async fn search_movies(
    db: &Db,
    query: &CatalogQuery,
    among: Condition,
    limit: usize,
) -> Result<Vec<KnownMovie>, DbErr> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let typed = fold_words(&query.text);
    let Some(candidates) = candidate_ids(db, query, &typed) else {
        return Ok(Vec::new());
    };
    let mut rows = movie::Entity::find()
        .filter(movie::Column::Id.in_subquery(candidates))
        .filter(movie::Column::Id.not_in_subquery(merged_movie_ids()))
        .filter(among)
        .into_partial_model::<KnownMovieRow>()
        .all(db.reader())
        .await?;
    rows.sort_by_cached_key(|row| {
        (
            match_rank(row, query, &typed),
            row.sort_key.clone(),
            row.year,
            row.id,
        )
    });
    rows.truncate(limit);
    with_directors(db.reader(), rows).await
}

/// Selects the ids of all movies that match every word of `typed`. `None` when `typed` has no
/// words.
pub fn movie_ids_with_words(db: &Db, typed: &str) -> Option<SelectStatement> {
    full_text::ids_with_words(db.reader().get_database_backend(), typed)
}

/// How well the movie matches; lower is better.
fn match_rank(row: &KnownMovieRow, query: &CatalogQuery, typed: &str) -> u8 {
    let ids = query.ids.as_ref();
    let is_named = ids.is_some_and(|ids| ids.matches(row.imdb_id.as_deref(), row.tmdb_id));
    match row {
        row if row.title_key == typed || row.sort_key == typed => 0,
        _ if is_named => 1,
        row if row.title_key.starts_with(typed) || row.sort_key.starts_with(typed) => 2,
        _ => 3,
    }
}

/// Selects the ids of movies that may match. Each way to find one takes only a few from the head
/// of its index, so that the cost does not grow with the number of movies. `None` if what was typed
/// says nothing, such as an accent alone.
fn candidate_ids(db: &Db, query: &CatalogQuery, typed: &str) -> Option<SelectStatement> {
    let backend = db.reader().get_database_backend();
    let by_beginning = (!typed.is_empty()).then(|| {
        [movie::Column::TitleKey, movie::Column::SortKey].map(|column| starting_with(column, typed))
    });
    let searches = by_beginning
        .into_iter()
        .flatten()
        .chain(full_text::newest_ids_with_words(backend, typed))
        .chain(query.ids.as_ref().map(|ids| {
            let named = movie::Entity::find().filter(with_any_id(ids));
            named.select_only().column(movie::Column::Id).into_query()
        }));
    // A part of a `UNION` cannot have its own `ORDER BY`, so each is wrapped.
    union_all(searches.zip(["a", "b", "c", "d"]).map(|(way, name)| {
        Query::select()
            .column(movie::Column::Id)
            .from_subquery(way, name)
            .take()
    }))
}

/// Uses a range instead of `LIKE`, which both databases answer from an index only under special
/// conditions.
fn starting_with(column: movie::Column, typed: &str) -> SelectStatement {
    movie::Entity::find()
        .select_only()
        .column(movie::Column::Id)
        .filter(column.gte(typed))
        .filter(column.lt(format!("{typed}\u{10ffff}")))
        .order_by(column, Order::Asc)
        .limit(MAX_SUGGESTIONS as u64)
        .into_query()
}
