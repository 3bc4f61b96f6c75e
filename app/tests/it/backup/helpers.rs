//! Makes and restores backups with the command line, and compares databases.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use crate::support::databases::TestDatabase;
use crate::support::process::{CommandOutput, command, run_command};

/// Posters are always in the folder `posters` beside the database.
fn settings(database: &TestDatabase) -> Vec<(&'static str, String)> {
    let folder = database.folder().join("posters");
    vec![
        ("DATABASE_URL", database.url()),
        ("POSTER_STORE", folder.display().to_string()),
    ]
}

pub fn backup_command(
    database: &TestDatabase,
    file: &Path,
    more: &[&str],
) -> std::process::Command {
    let settings = settings(database);
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, it)| (*name, it.as_str()))
        .collect();
    let mut command = command(database.folder(), &settings);
    command.arg("backup").arg(file).args(more);
    command
}

/// Makes a backup that has to succeed.
pub fn back_up(database: &TestDatabase, name: &str) -> PathBuf {
    let file = database.folder().join(name);
    let output = run_command(backup_command(database, &file, &[]), "");
    assert!(output.success, "{}", output.stderr);
    assert!(output.stdout.contains("read it back without errors"));
    file
}

pub fn try_to_restore(database: &TestDatabase, file: &Path) -> CommandOutput {
    run_with(database, &["restore", &file.display().to_string()])
}

pub fn restore(database: &TestDatabase, file: &Path) -> CommandOutput {
    let output = try_to_restore(database, file);
    assert!(output.success, "{}", output.stderr);
    output
}

/// Runs another command on the database.
pub fn run_with(database: &TestDatabase, arguments: &[&str]) -> CommandOutput {
    let settings = settings(database);
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, it)| (*name, it.as_str()))
        .collect();
    let mut command = command(database.folder(), &settings);
    command.args(arguments);
    run_command(command, "")
}

pub async fn connect(database: &TestDatabase) -> DatabaseConnection {
    Database::connect(database.url())
        .await
        .expect("a connection")
}

/// Each row of each table as the database prints it, sorted. Read without the code of the program.
pub async fn all_rows(database: &TestDatabase) -> BTreeMap<String, Vec<String>> {
    let db = connect(database).await;
    let backend = db.get_database_backend();
    let columns = match backend {
        DbBackend::Postgres => {
            "SELECT table_name::text, string_agg('quote_nullable(' || quote_ident(column_name) || ')',
                 ' || '','' || ' ORDER BY ordinal_position)
             FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1"
        }
        _ => {
            "SELECT t.name, group_concat('quote(\"' || c.name || '\")', ' || '','' || ')
             FROM pragma_table_list t JOIN pragma_table_info(t.name) c
             WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'
             GROUP BY 1"
        }
    };
    let mut rows = BTreeMap::new();
    for table in db
        .query_all_raw(Statement::from_string(backend, columns))
        .await
        .expect("tables")
    {
        let name: String = table.try_get_by_index(0).expect("a name");
        let columns: String = table.try_get_by_index(1).expect("columns");
        // When a migration was applied, the indexes that the server builds, and the backups that were
        // made of this database.
        let others = [
            "seaql_migrations",
            "movie_search",
            "review_search",
            "backup_run",
        ];
        if others.contains(&name.as_str()) {
            continue;
        }
        let select = format!("SELECT {columns} FROM \"{name}\" ORDER BY 1");
        let found = db
            .query_all_raw(Statement::from_string(backend, select))
            .await;
        let found = found.expect("rows");
        let texts = found
            .iter()
            .map(|row| row.try_get_by_index::<String>(0).expect("a text"));
        rows.insert(name, texts.collect());
    }
    assert!(rows.len() > 20, "{:?}", rows.keys());
    db.close().await.expect("it closes");
    rows
}

/// Compares table by table, so that a failure shows the rows that differ.
pub fn assert_same_rows(
    before: &BTreeMap<String, Vec<String>>,
    after: &BTreeMap<String, Vec<String>>,
) {
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    for (table, rows) in before {
        let missing: Vec<_> = rows
            .iter()
            .filter(|row| !after[table].contains(row))
            .collect();
        assert!(missing.is_empty(), "{table} lacks {missing:?}");
        assert_eq!(rows.len(), after[table].len(), "{table}");
    }
}
