//! The file of a catalog, opened for reading.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use chrono::{DateTime, Utc};
use fst::Map;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, QueryResult,
    Statement, Value,
};
use tokio::task::spawn_blocking;

use super::error::{CatalogFileError, FORMAT};
use super::film::{CatalogFilm, CatalogInfo, CatalogOrigin, SEPARATOR};
use crate::text::KEYS_VERSION;

/// Tells our files from other SQLite databases: `MDca`.
pub(super) const APPLICATION_ID: i32 = 0x4d44_6361;

/// Connections that are kept open. All are opened at once: later, the path leads to another file.
const CONNECTIONS: u32 = 3;

/// For each connection, in kilobytes. The system caches the rest of the file.
const CACHE_SIZE: &str = "-1000";

#[derive(Debug)]
pub(in crate::catalog) struct CatalogFile {
    pub(super) info: CatalogInfo,
    /// All words, each with the rank of the most popular film that has it. In memory, because an
    /// automaton walks through all of it.
    pub(super) vocabulary: Map<Vec<u8>>,
    pub(super) stamp: FileStamp,
    db: DatabaseConnection,
}

/// Tells one file from the next at the same path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileStamp {
    inode: u64,
    length: u64,
    modified: i64,
}

impl CatalogFile {
    pub(super) async fn open(path: &Path) -> Result<Self, CatalogFileError> {
        let stamp = FileStamp::of(path).await?;
        if application_id(path).await? != Some(APPLICATION_ID) {
            return Err(CatalogFileError::Foreign);
        }
        let db = connect(path).await?;
        let info = read_info(&db).await?;
        let words = query_all(&db, "SELECT words FROM vocabulary", Vec::new()).await?;
        let words = words.first().map(|row| row.try_get_by_index::<Vec<u8>>(0));
        let words = words.transpose()?.unwrap_or_default();
        let vocabulary =
            Map::new(words).map_err(|error| CatalogFileError::Damaged(error.to_string()))?;
        Ok(Self {
            info,
            vocabulary,
            stamp,
            db,
        })
    }

    pub(super) async fn query(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<QueryResult>, DbErr> {
        query_all(&self.db, sql, values).await
    }

    /// Films, from a query that selects all columns of `film`.
    pub(super) async fn query_films(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<RankedFilm>, DbErr> {
        let rows = self.query(sql, values).await?;
        rows.iter().map(RankedFilm::read).collect()
    }
}

impl FileStamp {
    pub(super) async fn of(path: &Path) -> io::Result<Self> {
        let path = path.to_owned();
        let read = spawn_blocking(move || std::fs::metadata(path)).await;
        Ok(Self::from(&read.map_err(io::Error::other)??))
    }
}

impl From<&Metadata> for FileStamp {
    fn from(file: &Metadata) -> Self {
        Self {
            inode: file.ino(),
            length: file.len(),
            modified: file.mtime(),
        }
    }
}

/// A film with its place in this file; 1 is the most popular.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::catalog) struct RankedFilm {
    pub(in crate::catalog) rank: u32,
    pub(in crate::catalog) film: CatalogFilm,
}

impl RankedFilm {
    /// By place, which costs a third of reading by name. The places are those of the table.
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        let names = |column: usize| -> Result<Vec<String>, DbErr> {
            let joined: Option<String> = row.try_get_by_index(column)?;
            let names = joined.iter().flat_map(|names| names.split(SEPARATOR));
            Ok(names.map(str::to_owned).collect())
        };
        Ok(Self {
            rank: row.try_get_by_index(0)?,
            film: CatalogFilm {
                title: row.try_get_by_index(1)?,
                original_title: row.try_get_by_index(2)?,
                other_titles: names(3)?,
                year: row.try_get_by_index(4)?,
                directors: names(5)?,
                runtime_minutes: row.try_get_by_index(6)?,
                genres: names(7)?,
                countries: names(8)?,
                imdb_id: row.try_get_by_index(9)?,
                tmdb_id: row.try_get_by_index(10)?,
                wikidata_id: row.try_get_by_index(11)?,
                letterboxd_id: row.try_get_by_index(12)?,
                popularity: row.try_get_by_index(13)?,
            },
        })
    }
}

/// Not mapped into memory: if somebody cut the file short, that would end the process.
async fn connect(path: &Path) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new("sqlite:");
    options
        .max_connections(CONNECTIONS)
        .min_connections(CONNECTIONS)
        .test_before_acquire(false)
        .idle_timeout(None::<std::time::Duration>)
        .max_lifetime(None::<std::time::Duration>)
        .sqlx_logging(false);
    let path = path.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&path)
            .read_only(true)
            .immutable(true)
            .pragma("cache_size", CACHE_SIZE)
    });
    Database::connect(options).await
}

/// How every SQLite file begins, and where in its header the application id is.
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";
const ID_OFFSET: usize = 68;

/// Read from the header, so that other files need not be opened as a database.
async fn application_id(path: &Path) -> io::Result<Option<i32>> {
    let path = path.to_owned();
    let read = spawn_blocking(move || {
        let mut header = Vec::new();
        let length = ID_OFFSET as u64 + 4;
        File::open(path)?.take(length).read_to_end(&mut header)?;
        Ok::<_, io::Error>(header)
    });
    let header = read.await.map_err(io::Error::other)??;
    let id = header.get(ID_OFFSET..).and_then(|id| id.try_into().ok());
    Ok(id
        .filter(|_| header.starts_with(SQLITE_MAGIC))
        .map(i32::from_be_bytes))
}

async fn query_all(
    db: &DatabaseConnection,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
    db.query_all_raw(statement).await
}

async fn read_info(db: &DatabaseConnection) -> Result<CatalogInfo, CatalogFileError> {
    let format = pragma(db, "user_version").await?;
    let mut about: HashMap<String, String> = HashMap::new();
    // Another format may not have the table.
    let rows = query_all(db, "SELECT name, value FROM about", Vec::new()).await;
    for row in rows.unwrap_or_default() {
        about.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    }
    let folding = about.get("folding").cloned().unwrap_or_default();
    if format != FORMAT || folding != KEYS_VERSION.to_string() {
        return Err(CatalogFileError::OtherRelease { format, folding });
    }
    let value = |name: &str| {
        let missing = || CatalogFileError::Damaged(format!("it does not say its {name}"));
        about.get(name).cloned().ok_or_else(missing)
    };
    let unread = || CatalogFileError::Damaged("what it says about itself".to_owned());
    let built_at = DateTime::parse_from_rfc3339(&value("built_at")?).map_err(|_| unread())?;
    Ok(CatalogInfo {
        films: value("films")?.parse().map_err(|_| unread())?,
        origin: CatalogOrigin {
            source: value("source")?,
            language: value("language")?,
            built_at: built_at.with_timezone(&Utc),
            starter: about.get("starter").and_then(|number| number.parse().ok()),
        },
    })
}

async fn pragma(db: &DatabaseConnection, name: &str) -> Result<i32, DbErr> {
    let rows = query_all(db, &format!("PRAGMA {name}"), Vec::new()).await?;
    let row = rows.first();
    row.ok_or_else(|| DbErr::RecordNotFound(name.to_owned()))?
        .try_get_by_index(0)
}
