//! Statements that are asked over and over.

use std::sync::OnceLock;

use sea_orm::{DbBackend, Statement, StatementBuilder, Value};

/// The text of a statement, put together once: for a small statement that takes as long as
/// all that the database does.
#[derive(Debug, Default)]
pub struct Text {
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl Text {
    /// Of nothing yet.
    pub const fn new() -> Self {
        Self {
            sqlite: OnceLock::new(),
            postgres: OnceLock::new(),
        }
    }

    /// The statement that `whole` makes, from the text that is there and `values`, which must
    /// be those of the whole in their order. That they are is looked at in every build but a
    /// release.
    pub fn with<S: StatementBuilder>(
        &self,
        backend: DbBackend,
        values: impl IntoIterator<Item = Value>,
        whole: impl Fn() -> S,
    ) -> Statement {
        let text = match backend {
            DbBackend::Postgres => &self.postgres,
            _ => &self.sqlite,
        };
        let text = text.get_or_init(|| whole().build(&backend).sql);
        let statement = Statement::from_sql_and_values(backend, text, values);
        debug_assert_eq!(statement, whole().build(&backend));
        statement
    }
}
