//! The migrated schema matches the entities, and the lists of vendored files and of settings are
//! complete.

use std::collections::{BTreeMap, BTreeSet};

use movies_diary::db::Db;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Schema, Statement};
use sha2::{Digest, Sha256};

use crate::api_docs::decompress;
use crate::support::App;
use crate::support::databases::{TestDatabase, parse_database_url};

/// Name, type and whether it is required, of each column of each table.
type SchemaColumns = BTreeMap<String, BTreeSet<(String, String, bool)>>;

#[tokio::test]
async fn migrations_and_entities_agree() {
    let migrated = TestDatabase::migrated().await;
    let described = TestDatabase::empty().await;
    let migrated = connect(&migrated.url()).await;
    let described = connect(&format!(
        "{}{}",
        described.url(),
        create_mode_suffix(&described)
    ))
    .await;
    let schema = Schema::new(described.get_database_backend());
    macro_rules! create {
        ($($table:ident)*) => { $(
            let statement = schema.create_table_from_entity(entity::$table::Entity);
            described.execute(&statement).await.expect(stringify!($table));
        )* };
    }
    create! {
        site member retired_username session one_time_link movie person genre movie_director
        movie_genre review review_tag idempotency_key movie_facts movie_merge
        movie_merge_review movie_alias poster movie_poster poster_secret movie_correction
        movie_tally month_tally member_tally revision secret_address api_token backup_run
        familiar_address goal watchlist watchlist_entry movie_merge_watchlist_entry
        list list_key list_address list_entry list_member movie_merge_list_entry
        import import_upload import_list import_film import_row import_outcome import_warning
        export
    }
    let mut by_migrations = schema_columns(&migrated).await;
    by_migrations.remove("seaql_migrations");
    // No entity describes the full-text tables.
    by_migrations.retain(|table, _| {
        !table.starts_with("movie_search") && !table.starts_with("review_search")
    });
    assert_eq!(by_migrations, schema_columns(&described).await);
    if migrated.get_database_backend() == DbBackend::Sqlite {
        // Both databases have the same migrations, but only SQLite reports constraints in one form.
        assert_eq!(constraints(&migrated).await, constraints(&described).await);
    }
}

/// Unique columns, and foreign keys with their `ON DELETE` action.
async fn constraints(db: &DatabaseConnection) -> BTreeSet<String> {
    let unique = "SELECT m.name || ' unique ' || group_concat(c.name) AS bond \
         FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c \
         WHERE m.type = 'table' AND i.\"unique\" = 1 AND m.name <> 'seaql_migrations' \
         AND m.name NOT LIKE 'movie_search%' AND m.name NOT LIKE 'review_search%' \
         GROUP BY m.name, i.name";
    let foreign = "SELECT m.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" \
         || ' ' || f.on_delete AS bond \
         FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
    let mut bonds = BTreeSet::new();
    for query in [unique, foreign] {
        let found = db
            .query_all_raw(Statement::from_string(DbBackend::Sqlite, query))
            .await;
        let found = found.expect("bonds");
        assert!(found.len() > 5);
        bonds.extend(
            found
                .iter()
                .map(|row| row.try_get::<String>("", "bond").expect("a text")),
        );
    }
    bonds
}

fn create_mode_suffix(database: &TestDatabase) -> &'static str {
    if database.url().starts_with("sqlite") {
        "?mode=rwc"
    } else {
        ""
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    Database::connect(url).await.expect("a connection")
}

async fn schema_columns(db: &DatabaseConnection) -> SchemaColumns {
    let columns = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT m.name AS tab, c.name AS col, lower(c.type) AS kind, \
             CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 1 ELSE 0 END AS needed \
             FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        }
        _ => {
            "SELECT table_name::text AS tab, column_name::text AS col, \
             data_type || coalesce(character_maximum_length::text, '') AS kind, \
             CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END AS needed \
             FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    let statement = Statement::from_string(db.get_database_backend(), columns);
    let mut shape = SchemaColumns::new();
    for row in db.query_all_raw(statement).await.expect("columns") {
        let text = |name| row.try_get::<String>("", name).expect("a text");
        let needed: i32 = row.try_get("", "needed").expect("a number");
        shape
            .entry(text("tab"))
            .or_default()
            .insert((text("col"), text("kind"), needed == 1));
    }
    shape
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let database = TestDatabase::migrated().await;
    let db = connect(&database.url()).await;
    db.execute_unprepared(
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_later', 0)",
    )
    .await
    .expect("a row");
    db.close().await.expect("it closes");
    let refused = Db::open(&parse_database_url(&database.url()))
        .await
        .expect_err("it is newer");
    let message = refused.to_string();
    assert!(message.contains("newer version"), "{message}");
    assert!(message.contains("m29990101_000001_later"), "{message}");
}

