//! The file of the catalog: the starter in it, swapping it while it is used, and files that are
//! refused.

use std::fs;
use std::path::Path;

use movies_diary::catalog::CatalogQuery;
use movies_diary::catalog::local::{
    BuiltCatalog, CATALOG_FILE, LocalCatalog, STARTER_NUMBER, finding_key,
};
use movies_diary::text::{KEYS_VERSION, words_key};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use tempfile::TempDir;

use crate::support::catalogs::{build, catalog_of, film, starter};
use crate::support::process::{command, run_command};

async fn first_title(catalog: &LocalCatalog, typed: &str) -> Option<String> {
    let hits = catalog.search(&CatalogQuery::parse(typed), 8).await;
    hits.first().map(|hit| hit.film.title.clone())
}

async fn open(file: &Path) -> DatabaseConnection {
    let url = format!("sqlite:{}", file.display());
    Database::connect(url).await.expect("a database")
}

#[tokio::test]
async fn the_starter_is_of_this_release() {
    let catalog = starter().await;
    let info = catalog.info().await.expect("the starter is open");
    assert_eq!(info.origin.starter, Some(STARTER_NUMBER));
    assert!(info.films > 17_000, "{}", info.films);
    let folder = TempDir::new().expect("a folder");
    let file = movies_diary::catalog::local::unpack_starter(folder.path()).await;
    let file = file.expect("unpacked");
    let db = open(&file).await;
    let select = |sql: &str| Statement::from_string(DbBackend::Sqlite, sql);
    let folding = "SELECT value FROM about WHERE name = 'folding'";
    let folding = db
        .query_one_raw(select(folding))
        .await
        .expect("read")
        .expect("a row");
    let folding: String = folding.try_get_by_index(0).expect("text");
    assert_eq!(folding, KEYS_VERSION.to_string());
    // Every twentieth film is found by the keys that its title has now.
    let films = "SELECT rank, title FROM film WHERE rank % 20 = 1";
    for row in db.query_all_raw(select(films)).await.expect("read") {
        let (rank, title): (u32, String) = (
            row.try_get_by_index(0).expect("a rank"),
            row.try_get_by_index(1).expect("a title"),
        );
        for key in [words_key(&title), finding_key(&title)] {
            let sql = "SELECT 1 FROM name WHERE key = ? AND rank = ?";
            let values = [key.as_str().into(), rank.into()];
            let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
            let row = db.query_one_raw(statement).await.expect("read");
            assert!(
                row.is_some(),
                "{title} has the key {key}: run `just starter-catalog`"
            );
        }
    }
}

#[tokio::test]
async fn the_starter_is_unpacked_once_and_replaces_only_older_starters() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(CATALOG_FILE);
    let modified = || {
        fs::metadata(&path)
            .expect("it is there")
            .modified()
            .expect("a time")
    };
    let catalog = LocalCatalog::open_with_starter(folder.path()).await;
    assert_eq!(
        first_title(&catalog, "the godfather").await.as_deref(),
        Some("The Godfather")
    );
    let unpacked_at = modified();
    LocalCatalog::open_with_starter(folder.path()).await;
    assert_eq!(modified(), unpacked_at, "it was unpacked again");
    let older = open(&path).await;
    let age = "UPDATE about SET value = '0' WHERE name = 'starter'";
    older.execute_unprepared(age).await.expect("changed");
    older.close().await.expect("closed");
    LocalCatalog::open_with_starter(folder.path()).await;
    let info = LocalCatalog::open_in(folder.path()).await.info().await;
    let origin = info.expect("a catalog").origin;
    assert_eq!(
        origin.starter,
        Some(STARTER_NUMBER),
        "the older one is still there"
    );
    // Somebody's own catalog stays.
    let built = build(folder.path(), [film("Heat", 1995, "Michael Mann", "")]).await;
    catalog.install(built).await.expect("installed");
    let catalog = LocalCatalog::open_with_starter(folder.path()).await;
    assert_eq!(catalog.info().await.expect("a catalog").films, 1);
    // Unless this release cannot read it.
    let other = open(&path).await;
    let refold = "UPDATE about SET value = '0' WHERE name = 'folding'";
    other.execute_unprepared(refold).await.expect("changed");
    other.close().await.expect("closed");
    let catalog = LocalCatalog::open_with_starter(folder.path()).await;
    assert!(catalog.info().await.expect("the starter").films > 1);
    assert!(folder.path().join("catalog-outdated.sqlite").exists());
}

