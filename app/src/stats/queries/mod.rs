//! Counts reviews in the database.

mod last_viewings;
mod members;
mod movies;
mod overview;
mod ranking;
mod tags;
mod trends;

use chrono::NaiveDate;
use entity::{Audience, review};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{Condition, ConnectionTrait, DbErr, FromQueryResult};

use super::Tally;
use super::period::{MonthRange, day_key_range};
use crate::accounts::MemberId;
use crate::db::Db;
use crate::diary::policy::audiences_up_to;

pub use last_viewings::LastViewing;
pub use members::{
    MEMBERS_PER_PAGE, MemberListItem, MemberListPage, MemberOrder, member_list_query,
};
pub(super) use members::{counted_audience, list_members};
pub use movies::{MovieRatings, ratings_of_movies};
pub(super) use overview::diary_overview;
pub(super) use trends::{
    count_films, days_with_reviews, diary_trends, filter_choices, rating_counts,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ReviewSelection {
    pub(super) member: MemberId,
    /// Counts the reviews that this audience may see.
    pub(super) audience: Audience,
    /// `None` for all time, including unknown days.
    pub(super) months: Option<MonthRange>,
}

impl ReviewSelection {
    fn condition(self) -> Condition {
        use review::Column;
        let of = |column: Column| Expr::col((review::Entity, column));
        let condition = Condition::all()
            .add(of(Column::MemberId).eq(self.member))
            .add(of(Column::Audience).is_in(audiences_up_to(self.audience)));
        match self.months {
            None => condition,
            Some(months) => {
                let (first, last) = day_key_range(months);
                condition.add(of(Column::DayKey).between(first, last))
            }
        }
    }

    /// A query over these reviews, still without columns.
    fn query(self) -> SelectStatement {
        Query::select()
            .from(review::Entity)
            .cond_where(self.condition())
            .take()
    }
}

#[derive(Clone, Copy, Debug, FromQueryResult)]
struct TallyRow {
    reviews: i64,
    rated: i64,
    half_stars: i64,
}

impl From<TallyRow> for Tally {
    fn from(row: TallyRow) -> Self {
        Self {
            reviews: count_to_u32(row.reviews),
            rated: count_to_u32(row.rated),
            half_stars: count_to_u32(row.half_stars),
        }
    }
}

/// Adds the columns of a [`TallyRow`].
fn add_tally_columns(select: &mut SelectStatement) -> &mut SelectStatement {
    // The rating key is in the index, the rating itself is not.
    let key = || Expr::col((review::Entity, review::Column::RatingKey));
    let is_rated = || key().gte(0);
    select
        .expr_as(
            Expr::col((review::Entity, review::Column::Id)).count(),
            "reviews",
        )
        .expr_as(sum_where(is_rated(), 1), "rated")
        .expr_as(sum_where(is_rated(), key()), "half_stars")
}

/// The sum of `value` over rows that match `condition`.
fn sum_where(condition: SimpleExpr, value: impl Into<SimpleExpr>) -> SimpleExpr {
    let value: SimpleExpr = Expr::case(condition, value.into()).finally(0).into();
    Func::coalesce([value.sum(), Expr::val(0)]).into()
}

/// Counts are never negative and always fit.
fn count_to_u32(count: i64) -> u32 {
    u32::try_from(count).unwrap_or_default()
}

/// Takes days since the start of the Common Era.
fn date_of_day_key(key: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(key).unwrap_or_default()
}

async fn fetch_all<T: FromQueryResult>(db: &Db, select: &SelectStatement) -> Result<Vec<T>, DbErr> {
    let rows = db.reader().query_all(select).await?;
    rows.iter()
        .map(|row| T::from_query_result(row, ""))
        .collect()
}
