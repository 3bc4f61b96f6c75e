//! Several statements at once.

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, StatementBuilder, Values,
};

/// Statements of which nothing is wanted back, to be run one after the other. SQLite takes all
/// of them at once: it runs on a thread of its own, and going there and back costs more than
/// what a small statement does.
#[derive(Debug)]
pub struct Batch {
    backend: DbBackend,
    statements: Vec<Statement>,
}

impl Batch {
    /// Of nothing yet.
    pub fn of(tx: &DatabaseTransaction) -> Self {
        Self {
            backend: tx.get_database_backend(),
            statements: Vec::new(),
        }
    }

    /// Adds a statement after those that are there.
    pub fn add(&mut self, statement: &impl StatementBuilder) {
        self.statements.push(statement.build(&self.backend));
    }

    /// Runs them.
    pub async fn run(self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        let statements = match self.backend {
            DbBackend::Sqlite if !self.statements.is_empty() => vec![together(self.statements)],
            _ => self.statements,
        };
        for statement in statements {
            tx.execute_raw(statement).await?;
        }
        Ok(())
    }
}

/// One text, whose parts take their values in turn.
fn together(statements: Vec<Statement>) -> Statement {
    let texts: Vec<&str> = statements
        .iter()
        .map(|statement| statement.sql.as_str())
        .collect();
    let text = texts.join(";\n");
    let values = statements
        .into_iter()
        .filter_map(|statement| statement.values)
        .flat_map(|Values(values)| values);
    Statement::from_sql_and_values(DbBackend::Sqlite, text, values)
}
