//! Finding movies by words. The words are made here and neither database takes them apart,
//! so that both find the same: case, accents, punctuation and the order of words do not
//! matter, and a word need not be finished.

use entity::movie;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Order, Statement, Value};

use super::MovieId;
use super::queries::aliases;
use crate::text::fold;

/// The table of words. No entity describes it: it is full text, which each database has
/// its own way of.
const TABLE: &str = "movie_search";

/// The most letters of a word that count.
const LONGEST: usize = 40;

/// The most words of what is typed that count.
const TERMS: usize = 12;

/// The most movies that are looked at for one search, the newest here first.
const CANDIDATES: u64 = 100;

/// What a movie is found by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    /// Its title.
    pub(super) title: &'a str,
    /// Its title where it was made.
    pub(super) original_title: Option<&'a str>,
    /// The year it came out.
    pub(super) year: i16,
    /// Who directed it.
    pub(super) directors: &'a [String],
}

impl Words<'_> {
    fn all(&self) -> Vec<String> {
        let texts = [self.title, self.original_title.unwrap_or_default()];
        let directors = self.directors.iter().map(String::as_str);
        let mut words: Vec<_> = texts.into_iter().chain(directors).flat_map(words).collect();
        words.push(year(&self.year.to_string()));
        words.sort();
        words.dedup();
        words
    }
}

/// Keeps what `movie` is found by, instead of what was kept before.
pub(super) async fn index(
    tx: &DatabaseTransaction,
    movie: MovieId,
    words: Words<'_>,
) -> Result<(), DbErr> {
    forget(tx, movie).await?;
    add(tx, movie, words).await
}

