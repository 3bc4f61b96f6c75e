//! The tally of a diary, with one row for each audience.

use entity::member_tally::{ActiveModel, Column, Entity};
use entity::{Audience, Rating, review};
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, Func, InsertStatement, OnConflict, Query, SelectStatement,
    SimpleExpr,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, QueryFilter, QueryTrait, UpdateMany,
};

use super::counts::{Sign, half_star_sum, review_count};
use super::latest_review::{LatestReviews, latest_review_of_member};
use super::{AUDIENCES, TalliedReview};

/// All columns, in the order of the expressions in [`member_sums`].
pub(super) const COLUMNS: [Column; 9] = [
    Column::MemberId,
    Column::SeenBy,
    Column::Movies,
    Column::Reviews,
    Column::Rated,
    Column::HalfStars,
    Column::Average,
    Column::LastDay,
    Column::LastReviewId,
];

/// Adds one review to the rows of every audience that sees it.
pub(super) fn member_upsert(review: &TalliedReview) -> InsertStatement {
    let half_stars = review.rating.map(Rating::half_stars);
    // The values for a diary that had no reviews before.
    let rows = AUDIENCES
        .into_iter()
        .filter(|seen_by| *seen_by >= review.audience)
        .map(|seen_by| ActiveModel {
            member_id: Set(review.member_id),
            seen_by: Set(seen_by),
            movies: Set(1),
            reviews: Set(1),
            rated: Set(i32::from(half_stars.is_some())),
            half_stars: Set(half_stars.map_or(0, i32::from)),
            average: Set(half_stars.map_or(-1, |half_stars| i32::from(half_stars) * 1000)),
            last_day: Set(review.day_key),
            last_review_id: Set(Some(review.id)),
        });
    let updates = sum_updates(review, Sign::Add)
        .into_iter()
        .chain(latest_review_updates(review));
    let on_conflict = OnConflict::columns([Column::MemberId, Column::SeenBy])
        .values(updates)
        .to_owned();
    Entity::insert_many(rows)
        .on_conflict(on_conflict)
        .into_query()
}

/// Subtracts one review from the rows of every audience that sees it.
pub(super) async fn subtract_review(
    tx: &DatabaseTransaction,
    review: &TalliedReview,
) -> Result<(), DbErr> {
    let last = LatestReviews::read_excluding(tx, review).await?;
    let last = [
        (
            Column::LastDay,
            last.case_by_audience(|last| last.day.into()),
        ),
        (
            Column::LastReviewId,
            last.case_by_audience(|last| last.id.into()),
        ),
    ];
    subtract_statement(review, last).exec(tx).await?;
    Ok(())
}

/// Updates the latest review of the row, if this one is later.
fn latest_review_updates(review: &TalliedReview) -> [(Column, SimpleExpr); 2] {
    let stored_review_id = Func::coalesce([stored_column(Column::LastReviewId), Expr::val(0)]);
    let is_later =
        Expr::tuple([stored_column(Column::LastDay), stored_review_id.into()]).lt(Expr::tuple([
            Expr::val(review.day_key),
            Expr::val(review.id),
        ]));
    let either = |new: SimpleExpr, column: Column| -> SimpleExpr {
        CaseStatement::new()
            .case(is_later.clone(), new)
            .finally(stored_column(column))
            .into()
    };
    [
        (
            Column::LastDay,
            either(Expr::val(review.day_key), Column::LastDay),
        ),
        (
            Column::LastReviewId,
            either(Expr::val(review.id), Column::LastReviewId),
        ),
    ]
}

fn subtract_statement(
    review: &TalliedReview,
    last: [(Column, SimpleExpr); 2],
) -> UpdateMany<Entity> {
    let update = Entity::update_many()
        .filter(Column::MemberId.eq(review.member_id))
        .filter(Column::SeenBy.gte(review.audience));
    let changes = sum_updates(review, Sign::Subtract).into_iter().chain(last);
    changes.fold(update, |taking, (column, value)| {
        taking.col_expr(column, value)
    })
}

fn sum_updates(review: &TalliedReview, sign: Sign) -> [(Column, SimpleExpr); 5] {
    let by = sign.factor();
    let rated = by * i32::from(review.rating.is_some());
    let half_stars = by * i32::from(review.rating.map_or(0, Rating::half_stars));
    let more = |column: Column, by: i32| stored_column(column).add(by);
    let average = CaseStatement::new()
        .case(more(Column::Rated, rated).eq(0), -1)
        .finally(
            more(Column::HalfStars, half_stars)
                .mul(1000)
                .div(more(Column::Rated, rated)),
        );
    let is_only = CaseStatement::new()
        .case(Expr::exists(other_review_of_movie(review)), 0)
        .finally(by);
    [
        (Column::Movies, stored_column(Column::Movies).add(is_only)),
        (Column::Reviews, more(Column::Reviews, by)),
        (Column::Rated, more(Column::Rated, rated)),
        (Column::HalfStars, more(Column::HalfStars, half_stars)),
        (Column::Average, average.into()),
    ]
}

/// The value of the existing row, rather than of the row to insert.
fn stored_column(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}

/// Another review of the same movie by the same member that the row's audience sees.
fn other_review_of_movie(review: &TalliedReview) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(review::Entity)
        .and_where(review::Column::MemberId.eq(review.member_id))
        .and_where(review::Column::MovieId.eq(review.movie_id))
        .and_where(review::Column::Id.ne(review.id))
        .and_where(
            Expr::col((review::Entity, review::Column::Audience))
                .lte(stored_column(Column::SeenBy)),
        )
        .take()
}

/// Recomputes the tallies of every member with a review that matches `which`. It must match all
/// reviews of a member, or none.
pub(super) async fn recount_members(
    tx: &DatabaseTransaction,
    which: Condition,
) -> Result<(), DbErr> {
    let members = Query::select()
        .column(review::Column::MemberId)
        .from(review::Entity)
        .cond_where(which.clone())
        .take();
    Entity::delete_many()
        .filter(Column::MemberId.in_subquery(members))
        .exec(tx)
        .await?;
    for audience in AUDIENCES {
        let counted = Query::insert()
            .into_table(Entity)
            .columns(COLUMNS)
            .select_from(member_sums(which.clone(), audience))
            .map_err(|error| DbErr::Custom(error.to_string()))?
            .take();
        tx.execute(&counted).await?;
    }
    Ok(())
}

/// What `audience` sees of the reviews that match `which`, as rows of `member_tally`.
pub(super) fn member_sums(which: Condition, audience: Audience) -> SelectStatement {
    use review::Column as Of;
    let rated = || Expr::col(Of::Rating).count();
    let average: SimpleExpr = CaseStatement::new()
        .case(rated().eq(0), -1)
        .finally(half_star_sum().mul(1000).div(rated()))
        .into();
    let last = SimpleExpr::SubQuery(None, Box::new(latest_review_of_member(audience).into()));
    Query::select()
        .column(Of::MemberId)
        .expr_as(Expr::val(audience), Column::SeenBy)
        .expr_as(Func::count_distinct(Expr::col(Of::MovieId)), Column::Movies)
        .expr_as(review_count(), Column::Reviews)
        .expr_as(rated(), Column::Rated)
        .expr_as(half_star_sum(), Column::HalfStars)
        .expr_as(average, Column::Average)
        .expr_as(Expr::col(Of::DayKey).max(), Column::LastDay)
        .expr_as(last, Column::LastReviewId)
        .from(review::Entity)
        .cond_where(which)
        .and_where(Of::Audience.lte(audience))
        .group_by_col(Of::MemberId)
        .take()
}
