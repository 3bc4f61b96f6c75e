//! Queries that stand in one statement.

use sea_orm::sea_query::{SelectStatement, UnionType};

/// The rows of all queries together. `None` without a query. A part of a `UNION` cannot have its own
/// `ORDER BY`: wrap one that has it in a subquery.
pub fn union_all(queries: impl Iterator<Item = SelectStatement>) -> Option<SelectStatement> {
    queries.reduce(|mut all, other| all.union(UnionType::All, other).take())
}
