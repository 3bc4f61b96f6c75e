//! Writes the file of a catalog, in one pass over the films by rank.

use std::collections::HashMap;
use std::path::Path;

use chrono::SecondsFormat;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
    TransactionTrait, Value,
};

use super::error::{BuildError, FORMAT};
use super::file::APPLICATION_ID;
use super::film::{CatalogFilm, CatalogOrigin, SEPARATOR};
use super::keys::finding_key;
use super::spool::FilmSpool;
use crate::full_text::terms::index_terms;
use crate::full_text::year_term;
use crate::text::{KEYS_VERSION, words_key};

/// Names and ids lead to ranks. The words are without content and detail, since the rank is all that
/// a search needs: a quarter of the size.
const SCHEMA: [&str; 4] = [
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE film (rank INTEGER PRIMARY KEY, title TEXT NOT NULL, original_title TEXT, \
     other_titles TEXT, year INTEGER, directors TEXT, runtime_minutes INTEGER, genres TEXT, \
     countries TEXT, imdb_id TEXT, tmdb_id INTEGER, wikidata_id TEXT, letterboxd_id TEXT, \
     popularity INTEGER NOT NULL)",
    "CREATE TABLE name (key TEXT NOT NULL, rank INTEGER NOT NULL, PRIMARY KEY (key, rank)) \
     WITHOUT ROWID",
    "CREATE VIRTUAL TABLE film_words USING fts5(words, content = '', columnsize = 0, \
     tokenize = 'ascii', prefix = '1 2 3 4', detail = 'none')",
];

/// At the end, so that each is sorted and written once.
const INDEXES: [&str; 6] = [
    "INSERT INTO film_words (film_words) VALUES ('optimize')",
    "CREATE INDEX film_imdb_id ON film (imdb_id) WHERE imdb_id IS NOT NULL",
    "CREATE INDEX film_tmdb_id ON film (tmdb_id) WHERE tmdb_id IS NOT NULL",
    "CREATE INDEX film_wikidata_id ON film (wikidata_id) WHERE wikidata_id IS NOT NULL",
    "CREATE INDEX film_letterboxd_id ON film (letterboxd_id) WHERE letterboxd_id IS NOT NULL",
    "CREATE TABLE vocabulary (words BLOB NOT NULL)",
];

/// Films in one statement, which must bind fewer than 32,766 values.
const BATCH: usize = 200;

/// Files with fewer films are compacted, which for larger ones would take as much disk again.
const MAX_COMPACTED: u32 = 50_000;

pub(super) async fn write_catalog(
    file: &Path,
    spool: FilmSpool,
    origin: &CatalogOrigin,
) -> Result<(), BuildError> {
    let db = connect_to_write(file).await?;
    let written = write_all(&db, spool, origin).await;
    db.close().await?;
    written
}

async fn connect_to_write(file: &Path) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new("sqlite:");
    options.max_connections(1).sqlx_logging(false);
    let file = file.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&file)
            // A file that is not complete is thrown away.
            .journal_mode(SqliteJournalMode::Off)
            .synchronous(SqliteSynchronous::Off)
            .pragma("cache_size", "-48000")
            // Folders for temporary files may be small or read-only.
            .pragma("temp_store", "MEMORY")
    });
    Database::connect(options).await
}

async fn write_all(
    db: &DatabaseConnection,
    spool: FilmSpool,
    origin: &CatalogOrigin,
) -> Result<(), BuildError> {
    db.execute_unprepared(&format!("PRAGMA application_id = {APPLICATION_ID}"))
        .await?;
    db.execute_unprepared(&format!("PRAGMA user_version = {FORMAT}"))
        .await?;
    let tx = db.begin().await?;
    for statement in SCHEMA {
        tx.execute_unprepared(statement).await?;
    }
    let mut words = Vocabulary::default();
    let mut batch = Vec::with_capacity(BATCH);
    let mut films: u32 = 0;
    for film in spool.into_ranked()? {
        films += 1;
        batch.push((films, film?));
        if batch.len() == BATCH {
            write_batch(&tx, &batch, &mut words).await?;
            batch.clear();
        }
    }
    write_batch(&tx, &batch, &mut words).await?;
    for statement in INDEXES {
        tx.execute_unprepared(statement).await?;
    }
    let insert = "INSERT INTO vocabulary (words) VALUES (?)";
    let values = vec![words.into_fst()?.into()];
    tx.execute_raw(statement(insert, values)).await?;
    write_about(&tx, origin, films).await?;
    tx.commit().await?;
    if films < MAX_COMPACTED {
        db.execute_unprepared("VACUUM").await?;
    }
    Ok(())
}

