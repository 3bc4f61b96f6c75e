//! Reads and writes whole tables without knowing their entities: backups may come from an older
//! schema, and from the other database.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Alias, Expr, Query, SelectStatement, SimpleExpr};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::column_kind::ColumnKind;
use super::migrate::created_tables;

/// The migrations that were applied, the search indexes, which the program fills from the other
/// tables, and the backups that were made of this database.
const INTERNAL_TABLES: [&str; 4] = [
    "seaql_migrations",
    "movie_search",
    "review_search",
    "backup_run",
];

/// The most values in one statement: SQLite allows 32,766 and PostgreSQL 65,535.
const MAX_VALUES: usize = 30_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
}

/// A value in a backup that does not fit its column.
#[derive(Debug, thiserror::Error)]
#[error("{table}.{column} is not a {kind:?}: {value}")]
pub struct InvalidValue {
    table: String,
    column: String,
    kind: ColumnKind,
    value: Json,
}

/// The tables that the first `migrations` create, each after those that its foreign keys refer to.
/// Tables that other programs keep in the same database are not among them.
pub async fn tables_in_order(
    db: &impl ConnectionTrait,
    migrations: usize,
) -> Result<Vec<Table>, DbErr> {
    let mut waiting = read_tables(db, &created_tables(migrations).await?).await?;
    let references = read_references(db).await?;
    let mut ordered: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let is_waiting = |name: &str| waiting.iter().any(|table| table.name == name);
        let is_ready = |table: &Table| {
            let others = references.iter().filter(|(from, _)| *from == table.name);
            !others
                .filter(|(from, to)| from != to)
                .any(|(_, to)| is_waiting(to))
        };
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.iter().cloned().partition(is_ready);
        if ready.is_empty() {
            let names: Vec<_> = rest.into_iter().map(|table| table.name).collect();
            let names = names.join(", ");
            return Err(DbErr::Custom(format!(
                "the foreign keys of {names} go in a circle"
            )));
        }
        waiting = rest;
        ordered.extend(ready);
    }
    Ok(ordered)
}

async fn read_tables(
    db: &impl ConnectionTrait,
    names: &BTreeSet<String>,
) -> Result<Vec<Table>, DbErr> {
    // The full-text index has tables of its own, which SQLite calls shadows.
    let columns = match db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text
             FROM information_schema.columns c
             JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
             ORDER BY c.table_name, c.ordinal_position"
        }
        _ => {
            "SELECT t.name, c.name, c.type
             FROM pragma_table_list t JOIN pragma_table_info(t.name) c
             WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'
             ORDER BY t.name, c.cid"
        }
    };
    let mut tables: Vec<Table> = Vec::new();
    for row in query(db, columns).await? {
        let table: String = row.try_get_by_index(0)?;
        if INTERNAL_TABLES.contains(&table.as_str()) || !names.contains(&table) {
            continue;
        }
        let (name, declared): (String, String) =
            (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let kind = ColumnKind::of_declared(&declared).ok_or_else(|| {
            DbErr::Custom(format!("{table}.{name} has an unknown type: {declared}"))
        })?;
        let column = Column { name, kind };
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push(column),
            None => tables.push(Table {
                name: table,
                columns: vec![column],
            }),
        }
    }
    Ok(tables)
}

/// Each foreign key as the table that has it and the table that it refers to.
async fn read_references(db: &impl ConnectionTrait) -> Result<BTreeSet<(String, String)>, DbErr> {
    let references = match db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT own.relname::text, other.relname::text FROM pg_constraint c
             JOIN pg_class own ON own.oid = c.conrelid
             JOIN pg_class other ON other.oid = c.confrelid
             WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace"
        }
        _ => {
            "SELECT t.name, k.\"table\"
             FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) k
             WHERE t.schema = 'main'"
        }
    };
    let rows = query(db, references).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}

/// The highest id that each of `tables` has given out. It may belong to a deleted row.
pub async fn read_id_counters(
    db: &impl ConnectionTrait,
    tables: &[Table],
) -> Result<BTreeMap<String, i64>, DbErr> {
    let counters = match db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT own.relname::text, s.last_value FROM pg_sequences s
             JOIN pg_class c ON c.relname = s.sequencename
                            AND c.relnamespace = s.schemaname::regnamespace
             JOIN pg_depend d ON d.objid = c.oid AND d.deptype IN ('a', 'i')
             JOIN pg_class own ON own.oid = d.refobjid
             WHERE s.schemaname = current_schema() AND s.last_value IS NOT NULL"
        }
        _ => "SELECT name, seq FROM sqlite_sequence",
    };
    let mut last_ids = BTreeMap::new();
    for row in query(db, counters).await? {
        let name: String = row.try_get_by_index(0)?;
        if tables.iter().any(|table| table.name == name) {
            last_ids.insert(name, row.try_get_by_index(1)?);
        }
    }
    Ok(last_ids)
}

/// Continues the ids of `table` after `last`.
pub async fn set_id_counter(
    db: &impl ConnectionTrait,
    table: &str,
    last: i64,
) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let values = || [Value::from(table), Value::from(last)];
    if backend == DbBackend::Postgres {
        let set = "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)";
        db.query_one_raw(Statement::from_sql_and_values(backend, set, values()))
            .await?;
        return Ok(());
    }
    let delete = "DELETE FROM sqlite_sequence WHERE name = ?";
    let delete = Statement::from_sql_and_values(backend, delete, [Value::from(table)]);
    db.execute_raw(delete).await?;
    let insert = "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)";
    db.execute_raw(Statement::from_sql_and_values(backend, insert, values()))
        .await?;
    Ok(())
}

async fn query(db: &impl ConnectionTrait, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(statement).await
}

impl Table {
    /// Every row, with the types that [`read_row`](Self::read_row) expects.
    pub fn select(&self) -> SelectStatement {
        let mut select = Query::select();
        select.from(Alias::new(&self.name));
        for column in &self.columns {
            select.expr(column.kind.widen(Expr::col(Alias::new(&column.name))));
        }
        select
    }

    /// A row as JSON values, in the order of the columns.
    pub fn read_row(&self, row: &QueryResult) -> Result<Vec<Json>, DbErr> {
        let columns = self.columns.iter().enumerate();
        columns
            .map(|(index, column)| column.kind.read(row, index))
            .collect()
    }

    /// Parses a row that [`read_row`](Self::read_row) has made.
    pub fn parse_row(&self, row: Vec<Json>) -> Result<Vec<Value>, InvalidValue> {
        let mut values = row.into_iter();
        let parsed = self.columns.iter().map(|column| {
            let value = values.next().unwrap_or(Json::String("missing".to_owned()));
            column.kind.parse(&value).ok_or_else(|| InvalidValue {
                table: self.name.clone(),
                column: column.name.clone(),
                kind: column.kind,
                value,
            })
        });
        parsed.collect()
    }

    pub async fn insert(
        &self,
        db: &impl ConnectionTrait,
        rows: Vec<Vec<Value>>,
    ) -> Result<(), DbErr> {
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut insert = Query::insert();
            insert
                .into_table(Alias::new(&self.name))
                .columns(self.columns.iter().map(|column| Alias::new(&column.name)));
            for row in rows.by_ref().take(MAX_VALUES / self.columns.len().max(1)) {
                insert.values_panic(row.into_iter().map(SimpleExpr::from));
            }
            db.execute(&insert).await?;
        }
        Ok(())
    }
}
