//! Counting reviews.

mod members;
mod movies;
mod overview;
mod ranking;
mod trends;

use chrono::NaiveDate;
use entity::{Audience, review};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{Condition, ConnectionTrait, DbErr, FromQueryResult};

use super::Tally;
use super::period::{Months, days};
use crate::accounts::MemberId;
use crate::db::Db;
use crate::diary::policy::audiences;

pub use members::{Order, PAGE, Seen, Standing, Standings, members, ranked};
pub use movies::{Rated, of_movies};
pub(super) use overview::overview;
pub(super) use trends::{choices, days_of, ratings, trends};

/// Which reviews are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Which {
    /// Whose.
    pub(super) member: MemberId,
    /// With whose eyes.
    pub(super) eyes: Audience,
    /// Watched when; `None` for whenever, unknown days too.
    pub(super) months: Option<Months>,
}

impl Which {
    fn condition(self) -> Condition {
        use review::Column;
        let of = |column: Column| Expr::col((review::Entity, column));
        let theirs = Condition::all()
            .add(of(Column::MemberId).eq(self.member))
            .add(of(Column::Audience).is_in(audiences(self.eyes)));
        match self.months {
            None => theirs,
            Some(months) => {
                let (first, last) = days(months);
                theirs.add(of(Column::DayKey).between(first, last))
            }
        }
    }

    /// A count of them.
    fn select(self) -> SelectStatement {
        Query::select()
            .from(review::Entity)
            .cond_where(self.condition())
            .take()
    }
}

/// A tally as a query brings it.
#[derive(Clone, Copy, Debug, FromQueryResult)]
struct Counted {
    reviews: i64,
    rated: i64,
    half_stars: i64,
}

impl From<Counted> for Tally {
    fn from(row: Counted) -> Self {
        Self {
            reviews: number(row.reviews),
            rated: number(row.rated),
            half_stars: number(row.half_stars),
        }
    }
}

/// What a [`Counted`] is made of.
fn tallied(select: &mut SelectStatement) -> &mut SelectStatement {
    // The key is in the index, the rating is not.
    let key = || Expr::col((review::Entity, review::Column::RatingKey));
    let is_rated = || key().gte(0);
    select
        .expr_as(
            Expr::col((review::Entity, review::Column::Id)).count(),
            "reviews",
        )
        .expr_as(sum(is_rated(), 1), "rated")
        .expr_as(sum(is_rated(), key()), "half_stars")
}

/// The sum of `value` where `condition` holds.
fn sum(condition: SimpleExpr, value: impl Into<SimpleExpr>) -> SimpleExpr {
    let value: SimpleExpr = Expr::case(condition, value.into()).finally(0).into();
    Func::coalesce([value.sum(), Expr::val(0)]).into()
}

/// Counts are never negative, and fit.
fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or_default()
}

/// The day of that key.
fn day(key: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(key).unwrap_or_default()
}

async fn all<T: FromQueryResult>(db: &Db, select: &SelectStatement) -> Result<Vec<T>, DbErr> {
    let rows = db.reader().query_all(select).await?;
    rows.iter()
        .map(|row| T::from_query_result(row, ""))
        .collect()
}
