//! Tallies that are sums: of movies, and of months.

use entity::{Audience, month_tally, movie_tally, review};
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, Func, InsertStatement, IntoIden, IntoTableRef, OnConflict,
    Query, SelectStatement, SimpleExpr,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use crate::catalog::MovieId;

/// Whether reviews come in or go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    In,
    Out,
}

impl Sign {
    pub(super) fn number(self) -> i32 {
        match self {
            Self::In => 1,
            Self::Out => -1,
        }
    }
}

/// Adds the reviews that `which` picks to the tallies, or takes them out.
pub(super) async fn add(
    tx: &DatabaseTransaction,
    which: Condition,
    sign: Sign,
) -> Result<(), DbErr> {
    for adding in adding_to_both(which, sign)? {
        tx.execute(&adding).await?;
    }
    Ok(())
}

/// What adds the reviews that `which` picks to the tallies, or takes them out.
pub(super) fn adding_to_both(which: Condition, sign: Sign) -> Result<[InsertStatement; 2], DbErr> {
    Ok([
        add_to_movies(which.clone(), sign)?,
        add_to_months(which, sign)?,
    ])
}

/// Counts movies anew.
pub(super) async fn recount_movies(
    tx: &DatabaseTransaction,
    movies: [MovieId; 2],
) -> Result<(), DbErr> {
    movie_tally::Entity::delete_many()
        .filter(movie_tally::Column::MovieId.is_in(movies))
        .exec(tx)
        .await?;
    let theirs = Condition::all().add(review::Column::MovieId.is_in(movies));
    tx.execute(&add_to_movies(theirs, Sign::In)?).await?;
    Ok(())
}

fn add_to_movies(which: Condition, sign: Sign) -> Result<InsertStatement, DbErr> {
    use movie_tally::Column;
    adding(
        movie_tally::Entity,
        [Column::MovieId, Column::Audience, Column::RatingKey],
        [Column::Reviews],
        movies(which, sign),
    )
}

/// What the reviews that `which` picks come to, by movie, as rows of the tally.
pub(super) fn movies(which: Condition, sign: Sign) -> SelectStatement {
    use movie_tally::Column;
    use review::Column as Of;
    let keys = [Of::MovieId, Of::Audience, Of::RatingKey];
    counted(which, keys)
        .expr_as(times(sign, all()), Column::Reviews)
        .take()
}

fn add_to_months(which: Condition, sign: Sign) -> Result<InsertStatement, DbErr> {
    use month_tally::Column;
    adding(
        month_tally::Entity,
        [Column::MemberId, Column::Audience, Column::MonthKey],
        [
            Column::Reviews,
            Column::Rated,
            Column::HalfStars,
            Column::Rewatches,
        ],
        months(which, sign),
    )
}

/// What the reviews that `which` picks come to, by member and month, as rows of the tally.
pub(super) fn months(which: Condition, sign: Sign) -> SelectStatement {
    use month_tally::Column;
    use review::Column as Of;
    let keys = [Of::MemberId, Of::Audience, Of::MonthKey];
    let rated = Expr::col(Of::Rating).count();
    counted(which, keys)
        .expr_as(times(sign, all()), Column::Reviews)
        .expr_as(times(sign, rated), Column::Rated)
        .expr_as(times(sign, half_stars()), Column::HalfStars)
        .expr_as(times(sign, rewatches()), Column::Rewatches)
        .take()
}

/// The reviews that `which` picks and somebody sees, by `keys`.
fn counted(which: Condition, keys: [review::Column; 3]) -> SelectStatement {
    Query::select()
        .columns(keys)
        .from(review::Entity)
        .cond_where(which)
        .and_where(review::Column::Audience.ne(Audience::Nobody))
        .group_by_columns(keys)
        .take()
}

/// How many there are.
pub(super) fn all() -> SimpleExpr {
    Expr::col(review::Column::Id).count()
}

/// Their half stars, added up.
pub(super) fn half_stars() -> SimpleExpr {
    Func::coalesce([Expr::col(review::Column::Rating).sum(), Expr::val(0)]).into()
}

/// How many are of movies seen before.
fn rewatches() -> SimpleExpr {
    let one: SimpleExpr = CaseStatement::new()
        .case(Expr::col(review::Column::Rewatch), 1)
        .finally(0)
        .into();
    one.sum()
}

fn times(sign: Sign, sum: SimpleExpr) -> SimpleExpr {
    sum.mul(sign.number())
}

/// Inserts `rows` of `keys` and `sums`; where a row with those keys is, adds the sums to
/// its own.
fn adding<T, C, const KEYS: usize, const SUMS: usize>(
    table: T,
    keys: [C; KEYS],
    sums: [C; SUMS],
    rows: SelectStatement,
) -> Result<InsertStatement, DbErr>
where
    T: IntoTableRef + IntoIden + Copy,
    C: IntoIden + Copy,
{
    let added = sums.map(|sum| {
        let is = Expr::col((table, sum));
        (sum, is.add(Expr::col(("excluded", sum))))
    });
    let insert = Query::insert()
        .into_table(table)
        .columns(keys.into_iter().chain(sums))
        .select_from(rows)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(OnConflict::columns(keys).values(added).to_owned())
        .take();
    Ok(insert)
}
