//! A database for each test: a copy of one that was migrated once.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use movies_diary::config::DatabaseUrl;
use movies_diary::db::Db;
use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::small_disk::SmallDisk;

/// `None` when the tests run on SQLite.
pub fn postgres_url() -> Option<String> {
    std::env::var("TEST_DATABASE_URL")
        .ok()
        .filter(|url| url.starts_with("postgres"))
}

/// A database that is deleted after the test.
pub struct TestDatabase {
    folder: TempDir,
    name: Option<String>,
    /// Mounted on the folder, so it must be dropped before the folder.
    disk: Option<SmallDisk>,
}

impl TestDatabase {
    pub async fn migrated() -> Self {
        match postgres_url() {
            None => {
                let new = Self::empty().await;
                std::fs::copy(sqlite_template().await, new.file()).expect("a copy");
                new
            }
            Some(_) => Self::create_on_postgres(Some(postgres_template().await)).await,
        }
    }

    /// A migrated SQLite database on a disk of its own; `None` where nothing can be mounted.
    pub async fn on_small_disk() -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let Some(disk) = SmallDisk::mount_at(folder.path()) else {
            let notice = "SKIPPED: a test on a full disk, because nothing can be mounted here";
            // Not `eprintln!`: the test harness shows its output only for failing tests.
            writeln!(std::io::stderr(), "{notice}").expect("stderr is open");
            return None;
        };
        let new = Self {
            folder,
            name: None,
            disk: Some(disk),
        };
        std::fs::copy(sqlite_template().await, new.file()).expect("a copy");
        Some(new)
    }

    pub fn disk(&self) -> &SmallDisk {
        self.disk.as_ref().expect("it has one")
    }

    pub async fn empty() -> Self {
        match postgres_url() {
            None => Self::empty_on_sqlite(),
            Some(_) => Self::create_on_postgres(None).await,
        }
    }

    /// An empty SQLite database, even when the tests run on PostgreSQL.
    pub fn empty_on_sqlite() -> Self {
        Self {
            folder: TempDir::new().expect("a folder"),
            name: None,
            disk: None,
        }
    }

    async fn create_on_postgres(template: Option<&str>) -> Self {
        let name = unique_name("test");
        let template = template.map_or(String::new(), |name| format!(" TEMPLATE {name}"));
        execute_on_postgres(&format!("CREATE DATABASE {name}{template}")).await;
        Self {
            folder: TempDir::new().expect("a folder"),
            name: Some(name),
            disk: None,
        }
    }

    pub fn url(&self) -> String {
        match &self.name {
            None => format!("sqlite:{}", self.file().display()),
            Some(name) => postgres_url_for(name),
        }
    }

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
            // The test's own runtime may have ended by now.
            let dropped = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                runtime.block_on(execute_on_postgres(&format!(
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
            let folder = std::env::temp_dir().join(unique_name("movies-diary-template"));
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
            let name = unique_name("template");
            execute_on_postgres(&format!("CREATE DATABASE {name}")).await;
            let db = Db::open(&parse_database_url(&postgres_url_for(&name)))
                .await
                .expect("it migrates");
            db.close().await.expect("it closes");
            name
        })
        .await
}

async fn execute_on_postgres(statement: &str) {
    let url = postgres_url().expect("this is for PostgreSQL");
    let db = Database::connect(url).await.expect("PostgreSQL answers");
    db.execute_unprepared(statement).await.expect(statement);
    db.close().await.expect("it closes");
}

fn postgres_url_for(name: &str) -> String {
    let mut url =
        url::Url::parse(&postgres_url().expect("this is for PostgreSQL")).expect("an address");
    url.set_path(name);
    url.to_string()
}

pub fn parse_database_url(url: &str) -> DatabaseUrl {
    movies_diary::config::Config::from_values([("DATABASE_URL", url)])
        .expect("an address")
        .database_url
}

fn unique_name(kind: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{kind}_{}_{count}", std::process::id())
}
