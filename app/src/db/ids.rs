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
    let last = last_of_sqlite(tx, table).await?;
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

/// How often to try again if others take ids from among those that are being reserved.
const RANGE_TRIES: usize = 10;

/// Reserves ids of `table` that follow each other, for rows that are inserted in later transactions.
/// Returns the first of them.
pub async fn reserve_id_range(
    tx: &DatabaseTransaction,
    table: &str,
    count: usize,
) -> Result<i64, DbErr> {
    let count = Ord::max(i64::try_from(count).unwrap_or(i64::MAX), 1);
    for _ in 0..RANGE_TRIES {
        let (first, last) = take_ids(tx, table, count).await?;
        if last - first + 1 == count {
            return Ok(first);
        }
    }
    Err(DbErr::Custom(format!(
        "no ids of {table} could be reserved"
    )))
}

/// Takes unused ids, and returns the first and the last of them. Somebody else may have taken others
/// in between.
async fn take_ids(tx: &DatabaseTransaction, table: &str, count: i64) -> Result<(i64, i64), DbErr> {
    let backend = tx.get_database_backend();
    if backend == DbBackend::Postgres {
        let take = "SELECT min(id), max(id) FROM (SELECT nextval(pg_get_serial_sequence($1, 'id')) \
            AS id FROM generate_series(1, $2)) AS taken";
        let values = [table.into(), count.into()];
        let taken = Statement::from_sql_and_values(backend, take, values);
        let taken = tx.query_one_raw(taken).await?;
        let taken = taken.ok_or_else(|| DbErr::RecordNotFound("ids".to_owned()))?;
        return Ok((taken.try_get_by_index(0)?, taken.try_get_by_index(1)?));
    }
    let last = last_of_sqlite(tx, table).await?;
    keep_from_others(tx, table, last + count).await?;
    Ok((last + 1, last + count))
}

/// SQLite only remembers the highest id that was inserted.
async fn keep_from_others(tx: &DatabaseTransaction, table: &str, last: i64) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    let update = "UPDATE sqlite_sequence SET seq = ? WHERE name = ?";
    let values = [last.into(), table.into()];
    let updated = tx
        .execute_raw(Statement::from_sql_and_values(backend, update, values))
        .await?;
    if updated.rows_affected() == 0 {
        let insert = "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)";
        let values = [table.into(), last.into()];
        tx.execute_raw(Statement::from_sql_and_values(backend, insert, values))
            .await?;
    }
    Ok(())
}

/// The highest id that a table of SQLite ever had.
async fn last_of_sqlite(tx: &DatabaseTransaction, table: &str) -> Result<i64, DbErr> {
    let last = "SELECT seq FROM sqlite_sequence WHERE name = ?";
    let last = Statement::from_sql_and_values(tx.get_database_backend(), last, [table.into()]);
    let row = tx.query_one_raw(last).await?;
    let last = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(last.unwrap_or(0))
}
