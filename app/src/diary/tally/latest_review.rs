//! The latest review of a diary, by day watched, for each audience.

use std::collections::BTreeMap;

use entity::member_tally::Column;
use entity::{Audience, review};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult};

use super::{AUDIENCES, TalliedReview};
use crate::accounts::MemberId;
use crate::db::union_all;

/// The latest review of one audience, by day watched.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct LatestReview {
    audience: Audience,
    pub(super) day: i32,
    pub(super) id: Option<i64>,
}

/// The latest review of each audience that has one.
pub(super) struct LatestReviews {
    by_audience: BTreeMap<Audience, LatestReview>,
}

impl LatestReviews {
    /// The latest reviews, leaving out `review`.
    pub(super) async fn read_excluding(
        tx: &DatabaseTransaction,
        review: &TalliedReview,
    ) -> Result<Self, DbErr> {
        let heads = AUDIENCES.into_iter().map(|audience| {
            Query::select()
                .columns(["audience", "day", "id"])
                .from_subquery(
                    latest_review_query(review.member_id, audience, review.id),
                    "head",
                )
                .take()
        });
        let all = union_all(heads).unwrap_or_default();
        let heads = tx.query_all(&all).await?;
        let heads = heads
            .iter()
            .map(|row| LatestReview::from_query_result(row, ""));
        let heads = heads.map(|head| head.map(|head| (head.audience, head)));
        Ok(Self {
            by_audience: heads.collect::<Result<_, _>>()?,
        })
    }

    /// A `CASE` on the row's audience. Each branch is `of(r)`, where `r` is the latest review visible
    /// to that audience.
    pub(super) fn case_by_audience(&self, of: impl Fn(LatestReview) -> SimpleExpr) -> SimpleExpr {
        let by_seen_by = AUDIENCES
            .into_iter()
            .fold(CaseStatement::new(), |case, seen_by| {
                let seen = self.by_audience.range(..=seen_by).map(|(_, head)| *head);
                let last = seen
                    .max_by_key(|head| (head.day, head.id))
                    .unwrap_or(LatestReview {
                        audience: seen_by,
                        day: 0,
                        id: None,
                    });
                case.case(Column::SeenBy.eq(seen_by), of(last))
            });
        by_seen_by.into()
    }
}

fn latest_review_query(member: MemberId, audience: Audience, without: i64) -> SelectStatement {
    use review::Column as Of;
    Query::select()
        .column(Of::Audience)
        .expr_as(Expr::col(Of::DayKey), "day")
        .column(Of::Id)
        .from(review::Entity)
        .and_where(Of::MemberId.eq(member))
        .and_where(Of::Audience.eq(audience))
        .and_where(Of::Id.ne(without))
        .order_by(Of::DayKey, sea_orm::Order::Desc)
        .order_by(Of::Id, sea_orm::Order::Desc)
        .limit(1)
        .take()
}

/// Correlated subquery: the latest review of the outer row's member that `audience` sees.
pub(super) fn latest_review_of_member(audience: Audience) -> SelectStatement {
    let of = |column: review::Column| Expr::col(("last", column));
    Query::select()
        .expr(of(review::Column::Id))
        .from_as(review::Entity, "last")
        .and_where(of(review::Column::MemberId).equals((review::Entity, review::Column::MemberId)))
        .and_where(of(review::Column::Audience).lte(audience))
        .order_by(("last", review::Column::DayKey), sea_orm::Order::Desc)
        .order_by(("last", review::Column::Id), sea_orm::Order::Desc)
        .limit(1)
        .take()
}
