//! Ids for rows that are inserted together with rows that refer to them.

use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};

/// Reserves `count` ids of `table`, for a bulk insert whose other rows refer to them.
pub async fn reserve_ids(
    tx: &DatabaseTransaction,
    table: &str,
    count: usize,
) -> Result<Vec<i64>, DbErr> {
    let backend = tx.get_database_backend();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if backend == DbBackend::Postgres {
        let take = "SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2)";
        let values = [table.into(), count.into()];
        let rows = tx
            .query_all_raw(Statement::from_sql_and_values(backend, take, values))
            .await?;
        return rows.iter().map(|row| row.try_get_by_index(0)).collect();
    }
    // SQLite has a single writer, and inserting a row with an explicit id advances the sequence.
    let last = "SELECT seq FROM sqlite_sequence WHERE name = ?";
    let row = tx
        .query_one_raw(Statement::from_sql_and_values(
            backend,
            last,
            [table.into()],
        ))
        .await?;
    let last: i64 = row
        .map(|row| row.try_get_by_index(0))
        .transpose()?
        .unwrap_or(0);
    Ok((last + 1..=last + count).collect())
}

/// A query for an unused `id` of `table`, for a row that is inserted in one batch with rows that
/// refer to it.
pub fn next_id_query(tx: &DatabaseTransaction, table: &str) -> SelectStatement {
    let next: SimpleExpr = match tx.get_database_backend() {
        DbBackend::Postgres => {
            let sequence = Func::cust("pg_get_serial_sequence").args([table, "id"].map(Expr::val));
            Func::cust("nextval").arg(sequence).into()
        }
        _ => {
            let last = Query::select()
                .column("seq")
                .from("sqlite_sequence")
                .and_where(Expr::col("name").eq(table))
                .take();
            let last = SimpleExpr::SubQuery(None, Box::new(last.into()));
            Func::coalesce([last, Expr::val(0)]).add(1)
        }
    };
    Query::select().expr_as(next, "id").take()
}
