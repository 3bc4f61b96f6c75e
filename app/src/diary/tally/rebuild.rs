//! Recounting the tallies from the reviews. The database compares the stored with the recounted
//! rows, so that they need not be loaded.

use entity::{member_tally, month_tally, movie_tally, review};
use sea_orm::sea_query::{
    Expr, ExprTrait, IntoIden, Query, SelectStatement, SimpleExpr, UnionType,
};
use sea_orm::{
    Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult,
    PaginatorTrait, QueryFilter,
};

use super::counts::{Sign, apply_reviews, month_sums, movie_sums};
use super::member::{COLUMNS, member_sums, recount_members};
use super::rewatches::{is_outdated, update_all_marks};
use super::{AUDIENCES, lock_tallies};
use crate::clock::Clock;
use crate::db::{Db, union_all};
use crate::revision::{self, Change};

/// The result of comparing the stored tallies with a recount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TallyCheck {
    /// How many tally rows are stored.
    pub rows: usize,
    /// How many of them are wrong, and how many more are missing.
    pub wrong: usize,
}

/// Compares the tallies with a recount, without changing them.
pub async fn verify(db: &Db) -> Result<TallyCheck, DbErr> {
    compare_tallies(db.reader()).await
}

/// Replaces the tallies by a recount and invalidates everything that is cached. Returns what was
/// wrong before.
pub async fn rebuild(db: &Db, clock: &Clock) -> Result<TallyCheck, DbErr> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            lock_tallies(tx).await?;
            let before = compare_tallies(tx).await?;
            recount_all(tx).await?;
            revision::record_change(tx, &clock, Change::All).await?;
            Ok(before)
        })
    })
    .await
}

async fn recount_all(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    update_all_marks(tx).await?;
    movie_tally::Entity::delete_many().exec(tx).await?;
    month_tally::Entity::delete_many().exec(tx).await?;
    member_tally::Entity::delete_many().exec(tx).await?;
    apply_reviews(tx, Condition::all(), Sign::Add).await?;
    recount_members(tx, Condition::all()).await
}

/// Also counts the reviews whose mark of a rewatch is not what the rule says. One statement for
/// each table, so that it sees a consistent state of the table and the reviews.
async fn compare_tallies(db: &impl ConnectionTrait) -> Result<TallyCheck, DbErr> {
    let mut verified = TallyCheck::default();
    for comparison in [movie_comparison(), month_comparison(), member_comparison()] {
        let row = db.query_one(&comparison).await?;
        let counts = row.map(|row| TableComparison::from_query_result(&row, ""));
        let found = counts.transpose()?.unwrap_or_default();
        verified.rows += usize::try_from(found.kept).unwrap_or(0);
        verified.wrong += usize::try_from(found.differing + found.missing).unwrap_or(0);
    }
    let marks = review::Entity::find()
        .filter(is_outdated())
        .count(db)
        .await?;
    verified.wrong += usize::try_from(marks).unwrap_or(0);
    Ok(verified)
}

#[derive(Debug, Default, FromQueryResult)]
struct TableComparison {
    kept: i64,
    differing: i64,
    missing: i64,
}

fn movie_comparison() -> SelectStatement {
    use movie_tally::Column;
    let keys = [Column::MovieId, Column::Audience, Column::RatingKey];
    let counted = movie_sums(Condition::all(), Sign::Add);
    comparison_query(movie_tally::Entity, keys, [Column::Reviews], &counted)
}

fn month_comparison() -> SelectStatement {
    use month_tally::Column;
    let keys = [Column::MemberId, Column::Audience, Column::MonthKey];
    let sums = [
        Column::Reviews,
        Column::Rated,
        Column::HalfStars,
        Column::Rewatches,
    ];
    let counted = month_sums(Condition::all(), Sign::Add);
    comparison_query(month_tally::Entity, keys, sums, &counted)
}

fn member_comparison() -> SelectStatement {
    let by_audience = AUDIENCES.map(|seen_by| member_sums(Condition::all(), seen_by));
    let all = union_all(by_audience.into_iter()).unwrap_or_default();
    let [member, eyes, sums @ ..] = COLUMNS;
    comparison_query(member_tally::Entity, [member, eyes], sums, &all)
}

/// Counts the rows of `table` that are not empty, those of them that are not in `counted`, and the
/// keys in `counted` that the table does not have.
fn comparison_query<T, C, const KEYS: usize, const SUMS: usize>(
    table: T,
    keys: [C; KEYS],
    sums: [C; SUMS],
    counted: &SelectStatement,
) -> SelectStatement
where
    T: IntoIden + Copy,
    C: IntoIden + Copy,
{
    let stored = |columns: &[C]| {
        Query::select()
            .columns(columns.iter().copied())
            .from(table.into_iden())
            .and_where(Expr::col("reviews").ne(0))
            .take()
    };
    let recounted = |columns: &[C]| {
        Query::select()
            .columns(columns.iter().copied())
            .from_subquery(counted.clone(), "counted")
            .take()
    };
    let all: Vec<C> = keys.into_iter().chain(sums).collect();
    let differing = except_rows(stored(&all), recounted(&all));
    let missing = except_rows(recounted(&keys), stored(&keys));
    Query::select()
        .expr_as(count_rows(stored(&keys)), "kept")
        .expr_as(count_rows(differing), "differing")
        .expr_as(count_rows(missing), "missing")
        .take()
}

fn except_rows(mut rows: SelectStatement, others: SelectStatement) -> SelectStatement {
    rows.union(UnionType::Except, others).take()
}

fn count_rows(rows: SelectStatement) -> SimpleExpr {
    let count = Query::select()
        .expr(Expr::cust("count(*)"))
        .from_subquery(rows, "rows")
        .take();
    SimpleExpr::SubQuery(None, Box::new(count.into()))
}
