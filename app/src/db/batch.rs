//! Runs several statements in one round trip to SQLite's thread.

use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QueryResult, Statement,
    StatementBuilder, Values,
};

/// Statements without results, run in order. SQLite runs them as one: its connection has a thread
/// of its own, and the hand-over costs more than a small statement.
#[derive(Debug)]
pub struct Batch {
    backend: DbBackend,
    statements: Vec<Statement>,
}

impl Batch {
    pub fn new(tx: &DatabaseTransaction) -> Self {
        Self {
            backend: tx.get_database_backend(),
            statements: Vec::new(),
        }
    }

    pub fn add(&mut self, statement: &impl StatementBuilder) {
        self.push(statement.build(&self.backend));
    }

    /// Adds a built statement, which must be for this batch's [`backend`](Self::backend).
    pub fn push(&mut self, statement: Statement) {
        self.statements.push(statement);
    }

    pub fn backend(&self) -> DbBackend {
        self.backend
    }

    pub async fn run(self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        let statements = match self.backend {
            DbBackend::Sqlite if !self.statements.is_empty() => {
                vec![join_statements(self.statements)]
            }
            _ => self.statements,
        };
        for statement in statements {
            tx.execute_raw(statement).await?;
        }
        Ok(())
    }
}

/// Column that tells which select a row comes from.
const SELECT_INDEX: &str = "nth";

/// Runs the selects in order and returns the first row of each. On SQLite they run as one
/// statement, for the same reason as in [`Batch`].
pub async fn first_row_of_each<const N: usize>(
    tx: &DatabaseTransaction,
    selects: [SelectStatement; N],
) -> Result<[Option<QueryResult>; N], DbErr> {
    let mut firsts = std::array::from_fn(|_| None);
    if tx.get_database_backend() != DbBackend::Sqlite {
        for (first, select) in firsts.iter_mut().zip(&selects) {
            *first = tx.query_one(select).await?;
        }
        return Ok(firsts);
    }
    let numbered = selects.into_iter().zip(0_i64..).map(|(mut select, nth)| {
        let one = select.expr_as(Expr::val(nth), SELECT_INDEX).limit(1);
        StatementBuilder::build(one, &DbBackend::Sqlite)
    });
    for row in tx
        .query_all_raw(join_statements(numbered.collect()))
        .await?
    {
        let nth: i64 = row.try_get("", SELECT_INDEX)?;
        let first = usize::try_from(nth)
            .ok()
            .and_then(|nth| firsts.get_mut(nth));
        if let Some(first) = first {
            *first = Some(row);
        }
    }
    Ok(firsts)
}

/// Joins statements into one, with their values in order.
fn join_statements(statements: Vec<Statement>) -> Statement {
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