async fn write_about(
    tx: &impl ConnectionTrait,
    origin: &CatalogOrigin,
    films: u32,
) -> Result<(), DbErr> {
    let built_at = origin.built_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let about = [
        ("folding", KEYS_VERSION.to_string()),
        ("source", origin.source.clone()),
        ("language", origin.language.clone()),
        ("built_at", built_at),
        ("films", films.to_string()),
    ];
    let starter = origin.starter;
    let starter = starter.map(|number| ("starter", number.to_string()));
    for (name, value) in about.into_iter().chain(starter) {
        let insert = "INSERT INTO about (name, value) VALUES (?, ?)";
        tx.execute_raw(statement(insert, vec![name.into(), value.into()]))
            .await?;
    }
    Ok(())
}

async fn write_batch(
    tx: &impl ConnectionTrait,
    films: &[(u32, CatalogFilm)],
    vocabulary: &mut Vocabulary,
) -> Result<(), DbErr> {
    let (mut rows, mut names, mut words) = (Vec::new(), Vec::new(), Vec::new());
    for (rank, film) in films {
        rows.extend(film_row(*rank, film));
        for key in name_keys(film) {
            names.extend([key.into(), (*rank).into()]);
        }
        let terms = search_words(film);
        words.extend([(*rank).into(), terms.join(" ").into()]);
        vocabulary.add(*rank, terms);
    }
    insert_rows(tx, "INSERT INTO film VALUES", 14, rows).await?;
    insert_rows(tx, "INSERT OR IGNORE INTO name VALUES", 2, names).await?;
    insert_rows(tx, "INSERT INTO film_words (rowid, words) VALUES", 2, words).await
}

/// Runs `insert` for rows of `columns` values each.
async fn insert_rows(
    tx: &impl ConnectionTrait,
    insert: &str,
    columns: usize,
    values: Vec<Value>,
) -> Result<(), DbErr> {
    let row = format!("({})", vec!["?"; columns].join(", "));
    let mut values = values.into_iter().peekable();
    while values.peek().is_some() {
        let some: Vec<_> = values.by_ref().take(BATCH * columns).collect();
        let rows = vec![row.as_str(); some.len() / columns].join(", ");
        tx.execute_raw(statement(&format!("{insert} {rows}"), some))
            .await?;
    }
    Ok(())
}

fn film_row(rank: u32, film: &CatalogFilm) -> [Value; 14] {
    [
        rank.into(),
        film.title.clone().into(),
        film.original_title.clone().into(),
        joined(&film.other_titles),
        film.year.into(),
        joined(&film.directors),
        film.runtime_minutes.into(),
        joined(&film.genres),
        joined(&film.countries),
        film.imdb_id.clone().into(),
        film.tmdb_id.into(),
        film.wikidata_id.clone().into(),
        film.letterboxd_id.clone().into(),
        film.popularity.into(),
    ]
}

fn joined(names: &[String]) -> Value {
    let names = Some(names.join(SEPARATOR));
    names.filter(|names| !names.is_empty()).into()
}

/// Both keys of each of its names.
pub(in crate::catalog) fn name_keys(film: &CatalogFilm) -> Vec<String> {
    let keys = film.names().flat_map(|name| {
        let key = words_key(name);
        let by_rules = finding_key(name);
        let other = (by_rules != key).then_some(by_rules);
        std::iter::once(key).chain(other)
    });
    let mut keys: Vec<_> = keys.collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The words by which it is found, as in our own database.
pub(super) fn search_words(film: &CatalogFilm) -> Vec<String> {
    let directors = film.directors.iter().map(String::as_str);
    let mut words: Vec<_> = film
        .names()
        .chain(directors)
        .flat_map(index_terms)
        .collect();
    words.extend(film.year.map(|year| year_term(&year.to_string())));
    words.sort();
    words.dedup();
    words
}

/// All words, each with the rank of the most popular film that has it.
#[derive(Debug, Default)]
struct Vocabulary {
    best_ranks: HashMap<Box<[u8]>, u32>,
}

impl Vocabulary {
    /// Ranks must be added in order.
    fn add(&mut self, rank: u32, words: Vec<String>) {
        for word in words {
            let word = word.into_bytes().into_boxed_slice();
            self.best_ranks.entry(word).or_insert(rank);
        }
    }

    fn into_fst(self) -> Result<Vec<u8>, BuildError> {
        let mut words: Vec<_> = self.best_ranks.into_iter().collect();
        words.sort_unstable();
        let words = words
            .into_iter()
            .map(|(word, rank)| (word, u64::from(rank)));
        let map = fst::Map::from_iter(words).map_err(std::io::Error::other)?;
        Ok(map.into_fst().into_inner())
    }
}

fn statement(sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}
