//! A database for each test: a copy of one that was migrated once.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use movies_diary::config::DatabaseUrl;
use movies_diary::db::Db;
use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::disk::Disk;

/// The server on which the tests run, when it is PostgreSQL.
pub fn postgres() -> Option<String> {
    std::env::var("TEST_DATABASE_URL")
        .ok()
        .filter(|url| url.starts_with("postgres"))
}

/// A database that goes with the test.
pub struct TestDatabase {
    folder: TempDir,
    name: Option<String>,
    /// Under the folder, where it has one of its own. It goes before the folder does.
    disk: Option<Disk>,
}

impl TestDatabase {
    /// A migrated one.
    pub async fn migrated() -> Self {
        match postgres() {
            None => {
                let new = Self::empty().await;
                std::fs::copy(sqlite_template().await, new.file()).expect("a copy");
                new
            }
            Some(_) => Self::postgres(Some(postgres_template().await)).await,
        }
    }

    /// A migrated one of SQLite on a disk of its own, where such a disk can be had.
    pub async fn on_small_disk() -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let disk = Disk::under(folder.path())?;
        let new = Self {
            folder,
            name: None,
            disk: Some(disk),
        };
        std::fs::copy(sqlite_template().await, new.file()).expect("a copy");
        Some(new)
    }

    /// The disk that it has for itself.
    pub fn disk(&self) -> &Disk {
        self.disk.as_ref().expect("it has one")
    }

    /// One without a single table.
    pub async fn empty() -> Self {
        match postgres() {
            None => Self {
                folder: TempDir::new().expect("a folder"),
                name: None,
                disk: None,
            },
            Some(_) => Self::postgres(None).await,
        }
    }

    async fn postgres(template: Option<&str>) -> Self {
        let name = fresh_name("test");
        let template = template.map_or(String::new(), |name| format!(" TEMPLATE {name}"));
        on_postgres(&format!("CREATE DATABASE {name}{template}")).await;
        Self {
            folder: TempDir::new().expect("a folder"),
            name: Some(name),
            disk: None,
        }
    }

    /// Its address.
    pub fn url(&self) -> String {
        match &self.name {
            None => format!("sqlite:{}", self.file().display()),
            Some(name) => url_of(name),
        }
    }

    /// Its folder: nobody else's.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("movies-diary.db")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.disk.take();
        if let Some(name) = self.name.take() {
            // A test's own runtime may be gone by now.
            let dropped = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                runtime.block_on(on_postgres(&format!(
                    "DROP DATABASE IF EXISTS {name} WITH (FORCE)"
                )));
            });
            let _ = dropped.join();
        }
    }
}

async fn sqlite_template() -> &'static PathBuf {
    static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let folder = std::env::temp_dir().join(fresh_name("movies-diary-template"));
            let file = folder.join("template.db");
            let db = Db::open(&DatabaseUrl::Sqlite(file.clone()))
                .await
                .expect("it migrates");
            db.close().await.expect("it closes");
            file
        })
        .await
}

async fn postgres_template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = fresh_name("template");
            on_postgres(&format!("CREATE DATABASE {name}")).await;
            let db = Db::open(&parsed(&url_of(&name)))
                .await
                .expect("it migrates");
            db.close().await.expect("it closes");
            name
        })
        .await
}

async fn on_postgres(statement: &str) {
    let url = postgres().expect("this is for PostgreSQL");
    let db = Database::connect(url).await.expect("PostgreSQL answers");
    db.execute_unprepared(statement).await.expect(statement);
    db.close().await.expect("it closes");
}

fn url_of(name: &str) -> String {
    let mut url =
        url::Url::parse(&postgres().expect("this is for PostgreSQL")).expect("an address");
    url.set_path(name);
    url.to_string()
}

/// A database's address as the settings take it.
pub fn parsed(url: &str) -> DatabaseUrl {
    movies_diary::config::Config::from_values([("DATABASE_URL", url)])
        .expect("an address")
        .database_url
}

fn fresh_name(kind: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{kind}_{}_{count}", std::process::id())
}
