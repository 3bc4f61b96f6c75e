//! The search index of movies.

use entity::movie;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Order};

use super::MovieId;
use super::queries::merged_movie_ids;
use crate::full_text::terms::index_terms;
use crate::full_text::{WordIndex, year_term};

const INDEX: WordIndex = WordIndex {
    table: "movie_search",
    postgres_id: "movie_id",
};

/// A search considers at most this many movies, the most recently added first.
const MAX_CANDIDATES: u64 = 100;

/// The texts by which a movie is found.
#[derive(Clone, Copy, Debug)]
pub(super) struct IndexedText<'a> {
    pub(super) title: &'a str,
    pub(super) original_title: Option<&'a str>,
    pub(super) year: Option<i16>,
    pub(super) directors: &'a [String],
}

impl IndexedText<'_> {
    fn terms(&self) -> Vec<String> {
        let texts = [self.title, self.original_title.unwrap_or_default()];
        let directors = self.directors.iter().map(String::as_str);
        let mut words: Vec<_> = texts
            .into_iter()
            .chain(directors)
            .flat_map(index_terms)
            .collect();
        words.extend(self.year.map(|year| year_term(&year.to_string())));
        words.sort();
        words.dedup();
        words
    }
}

/// Replaces the indexed words of `movie`.
pub(super) async fn reindex_words(
    tx: &DatabaseTransaction,
    movie: MovieId,
    words: IndexedText<'_>,
) -> Result<(), DbErr> {
    delete_words(tx, movie).await?;
    insert_words(tx, movie, words).await
}

/// Indexes a movie that is not in the index yet.
pub(super) async fn insert_words(
    tx: &DatabaseTransaction,
    movie: MovieId,
    words: IndexedText<'_>,
) -> Result<(), DbErr> {
    let row = (movie, words.terms());
    if let Some(insert) = INDEX.insert(tx.get_database_backend(), &[row]) {
        tx.execute_raw(insert).await?;
    }
    Ok(())
}

/// Empties the index.
pub(super) async fn delete_all_words(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let delete = Query::delete().from_table(INDEX.table).take();
    tx.execute(&delete).await?;
    Ok(())
}

pub(super) async fn delete_words(tx: &DatabaseTransaction, movie: MovieId) -> Result<(), DbErr> {
    let delete = INDEX.delete(tx.get_database_backend(), |id| id.eq(movie));
    tx.execute(&delete).await?;
    Ok(())
}

/// Selects up to `limit` movies with an id above `after` that are not in the index, because an
/// older release had none.
pub(super) fn unindexed_movies(backend: DbBackend, after: MovieId, limit: u64) -> SelectStatement {
    let indexed = Query::select()
        .column(INDEX.id_column(backend))
        .from(INDEX.table)
        .take();
    Query::select()
        .column(movie::Column::Id)
        .from(movie::Entity)
        .and_where(Expr::col(movie::Column::Id).gt(after))
        .and_where(Expr::col(movie::Column::Id).not_in_subquery(indexed))
        .and_where(Expr::col(movie::Column::Id).not_in_subquery(merged_movie_ids()))
        .order_by(movie::Column::Id, Order::Asc)
        .limit(limit)
        .take()
}

/// Selects the ids of the most recently added movies that match every word of `typed`, by
/// prefix. `None` when `typed` has no words.
pub(super) fn newest_ids_with_words(backend: DbBackend, typed: &str) -> Option<SelectStatement> {
    let mut ids = ids_with_words(backend, typed)?;
    ids.order_by(INDEX.id_column(backend), Order::Desc)
        .limit(MAX_CANDIDATES);
    Some(ids)
}

/// Selects the ids of all movies that match every word of `typed`. `None` when `typed` has no
/// words.
pub(super) fn ids_with_words(backend: DbBackend, typed: &str) -> Option<SelectStatement> {
    INDEX.ids_with_words(backend, typed, None)
}
