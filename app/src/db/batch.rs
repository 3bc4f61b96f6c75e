//! Several statements at once.

use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QueryResult, Statement,
    StatementBuilder, Values,
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
        self.push(statement.build(&self.backend));
    }

    /// Adds one that is put together already, for the [database](Self::backend) of this batch.
    pub fn push(&mut self, statement: Statement) {
        self.statements.push(statement);
    }

    /// Which database it is for.
    pub fn backend(&self) -> DbBackend {
        self.backend
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

/// Which of several selects a row is of.
const NTH: &str = "nth";

/// The first row that each of these finds, one after the other; for the same reason, SQLite is
/// asked all of them at once.
pub async fn first_of_each<const N: usize>(
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
        let one = select.expr_as(Expr::val(nth), NTH).limit(1);
        StatementBuilder::build(one, &DbBackend::Sqlite)
    });
    for row in tx.query_all_raw(together(numbered.collect())).await? {
        let nth: i64 = row.try_get("", NTH)?;
        let first = usize::try_from(nth)
            .ok()
            .and_then(|nth| firsts.get_mut(nth));
        if let Some(first) = first {
            *first = Some(row);
        }
    }
    Ok(firsts)
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
