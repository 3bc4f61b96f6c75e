//! Full-text search for movies. We split text into words ourselves instead of leaving it to the
//! database, so that SQLite and PostgreSQL find the same movies: case, accents, punctuation and
//! word order do not matter, and words match by prefix.

use entity::movie;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Order, Statement, Value};

use super::MovieId;
use super::queries::merged_movie_ids;
use super::synonyms::{is_article, synonyms};
use crate::text::{fold_letters, fold_words};

/// The full-text table. It has no entity, because SQLite and PostgreSQL define it differently.
const TABLE: &str = "movie_search";

/// Longer words are cut to this many characters, in the index and in searches.
const MAX_WORD: usize = 40;

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
fn year_term(digits: &str) -> String {
    format!("y{digits}")
}

fn is_year(term: &str) -> bool {
    term.len() == 4 && term.bytes().all(|byte| byte.is_ascii_digit())
}

fn id_column(backend: DbBackend) -> Alias {
    Alias::new(match backend {
        DbBackend::Postgres => "movie_id",
        _ => "rowid",
    })
}

/// The parts of the text and, for initials and numbers that are written apart, its words.
fn index_terms(text: &str) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    let chunks = split_chunks(text).into_iter().flat_map(|chunk| {
        let whole = chunk.whole();
        whole.into_iter().chain(chunk.parts)
    });
    let folded = fold_words(text);
    let words = folded.split(' ').filter(|word| {
        let is_indexable = |c: char| c.is_alphanumeric() && !is_cjk(c);
        !word.is_empty() && word.chars().all(is_indexable)
    });
    for term in chunks.chain(words.map(truncate_word)) {
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

/// The text between two spaces: one word, or several joined by punctuation (`Spider-Man`,
/// `WALL·E`, `d’Amélie`), which match separately and as one word. In scripts without spaces,
/// each character is a part.
struct Chunk {
    parts: Vec<String>,
}

impl Chunk {
    fn word(word: &str) -> Self {
        Self {
            parts: vec![word.to_owned()],
        }
    }

    /// The parts written as one word, if there are several. Folded again, because joining can
    /// put combining marks next to each other in a different order.
    fn whole(&self) -> Option<String> {
        let has_cjk = self.parts.iter().any(|part| part.chars().any(is_cjk));
        let joined = || truncate_word(&fold_letters(&self.parts.concat()));
        (self.parts.len() > 1 && !has_cjk).then(joined)
    }

    fn is_article(&self) -> bool {
        matches!(self.parts.as_slice(), [word] if is_article(word))
    }
}

fn split_chunks(text: &str) -> Vec<Chunk> {
    let folded = fold_letters(text);
    let chunks = folded.split_whitespace().map(|chunk| {
        if matches!(chunk, "&" | "+") {
            return Chunk::word("and");
        }
        let mut parts = Vec::new();
        for part in chunk.split(|c: char| !c.is_alphanumeric()) {
            split_cjk(part, &mut parts);
        }
        Chunk { parts }
    });
    chunks.filter(|chunk| !chunk.parts.is_empty()).collect()
}

/// Splits off each CJK character and keeps the rest together as words.
fn split_cjk(part: &str, parts: &mut Vec<String>) {
    let mut word = String::new();
    for c in part.chars() {
        if is_cjk(c) {
            parts.extend((!word.is_empty()).then(|| truncate_word(&std::mem::take(&mut word))));
            parts.push(c.to_string());
        } else {
            word.push(c);
        }
    }
    parts.extend((!word.is_empty()).then(|| truncate_word(&word)));
}

/// Chinese characters and Japanese kana, which are written without spaces between words.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

fn truncate_word(word: &str) -> String {
    word.chars().take(MAX_WORD).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::index_terms;

    #[test]
    fn punctuation_and_case_do_not_matter() {
        assert_eq!(
            index_terms("Schindler’s List"),
            ["schindlers", "schindler", "s", "list"]
        );
        assert_eq!(index_terms("Amélie (2001)"), ["amelie", "2001"]);
        assert_eq!(index_terms("Spider-Man"), ["spiderman", "spider", "man"]);
        assert_eq!(index_terms("M*A*S*H"), ["mash", "m", "a", "s", "h"]);
        assert_eq!(index_terms("千年女優2"), ["千", "年", "女", "優", "2"]);
        assert!(index_terms("% _ \" * -- ' ( ) :").is_empty());
    }

    #[test]
    fn adjacent_combining_marks_are_reordered() {
        let typed = index_terms("\u{1e01b}¡\u{16ff0}");
        assert_eq!(typed[0], "\u{16ff0}\u{1e01b}");
        assert_eq!(index_terms(&typed[0])[0], typed[0]);
    }

    proptest! {
        #[test]
        fn words_are_letters_and_digits_and_nothing_else(text in any::<String>()) {
            for word in index_terms(&text) {
                prop_assert!(!word.is_empty());
                prop_assert!(word.chars().all(char::is_alphanumeric), "{:?}", word);
            }
        }

        #[test]
        fn splitting_terms_is_idempotent(text in "\\PC{1,30}") {
            let words = index_terms(&text);
            let again: Vec<_> = words.iter().flat_map(|word| index_terms(word)).collect();
            prop_assert_eq!(words, again);
        }
    }
}
