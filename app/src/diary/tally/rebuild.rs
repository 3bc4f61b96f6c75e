//! Counting from scratch. The database compares what is kept with what it counts, so that no
//! row of a million comes here.

use entity::{member_tally, month_tally, movie_tally};
use sea_orm::sea_query::{
    Expr, ExprTrait, IntoIden, Query, SelectStatement, SimpleExpr, UnionType,
};
use sea_orm::{
    Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult,
};

use super::counts::{Sign, add, months, movies};
use super::hold;
use super::member::{COLUMNS, EYES, counted, recount};
use crate::clock::Clock;
use crate::db::Db;
use crate::revision::{self, Change};

/// What was found when everything was counted again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many numbers are kept, in rows.
    pub rows: usize,
    /// How many rows are not as they would be counted.
    pub wrong: usize,
}

/// Counts everything and compares; nothing changes.
pub async fn verify(db: &Db) -> Result<Verified, DbErr> {
    compare(db.reader()).await
}

/// Counts everything and keeps that; what was made of the old numbers is old now. Returns
/// what was wrong.
pub async fn rebuild(db: &Db, clock: &Clock) -> Result<Verified, DbErr> {
    let clock = clock.clone();
    db.write(move |tx| {
        Box::pin(async move {
            hold(tx).await?;
            let found = compare(tx).await?;
            recount_all(tx).await?;
            revision::note(tx, &clock, Change::All).await?;
            Ok(found)
        })
    })
    .await
}

async fn recount_all(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    movie_tally::Entity::delete_many().exec(tx).await?;
    month_tally::Entity::delete_many().exec(tx).await?;
    member_tally::Entity::delete_many().exec(tx).await?;
    add(tx, Condition::all(), Sign::In).await?;
    recount(tx, Condition::all()).await
}

/// Each table in one statement, which sees one state of it and of the reviews.
async fn compare(db: &impl ConnectionTrait) -> Result<Verified, DbErr> {
    let mut verified = Verified::default();
    for comparison in [of_movies(), of_months(), of_members()] {
        let row = db.query_one(&comparison).await?;
        let found = row.map(|row| Found::from_query_result(&row, ""));
        let found = found.transpose()?.unwrap_or_default();
        verified.rows += usize::try_from(found.kept).unwrap_or(0);
        verified.wrong += usize::try_from(found.differing + found.missing).unwrap_or(0);
    }
    Ok(verified)
}

#[derive(Debug, Default, FromQueryResult)]
struct Found {
    kept: i64,
    differing: i64,
    missing: i64,
}

fn of_movies() -> SelectStatement {
    use movie_tally::Column;
    let keys = [Column::MovieId, Column::Audience, Column::RatingKey];
    let counted = movies(Condition::all(), Sign::In);
    comparison(movie_tally::Entity, keys, [Column::Reviews], &counted)
}

fn of_months() -> SelectStatement {
    use month_tally::Column;
    let keys = [Column::MemberId, Column::Audience, Column::MonthKey];
    let sums = [
        Column::Reviews,
        Column::Rated,
        Column::HalfStars,
        Column::Rewatches,
    ];
    let counted = months(Condition::all(), Sign::In);
    comparison(month_tally::Entity, keys, sums, &counted)
}

fn of_members() -> SelectStatement {
    let mut by_eyes = EYES.map(|eyes| counted(Condition::all(), eyes)).into_iter();
    let mut all = by_eyes.next().unwrap_or_default();
    for counted in by_eyes {
        all.union(UnionType::All, counted);
    }
    let [member, eyes, sums @ ..] = COLUMNS;
    comparison(member_tally::Entity, [member, eyes], sums, &all)
}

/// How many rows of `table` there are that count something; how many of them are not among
/// those that are `counted`; and of how many keys among those there is none in the table.
fn comparison<T, C, const KEYS: usize, const SUMS: usize>(
    table: T,
    keys: [C; KEYS],
    sums: [C; SUMS],
    counted: &SelectStatement,
) -> SelectStatement
where
    T: IntoIden + Copy,
    C: IntoIden + Copy,
{
    let kept = |columns: &[C]| {
        Query::select()
            .columns(columns.iter().copied())
            .from(table.into_iden())
            .and_where(Expr::col("reviews").ne(0))
            .take()
    };
    let right = |columns: &[C]| {
        Query::select()
            .columns(columns.iter().copied())
            .from_subquery(counted.clone(), "counted")
            .take()
    };
    let all: Vec<C> = keys.into_iter().chain(sums).collect();
    let differing = without(kept(&all), right(&all));
    let missing = without(right(&keys), kept(&keys));
    Query::select()
        .expr_as(how_many(kept(&keys)), "kept")
        .expr_as(how_many(differing), "differing")
        .expr_as(how_many(missing), "missing")
        .take()
}

fn without(mut rows: SelectStatement, others: SelectStatement) -> SelectStatement {
    rows.union(UnionType::Except, others).take()
}

fn how_many(rows: SelectStatement) -> SimpleExpr {
    let count = Query::select()
        .expr(Expr::cust("count(*)"))
        .from_subquery(rows, "rows")
        .take();
    SimpleExpr::SubQuery(None, Box::new(count.into()))
}
