//! The tallies of movies and of months, which are sums over reviews.

use entity::{Audience, Rating, month_tally, movie_tally, review};
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, Func, InsertStatement, IntoIden, IntoTableRef, OnConflict,
    Query, SelectStatement, SimpleExpr,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    QueryFilter, Statement, Value,
};

use super::TalliedReview;
use crate::catalog::MovieId;
use crate::db::CachedSql;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Add,
    Subtract,
}

impl Sign {
    pub(super) fn factor(self) -> i32 {
        match self {
            Self::Add => 1,
            Self::Subtract => -1,
        }
    }
}

/// Adds the reviews that match `which` to the tallies, or subtracts them.
pub(super) async fn apply_reviews(
    tx: &DatabaseTransaction,
    which: Condition,
    sign: Sign,
) -> Result<(), DbErr> {
    tx.execute(&movie_upsert_from(which.clone(), sign)?).await?;
    tx.execute(&month_upsert_from(which, sign)?).await?;
    Ok(())
}

/// The statements that add one review to the tallies, or subtract it.
pub(super) fn apply_one_statements(
    backend: DbBackend,
    review: &TalliedReview,
    sign: Sign,
) -> [Statement; 2] {
    static MOVIES: CachedSql = CachedSql::new();
    static MONTHS: CachedSql = CachedSql::new();
    let one = |is: bool| Value::from(sign.factor() * i32::from(is));
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
        Value::from(sign.factor() * i32::from(half_stars)),
        one(review.rewatch),
    ];
    [
        MOVIES.bind(backend, of_movie.clone(), || {
            let row = of_movie.clone().map(Expr::val);
            movie_upsert().values_panic(row).take()
        }),
        MONTHS.bind(backend, of_month.clone(), || {
            let row = of_month.clone().map(Expr::val);
            month_upsert().values_panic(row).take()
        }),
    ]
}

/// Recomputes the tallies of `movies` from their reviews.
pub(super) async fn recount_movies(
    tx: &DatabaseTransaction,
    movies: [MovieId; 2],
) -> Result<(), DbErr> {
    movie_tally::Entity::delete_many()
        .filter(movie_tally::Column::MovieId.is_in(movies))
        .exec(tx)
        .await?;
    let theirs = Condition::all().add(review::Column::MovieId.is_in(movies));
    tx.execute(&movie_upsert_from(theirs, Sign::Add)?).await?;
    Ok(())
}

fn movie_upsert_from(which: Condition, sign: Sign) -> Result<InsertStatement, DbErr> {
    let rows = movie_sums(which, sign);
    let mut upsert = movie_upsert();
    Ok(upsert.select_from(rows).map_err(column_mismatch)?.take())
}

fn movie_upsert() -> InsertStatement {
    use movie_tally::Column;
    sums_upsert(
        movie_tally::Entity,
        [Column::MovieId, Column::Audience, Column::RatingKey],
        [Column::Reviews],
    )
}

/// The sums for each movie over the reviews that match `which`, as rows of `movie_tally`.
pub(super) fn movie_sums(which: Condition, sign: Sign) -> SelectStatement {
    use movie_tally::Column;
    use review::Column as Of;
    let keys = [Of::MovieId, Of::Audience, Of::RatingKey];
    grouped_reviews(which, keys)
        .expr_as(signed(sign, review_count()), Column::Reviews)
        .take()
}

fn month_upsert_from(which: Condition, sign: Sign) -> Result<InsertStatement, DbErr> {
    let rows = month_sums(which, sign);
    let mut upsert = month_upsert();
    Ok(upsert.select_from(rows).map_err(column_mismatch)?.take())
}

fn month_upsert() -> InsertStatement {
    use month_tally::Column;
    sums_upsert(
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

/// The sums for each member and month over the reviews that match `which`, as rows of
/// `month_tally`.
pub(super) fn month_sums(which: Condition, sign: Sign) -> SelectStatement {
    use month_tally::Column;
    use review::Column as Of;
    let keys = [Of::MemberId, Of::Audience, Of::MonthKey];
    let rated = Expr::col(Of::Rating).count();
    grouped_reviews(which, keys)
        .expr_as(signed(sign, review_count()), Column::Reviews)
        .expr_as(signed(sign, rated), Column::Rated)
        .expr_as(signed(sign, half_star_sum()), Column::HalfStars)
        .expr_as(signed(sign, rewatch_count()), Column::Rewatches)
        .take()
}

/// The reviews that match `which` and that someone may see, grouped by `keys`.
fn grouped_reviews(which: Condition, keys: [review::Column; 3]) -> SelectStatement {
    Query::select()
        .columns(keys)
        .from(review::Entity)
        .cond_where(which)
        .and_where(review::Column::Audience.ne(Audience::Nobody))
        .group_by_columns(keys)
        .take()
}

pub(super) fn review_count() -> SimpleExpr {
    Expr::col(review::Column::Id).count()
}

pub(super) fn half_star_sum() -> SimpleExpr {
    Func::coalesce([Expr::col(review::Column::Rating).sum(), Expr::val(0)]).into()
}

fn rewatch_count() -> SimpleExpr {
    let one: SimpleExpr = CaseStatement::new()
        .case(Expr::col(review::Column::Rewatch), 1)
        .finally(0)
        .into();
    one.sum()
}

fn signed(sign: Sign, sum: SimpleExpr) -> SimpleExpr {
    sum.mul(sign.factor())
}

/// An upsert of `keys` and `sums`, to which the caller adds the rows. If a row with the same keys
/// exists, the sums are added to it.
fn sums_upsert<T, C, const KEYS: usize, const SUMS: usize>(
    table: T,
    keys: [C; KEYS],
    sums: [C; SUMS],
) -> InsertStatement
where
    T: IntoTableRef + IntoIden + Copy,
    C: IntoIden + Copy,
{
    let updated = sums.map(|sum| {
        let stored = Expr::col((table, sum));
        (sum, stored.add(Expr::col(("excluded", sum))))
    });
    Query::insert()
        .into_table(table)
        .columns(keys.into_iter().chain(sums))
        .on_conflict(OnConflict::columns(keys).values(updated).to_owned())
        .take()
}

/// Fails only when the numbers of columns differ, which would be a bug.
fn column_mismatch(error: sea_orm::sea_query::error::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}