#[tokio::test]
async fn a_new_file_is_swapped_in_under_load() {
    let (catalog, folder) = catalog_of([film("Heat 0", 2000, "Ada", "")]).await;
    let search = async {
        for _ in 0..400 {
            let found = first_title(&catalog, "heat").await;
            assert!(found.is_some_and(|title| title.starts_with("Heat ")));
            tokio::task::yield_now().await;
        }
    };
    let swap = async {
        for number in 1..=12 {
            let title = format!("Heat {number}");
            let built = build(folder.path(), [film(&title, 2000, "Ada", "")]).await;
            catalog.install(built).await.expect("installed");
            assert_eq!(first_title(&catalog, "heat").await, Some(title));
        }
    };
    futures_util::join!(search, search_again(&catalog), swap);
    // Another process put a file there, as the command line does.
    let elsewhere = LocalCatalog::open_in(folder.path()).await;
    let built = build(folder.path(), [film("Heat again", 2000, "Ada", "")]).await;
    elsewhere.install(built).await.expect("installed");
    catalog.look_for_new_file().await;
    assert_eq!(
        first_title(&catalog, "heat").await.as_deref(),
        Some("Heat again")
    );
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

async fn search_again(catalog: &LocalCatalog) {
    for _ in 0..100 {
        assert!(first_title(catalog, "haet").await.is_some());
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_file_that_is_no_catalog_is_refused_and_the_old_one_stays() {
    let (catalog, folder) = catalog_of([film("Heat", 1995, "Michael Mann", "")]).await;
    let many = (0..400i16).map(|number| film(&format!("Film {number}"), 1900, "Ada", ""));
    let good = build(folder.path(), many).await;
    let good = fs::read(good.path()).expect("read");
    let foreign = folder.path().join("foreign.sqlite");
    let db = Database::connect(format!("sqlite:{}?mode=rwc", foreign.display())).await;
    let db = db.expect("a database");
    db.execute_unprepared("CREATE TABLE film (rank INTEGER)")
        .await
        .expect("created");
    db.close().await.expect("closed");
    let file = folder.path().join("broken");
    let mut damaged = good.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 4096].fill(0x5a);
    for (content, message) in [
        (Vec::new(), "not a catalog"),
        (
            b"no database at all, but a text of some length".repeat(200),
            "not a catalog",
        ),
        (fs::read(&foreign).expect("read"), "not a catalog"),
        (good[..good.len() / 2].to_vec(), "damaged"),
        (damaged, "damaged"),
    ] {
        fs::write(&file, content).expect("written");
        let refused = BuiltCatalog::copy_of(&file, folder.path()).await;
        let refused = refused.expect_err(message).to_string();
        assert!(refused.contains(message), "{message}: {refused}");
        assert_eq!(first_title(&catalog, "heat").await.as_deref(), Some("Heat"));
    }
    // One that somebody copies over it while the server runs is not used either.
    let path = folder.path().join(CATALOG_FILE);
    fs::rename(&file, &path).expect("moved");
    catalog.look_for_new_file().await;
    assert_eq!(first_title(&catalog, "heat").await.as_deref(), Some("Heat"));
}

#[tokio::test]
async fn the_command_line_builds_a_catalog_and_says_what_is_in_it() {
    let folder = TempDir::new().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut command = command(folder.path(), &[]);
        command.args(arguments);
        run_command(command, "")
    };
    let status = run(&["catalog", "status"]);
    assert!(
        status.stdout.contains("no local catalog"),
        "{}",
        status.stdout
    );
    let list = r#"{"about": "a list", "films": [
        {"title": "Heat", "year": 1995, "directors": ["Michael Mann"], "imdb": "tt0113277", "minutes": 170},
        {"title": "Alien", "year": 1979, "other_titles": ["Obcy"], "key": "unknown fields are fine"},
        {"title": "Heat", "year": 1995, "imdb": "tt0113277"}
    ]}"#;
    fs::write(folder.path().join("films.json"), list).expect("written");
    let built = run(&["catalog", "build", "--file", "films.json"]);
    assert!(built.success, "{}", built.stderr);
    let status = run(&["catalog", "status"]);
    assert!(status.stdout.contains("2 films"), "{}", status.stdout);
    let data = folder.path().join("data");
    let catalog = LocalCatalog::open_in(&data).await;
    assert_eq!(
        first_title(&catalog, "obcy").await.as_deref(),
        Some("Alien")
    );
    // A catalog that was built elsewhere.
    fs::copy(
        data.join(CATALOG_FILE),
        folder.path().join("elsewhere.sqlite"),
    )
    .expect("copied");
    let copied = run(&["catalog", "build", "--file", "elsewhere.sqlite"]);
    assert!(copied.stdout.contains("2 films"), "{}", copied.stderr);
    for (content, message) in [
        ("{\"films\": [{}]}", "no list of films"),
        ("[]", "no films"),
    ] {
        fs::write(folder.path().join("films.json"), content).expect("written");
        let refused = run(&["catalog", "build", "--file", "films.json"]);
        assert!(
            !refused.success && refused.stderr.contains(message),
            "{}",
            refused.stderr
        );
    }
    let gone = run(&["catalog", "build", "--file", "gone.json"]);
    assert!(
        gone.stderr.contains("gone.json cannot be read"),
        "{}",
        gone.stderr
    );
    assert_eq!(
        fs::read_dir(&data).expect("a folder").count(),
        1,
        "files are left over"
    );
}
