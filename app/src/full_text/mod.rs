//! Full-text search. We split text into words ourselves instead of leaving it to the database, so
//! that SQLite and PostgreSQL find the same: case, accents, punctuation and word order do not
//! matter, and words match by prefix.

pub mod synonyms;
pub mod terms;

use sea_orm::sea_query::{
    Alias, DeleteStatement, Expr, ExprTrait, Query, SelectStatement, SimpleExpr,
};
use sea_orm::{DbBackend, Statement, Value};

use synonyms::synonyms;
use terms::{Chunk, split_chunks};

/// Further words of a search are ignored.
const MAX_TERMS: usize = 12;

/// A table that holds the words of rows of another table. It has no entity, because SQLite and
/// PostgreSQL define it differently: SQLite has the id as `rowid`.
#[derive(Clone, Copy, Debug)]
pub struct WordIndex {
    pub table: &'static str,
    /// The column of the id in PostgreSQL.
    pub postgres_id: &'static str,
}

impl WordIndex {
    pub fn id_column(self, backend: DbBackend) -> Alias {
        Alias::new(self.id_name(backend))
    }

    fn id_name(self, backend: DbBackend) -> &'static str {
        match backend {
            DbBackend::Postgres => self.postgres_id,
            _ => "rowid",
        }
    }

    /// Inserts rows with their words, which must be like those of [`terms::index_terms`]. `None` for
    /// no rows.
    pub fn insert(self, backend: DbBackend, rows: &[(i64, Vec<String>)]) -> Option<Statement> {
        if rows.is_empty() {
            return None;
        }
        let (table, id) = (self.table, self.id_name(backend));
        let places: Vec<String> = (0..rows.len())
            .map(|row| match backend {
                DbBackend::Postgres => {
                    let (id, words) = (2 * row + 1, 2 * row + 2);
                    format!("(${id}, CAST(${words} AS text)::tsvector)")
                }
                _ => "(?, ?)".to_owned(),
            })
            .collect();
        let insert = format!(
            "INSERT INTO {table} ({id}, words) VALUES {}",
            places.join(", ")
        );
        let values = rows.iter().flat_map(|(id, words)| {
            let document = match backend {
                DbBackend::Postgres => words.iter().map(|word| format!("'{word}' ")).collect(),
                _ => words.join(" "),
            };
            [Value::from(*id), Value::from(document)]
        });
        Some(Statement::from_sql_and_values(backend, insert, values))
    }

    /// Selects the id of one row.
    pub fn row(self, backend: DbBackend, id: i64) -> SelectStatement {
        let column = self.id_column(backend);
        Query::select()
            .column(column.clone())
            .from(self.table)
            .and_where(Expr::col(column).eq(id))
            .take()
    }

    /// Deletes the rows whose ids the condition on the id column matches.
    pub fn delete(
        self,
        backend: DbBackend,
        condition: impl FnOnce(Expr) -> SimpleExpr,
    ) -> DeleteStatement {
        let id = Expr::col(self.id_column(backend));
        Query::delete()
            .from_table(self.table)
            .and_where(condition(id))
            .take()
    }

    /// Selects the ids of all rows that match every word of `typed`, by prefix, and have the term
    /// `also`. `None` when `typed` has no words.
    pub fn ids_with_words(
        self,
        backend: DbBackend,
        typed: &str,
        also: Option<&str>,
    ) -> Option<SelectStatement> {
        let syntax = Syntax::of(backend);
        let mut chunks = split_chunks(typed);
        if !chunks.iter().all(Chunk::is_article) {
            chunks.retain(|chunk| !chunk.is_article());
        }
        let mut terms: Vec<_> = chunks
            .iter()
            .take(MAX_TERMS)
            .map(|chunk| syntax.chunk_query(chunk))
            .collect();
        if terms.is_empty() {
            return None;
        }
        terms.extend(also.map(|term| syntax.quoted_term(term)));
        let condition = match backend {
            DbBackend::Postgres => "words @@ CAST($1 AS text)::tsquery".to_owned(),
            _ => format!("{} MATCH ?", self.table),
        };
        let ids = Query::select()
            .expr_as(Expr::col(self.id_column(backend)), Alias::new("id"))
            .from(self.table)
            .and_where(Expr::cust_with_values(condition, [terms.join(syntax.and)]))
            .take();
        Some(ids)
    }
}

/// The full-text query syntax of a database. Words have only letters and digits, but are quoted so
/// that none is read as an operator.
struct Syntax {
    quote: char,
    prefix_marker: &'static str,
    and: &'static str,
    or: &'static str,
}

impl Syntax {
    fn of(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Postgres => Self {
                quote: '\'',
                prefix_marker: ":*",
                and: " & ",
                or: " | ",
            },
            _ => Self {
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
pub fn year_term(digits: &str) -> String {
    format!("y{digits}")
}

pub fn is_year(term: &str) -> bool {
    term.len() == 4 && term.bytes().all(|byte| byte.is_ascii_digit())
}