/// Keeps what a movie is found by of which nothing was kept before.
pub(super) async fn add(
    tx: &DatabaseTransaction,
    movie: MovieId,
    words: Words<'_>,
) -> Result<(), DbErr> {
    let words = words.all();
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

/// Lets `movie` be found no more.
pub(super) async fn forget(tx: &DatabaseTransaction, movie: MovieId) -> Result<(), DbErr> {
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

/// The movies that are not indexed yet, at most `most` of them after `after`: those of
/// a release that had no words.
pub(super) fn missing(backend: DbBackend, after: MovieId, most: u64) -> SelectStatement {
    let indexed = Query::select().column(id_of(backend)).from(TABLE).take();
    Query::select()
        .column(movie::Column::Id)
        .from(movie::Entity)
        .and_where(Expr::col(movie::Column::Id).gt(after))
        .and_where(Expr::col(movie::Column::Id).not_in_subquery(indexed))
        .and_where(Expr::col(movie::Column::Id).not_in_subquery(aliases()))
        .order_by(movie::Column::Id, Order::Asc)
        .limit(most)
        .take()
}

/// The ids of the newest movies that have every word of `typed`, each maybe unfinished; `None`
/// where nothing typed is a word.
pub(super) fn matching(backend: DbBackend, typed: &str) -> Option<SelectStatement> {
    let mut found = with_words(backend, typed)?;
    found
        .order_by(id_of(backend), Order::Desc)
        .limit(CANDIDATES);
    Some(found)
}

/// The ids of all movies that have every word of `typed`.
pub(super) fn with_words(backend: DbBackend, typed: &str) -> Option<SelectStatement> {
    let syntax = Syntax::of(backend);
    let terms: Vec<_> = chunks(typed)
        .iter()
        .take(TERMS)
        .map(|chunk| syntax.term(chunk))
        .collect();
    if terms.is_empty() {
        return None;
    }
    let fits = Expr::cust_with_values(syntax.fits, [terms.join(syntax.and)]);
    let id = id_of(backend);
    let found = Query::select()
        .expr_as(Expr::col(id), Alias::new("id"))
        .from(TABLE)
        .and_where(fits)
        .take();
    Some(found)
}

/// How a database wants to be asked. Words are letters and digits, and quoted all the
/// same, so that none is an operator.
struct Syntax {
    fits: &'static str,
    quote: char,
    unfinished: &'static str,
    and: &'static str,
    or: &'static str,
}

impl Syntax {
    fn of(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Postgres => Self {
                fits: "words @@ CAST($1 AS text)::tsquery",
                quote: '\'',
                unfinished: ":*",
                and: " & ",
                or: " | ",
            },
            _ => Self {
                fits: "movie_search MATCH ?",
                quote: '"',
                unfinished: " *",
                and: " AND ",
                or: " OR ",
            },
        }
    }

    /// All parts, or the whole, or the year.
    fn term(&self, chunk: &Chunk) -> String {
        let parts: Vec<_> = chunk
            .parts
            .iter()
            .map(|part| self.beginning(part))
            .collect();
        let mut ways = vec![format!("({})", parts.join(self.and))];
        ways.extend(chunk.whole().map(|whole| self.beginning(&whole)));
        let years = chunk.parts.iter().filter(|part| is_year(part));
        ways.extend(years.map(|digits| self.quoted(&year(digits))));
        format!("({})", ways.join(self.or))
    }

    fn beginning(&self, word: &str) -> String {
        format!("{}{}", self.quoted(word), self.unfinished)
    }

    fn quoted(&self, word: &str) -> String {
        let quote = self.quote;
        format!("{quote}{word}{quote}")
    }
}

/// The word of a year, which is found only whole: whoever types a 2 does not mean all films
/// of this century.
fn year(digits: &str) -> String {
    format!("y{digits}")
}

fn is_year(term: &str) -> bool {
    term.len() == 4 && term.bytes().all(|byte| byte.is_ascii_digit())
}

fn id_of(backend: DbBackend) -> Alias {
    Alias::new(match backend {
        DbBackend::Postgres => "movie_id",
        _ => "rowid",
    })
}

/// The words of a text: letters and digits, folded.
fn words(text: &str) -> Vec<String> {
    let chunks = chunks(text);
    let all = chunks.into_iter().flat_map(|chunk| {
        let whole = chunk.whole();
        whole.into_iter().chain(chunk.parts)
    });
    all.collect()
}

/// What stands between two spaces: one word, or several with marks between them, which
/// are found in parts and as a whole (`Spider-Man`, `WALL·E`, `d’Amélie`). A script without
/// spaces is found by each of its signs.
struct Chunk {
    parts: Vec<String>,
}

impl Chunk {
    /// The parts as one word, where that is another; folded, because marks that come to stand
    /// side by side have an order.
    fn whole(&self) -> Option<String> {
        let has_signs = self.parts.iter().any(|part| part.chars().any(is_sign));
        (self.parts.len() > 1 && !has_signs).then(|| cut(&fold(&self.parts.concat())))
    }
}

fn chunks(text: &str) -> Vec<Chunk> {
    let folded = fold(text);
    let chunks = folded.split(' ').map(|chunk| {
        let mut parts = Vec::new();
        for part in chunk.split(|c: char| !c.is_alphanumeric()) {
            split_signs(part, &mut parts);
        }
        Chunk { parts }
    });
    chunks.filter(|chunk| !chunk.parts.is_empty()).collect()
}

/// Signs one by one, the rest together.
fn split_signs(part: &str, parts: &mut Vec<String>) {
    let mut word = String::new();
    for c in part.chars() {
        if is_sign(c) {
            parts.extend((!word.is_empty()).then(|| cut(&std::mem::take(&mut word))));
            parts.push(c.to_string());
        } else {
            word.push(c);
        }
    }
    parts.extend((!word.is_empty()).then(|| cut(&word)));
}

/// Chinese characters and Japanese kana: words are written without spaces.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

fn cut(word: &str) -> String {
    word.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::words;

    #[test]
    fn punctuation_and_case_do_not_matter() {
        assert_eq!(
            words("Schindler’s List"),
            ["schindlers", "schindler", "s", "list"]
        );
        assert_eq!(words("Amélie (2001)"), ["amelie", "2001"]);
        assert_eq!(words("Spider-Man"), ["spiderman", "spider", "man"]);
        assert_eq!(words("M*A*S*H"), ["mash", "m", "a", "s", "h"]);
        assert_eq!(words("千年女優2"), ["千", "年", "女", "優", "2"]);
        assert!(words("% _ \" * -- ' ( ) : &").is_empty());
    }

    #[test]
    fn marks_that_come_to_stand_side_by_side_are_in_order() {
        let typed = words("\u{1e01b}¡\u{16ff0}");
        assert_eq!(typed[0], "\u{16ff0}\u{1e01b}");
        assert_eq!(words(&typed[0])[0], typed[0]);
    }

    proptest! {
        #[test]
        fn words_are_letters_and_digits_and_nothing_else(text in any::<String>()) {
            for word in words(&text) {
                prop_assert!(!word.is_empty());
                prop_assert!(word.chars().all(char::is_alphanumeric), "{:?}", word);
            }
        }

        #[test]
        fn what_was_typed_whole_is_found(text in "\\PC{1,30}") {
            let words = words(&text);
            let again: Vec<_> = words.iter().flat_map(|word| super::words(word)).collect();
            prop_assert_eq!(words, again);
        }
    }
}
