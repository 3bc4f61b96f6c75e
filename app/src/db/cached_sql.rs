//! Caches the SQL text of statements that run often.

use std::sync::OnceLock;

use sea_orm::{DbBackend, Statement, StatementBuilder, Value};

/// The SQL text of a statement, built once per backend: building it can take as long as running a
/// small statement.
#[derive(Debug, Default)]
pub struct CachedSql {
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl CachedSql {
    pub const fn new() -> Self {
        Self {
            sqlite: OnceLock::new(),
            postgres: OnceLock::new(),
        }
    }

    /// The statement that `build` makes, from the cached text and `values`, which must be the
    /// statement's values in order. Debug builds check that they are.
    pub fn bind<S: StatementBuilder>(
        &self,
        backend: DbBackend,
        values: impl IntoIterator<Item = Value>,
        build: impl Fn() -> S,
    ) -> Statement {
        let text = match backend {
            DbBackend::Postgres => &self.postgres,
            _ => &self.sqlite,
        };
        let text = text.get_or_init(|| build().build(&backend).sql);
        let statement = Statement::from_sql_and_values(backend, text, values);
        debug_assert_eq!(statement, build().build(&backend));
        statement
    }
}
