//! Full-text search for movies. We split text into words ourselves instead of leaving it to the
//! database, so that SQLite and PostgreSQL find the same movies: case, accents, punctuation and
//! word order do not matter, and words match by prefix.

use entity::movie;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Order, Statement, Value};

use super::MovieId;
use super::queries::merged_movie_ids;
use super::search_terms::{Chunk, index_terms, split_chunks};
use super::synonyms::synonyms;

/// The full-text table. It has no entity, because SQLite and PostgreSQL define it differently.
const TABLE: &str = "movie_search";

/// Further words of a search are ignored.
const MAX_TERMS: usize = 12;

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
    let words = words.terms();
    let backend = tx.get_database_backend();
    let (insert, document) = match backend {
        DbBackend::Postgres => (
            "INSERT INTO movie_search (movie_id, words) VALUES ($1, CAST($2 AS text)::tsvector)",
            words.iter().map(|word| format!("'{word}' ")).collect(),
        ),
        _ => (
            "INSERT INTO movie_search (rowid, words) VALUES (?, ?)",
            words.join(" "),
        ),
    };
    let values: [Value; 2] = [movie.into(), document.into()];
    tx.execute_raw(Statement::from_sql_and_values(backend, insert, values))
        .await?;
    Ok(())
}

/// Empties the index.
pub(super) async fn delete_all_words(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let delete = Query::delete().from_table(TABLE).take();
    tx.execute(&delete).await?;
    Ok(())
}

pub(super) async fn delete_words(tx: &DatabaseTransaction, movie: MovieId) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    let delete = match backend {
        DbBackend::Postgres => "DELETE FROM movie_search WHERE movie_id = $1",
        _ => "DELETE FROM movie_search WHERE rowid = ?",
    };
    tx.execute_raw(Statement::from_sql_and_values(
        backend,
        delete,
        [movie.into()],
    ))
    .await?;
    Ok(())
}

/// Selects up to `limit` movies with an id above `after` that are not in the index, because an
/// older release had none.
pub(super) fn unindexed_movies(backend: DbBackend, after: MovieId, limit: u64) -> SelectStatement {
    let indexed = Query::select()
        .column(id_column(backend))
        .from(TABLE)
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
    ids.order_by(id_column(backend), Order::Desc)
        .limit(MAX_CANDIDATES);
    Some(ids)
}

/// Selects the ids of all movies that match every word of `typed`. `None` when `typed` has no
/// words.
pub(super) fn ids_with_words(backend: DbBackend, typed: &str) -> Option<SelectStatement> {
    let syntax = FullTextSyntax::for_backend(backend);
    let mut chunks = split_chunks(typed);
    if !chunks.iter().all(Chunk::is_article) {
        chunks.retain(|chunk| !chunk.is_article());
    }
    let terms: Vec<_> = chunks
        .iter()
        .take(MAX_TERMS)
        .map(|chunk| syntax.chunk_query(chunk))
        .collect();
    if terms.is_empty() {
        return None;
    }
    let matches = Expr::cust_with_values(syntax.match_condition, [terms.join(syntax.and)]);
    let id = id_column(backend);
    let ids = Query::select()
        .expr_as(Expr::col(id), Alias::new("id"))
        .from(TABLE)
        .and_where(matches)
        .take();
    Some(ids)
}

/// The full-text query syntax of a database. Words have only letters and digits, but are quoted
/// so that none is read as an operator.
struct FullTextSyntax {
    match_condition: &'static str,
    quote: char,
    prefix_marker: &'static str,
    and: &'static str,
    or: &'static str,
}

impl FullTextSyntax {
    fn for_backend(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Postgres => Self {
                match_condition: "words @@ CAST($1 AS text)::tsquery",
                quote: '\'',
                prefix_marker: ":*",
                and: " & ",
                or: " | ",
            },
            _ => Self {
                match_condition: "movie_search MATCH ?",
                quote: '"',
                prefix_marker: " *",
                and: " AND ",
                or: " OR ",
            },
        }
    }

    /// Matches every part of the chunk, or the parts written as one word, or a year, or another
    /// word with the same meaning.
    fn chunk_query(&self, chunk: &Chunk) -> String {
        let parts: Vec<_> = chunk
            .parts
            .iter()
            .map(|part| self.prefix_term(part))
            .collect();
        let mut ways = vec![format!("({})", parts.join(self.and))];
        ways.extend(chunk.whole().map(|whole| self.prefix_term(&whole)));
        let years = chunk.parts.iter().filter(|part| is_year(part));
        ways.extend(years.map(|digits| self.quoted_term(&year_term(digits))));
        if let [word] = chunk.parts.as_slice() {
            ways.extend(synonyms(word).map(|other| self.quoted_term(other)));
        }
        format!("({})", ways.join(self.or))
    }

    fn prefix_term(&self, word: &str) -> String {
        format!("{}{}", self.quoted_term(word), self.prefix_marker)
    }

    fn quoted_term(&self, word: &str) -> String {
        let quote = self.quote;
        format!("{quote}{word}{quote}")
    }
}

/// Years get a prefix of their own and match only as a whole, so that typing "2" does not match
/// every movie of this century.
pub(super) fn year_term(digits: &str) -> String {
    format!("y{digits}")
}

pub(super) fn is_year(term: &str) -> bool {
    term.len() == 4 && term.bytes().all(|byte| byte.is_ascii_digit())
}

fn id_column(backend: DbBackend) -> Alias {
    Alias::new(match backend {
        DbBackend::Postgres => "movie_id",
        _ => "rowid",
    })
}