/// Data of the first release survives all later migrations.
#[tokio::test]
async fn a_diary_of_the_first_release_is_migrated() {
    use migration::{Migrator, MigratorTrait};
    let database = TestDatabase::empty().await;
    let db = connect(&format!(
        "{}{}",
        database.url(),
        create_mode_suffix(&database)
    ))
    .await;
    Migrator::up(&db, Some(1)).await.expect("the first step");
    let diary = include_str!("fixtures/first_release.sql");
    db.execute_unprepared(diary).await.expect("the diary");
    db.close().await.expect("it closes");

    let app = App::start_on(database, &[]).await;
    assert_eq!(app.state.db.find_problem().await, None);
    let visitor = app.visitor();
    let feed = visitor.get("/").await;
    assert_eq!(feed.titles(), ["12 Angry Men"]);
    assert_eq!(feed.texts(".tags li"), ["Courtroom", "one room"]);
    assert_eq!(feed.attributes(".stars", "aria-label"), ["4.5 of 5 stars"]);
    assert_eq!(
        feed.attributes(".byline .quiet time", "datetime"),
        ["2026-11-30"]
    );
    let exact = feed.attributes(".logged time", "title");
    assert!(exact[0].ends_with("WET"), "{exact:?}");
    let movie = visitor.get("/movies/1").await;
    assert!(movie.texts("main")[0].contains("Directed by Sidney Lumet"));
    assert!(movie.body.contains("tt0050083"));
    let somebody = app.member("somebody").await;
    let found = somebody.htmx().get("/movies/suggest?q=men+lumet").await;
    assert_eq!(found.texts("[role=option] .title"), ["12 Angry Men"]);
    assert_eq!(somebody.get("/movies/1").await.titles().len(), 2);
}

/// Instances that start at once on an empty database take turns.
#[tokio::test]
async fn four_instances_started_at_once_migrate_once() {
    let database = TestDatabase::empty().await;
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let url = parse_database_url(&database.url());
            tokio::spawn(async move { Db::open(&url).await })
        })
        .collect();
    for start in starts {
        let db = start.await.expect("no panic").expect("it opens");
        assert_eq!(db.find_problem().await, None);
        db.close().await.expect("it closes");
    }
}

#[tokio::test]
async fn migrations_can_be_reverted() {
    use migration::{Migrator, MigratorTrait};
    let database = TestDatabase::migrated().await;
    let db = connect(&database.url()).await;
    Migrator::down(&db, None).await.expect("down");
    assert!(
        schema_columns(&db)
            .await
            .keys()
            .all(|table| table == "seaql_migrations")
    );
    Migrator::up(&db, None).await.expect("up again");
}

#[test]
fn vendored_files_match_their_list() {
    let public = concat!(env!("CARGO_MANIFEST_DIR"), "/../public");
    let list = std::fs::read_to_string(format!("{public}/VENDORED.md")).expect("the list");
    let rows: Vec<_> = list
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(rows.len(), 2);
    for row in rows {
        let quoted: Vec<_> = row.split('`').skip(1).step_by(2).collect();
        let mut content = std::fs::read(format!("{public}/{}", quoted[0])).expect("the file");
        if quoted[0].ends_with(".gz") {
            content = decompress(&content);
        }
        let sum = Sha256::digest(content);
        let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(quoted.last(), Some(&sum.as_str()), "{}", quoted[0]);
    }
}

#[test]
fn the_readme_lists_every_setting() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let readme = std::fs::read_to_string(format!("{root}/README.md")).expect("a README");
    let table: Vec<_> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert_eq!(table, movies_diary::config::SETTING_NAMES);
}
