//! Many ids in one value: a row for each would cost ten times as much.

use sea_orm::sea_query::{Expr, ExprTrait, Func, IntoColumnRef, SimpleExpr};

/// Aggregates the ids in `column` to one text, which [`split_ids`] reads. `NULL` without rows.
pub fn joined_ids(column: impl IntoColumnRef) -> SimpleExpr {
    let text = Expr::col(column).cast_as("text");
    Func::cust("string_agg")
        .arg(text)
        .arg(Expr::cust("','"))
        .into()
}

pub fn split_ids(joined: &str) -> impl Iterator<Item = i64> {
    joined.split(',').filter_map(|id| id.parse().ok())
}
