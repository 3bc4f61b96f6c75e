//! Tallies that are sums: of movies, and of months.

use entity::{Audience, Rating, month_tally, movie_tally, review};
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, Func, InsertStatement, IntoIden, IntoTableRef, OnConflict,
    Query, SelectStatement, SimpleExpr,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    QueryFilter, Statement, Value,
};

use super::Counted;
use crate::catalog::MovieId;
use crate::db::Text;

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
    tx.execute(&add_to_movies(which.clone(), sign)?).await?;
    tx.execute(&add_to_months(which, sign)?).await?;
    Ok(())
}

/// What adds one review, or takes it out.
pub(super) fn adding_one(backend: DbBackend, review: &Counted, sign: Sign) -> [Statement; 2] {
    static MOVIES: Text = Text::new();
    static MONTHS: Text = Text::new();
    let one = |is: bool| Value::from(sign.number() * i32::from(is));
    let half_stars = review.rating.map_or(0, Rating::half_stars);
    let of_movie = [
        review.movie_id.into(),
        review.audience.into(),
        review.rating_key.into(),
        one(true),
    ];
    let of_month = [
        review.member_id.into(),
        review.audience.into(),
        review.month_key.into(),
        one(true),
        one(review.rating.is_some()),
        Value::from(sign.number() * i32::from(half_stars)),
        one(review.rewatch),
    ];
    [
        MOVIES.with(backend, of_movie.clone(), || {
            let row = of_movie.clone().map(Expr::val);
            adding_to_movies().values_panic(row).take()
        }),
        MONTHS.with(backend, of_month.clone(), || {
            let row = of_month.clone().map(Expr::val);
            adding_to_months().values_panic(row).take()
        }),
    ]
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
    let rows = movies(which, sign);
    let mut adding = adding_to_movies();
    Ok(adding.select_from(rows).map_err(wrong)?.take())
}

fn adding_to_movies() -> InsertStatement {
    use movie_tally::Column;
    adding(
        movie_tally::Entity,
        [Column::MovieId, Column::Audience, Column::RatingKey],
        [Column::Reviews],
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
    let rows = months(which, sign);
    let mut adding = adding_to_months();
    Ok(adding.select_from(rows).map_err(wrong)?.take())
}

fn adding_to_months() -> InsertStatement {
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

/// Inserts rows of `keys` and `sums`, which are still to be named; where a row with those keys
/// is, adds the sums to its own.
fn adding<T, C, const KEYS: usize, const SUMS: usize>(
    table: T,
    keys: [C; KEYS],
    sums: [C; SUMS],
) -> InsertStatement
where
    T: IntoTableRef + IntoIden + Copy,
    C: IntoIden + Copy,
{
    let added = sums.map(|sum| {
        let is = Expr::col((table, sum));
        (sum, is.add(Expr::col(("excluded", sum))))
    });
    Query::insert()
        .into_table(table)
        .columns(keys.into_iter().chain(sums))
        .on_conflict(OnConflict::columns(keys).values(added).to_owned())
        .take()
}

/// As many columns are selected as are put in, or this is our fault.
fn wrong(error: sea_orm::sea_query::error::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}
