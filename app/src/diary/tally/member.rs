//! What a diary comes to, as everybody, members, and its owner see it.

use std::collections::BTreeMap;

use entity::member_tally::{ActiveModel, Column, Entity};
use entity::{Audience, Rating, review};
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, Func, InsertStatement, OnConflict, Query, SelectStatement,
    SimpleExpr, UnionType,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, FromQueryResult, QueryFilter, QueryTrait, UpdateMany,
};

use super::Counted;
use super::counts::{Sign, all, half_stars};
use crate::accounts::MemberId;

/// Those who see a diary, each more of it than the one before.
pub(super) const EYES: [Audience; 3] = [Audience::Public, Audience::Members, Audience::Owner];

/// All columns, in the order in which they are counted.
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

/// What counts one review in.
pub(super) fn putting_in(review: &Counted) -> InsertStatement {
    let half_stars = review.rating.map(Rating::half_stars);
    // What it comes to where nothing was logged before.
    let rows = EYES
        .into_iter()
        .filter(|eyes| *eyes >= review.audience)
        .map(|eyes| ActiveModel {
            member_id: Set(review.member_id),
            seen_by: Set(eyes),
            movies: Set(1),
            reviews: Set(1),
            rated: Set(i32::from(half_stars.is_some())),
            half_stars: Set(half_stars.map_or(0, i32::from)),
            average: Set(half_stars.map_or(-1, |half_stars| i32::from(half_stars) * 1000)),
            last_day: Set(review.day_key),
            last_review_id: Set(Some(review.id)),
        });
    let more = changes(review, Sign::In).into_iter().chain(later(review));
    let shifting = OnConflict::columns([Column::MemberId, Column::SeenBy])
        .values(more)
        .to_owned();
    Entity::insert_many(rows).on_conflict(shifting).into_query()
}

/// Counts one review out.
pub(super) async fn take_out(tx: &DatabaseTransaction, review: &Counted) -> Result<(), DbErr> {
    let last = Last::read_without(tx, review).await?;
    let last = [
        (Column::LastDay, last.by_eyes(|last| last.day.into())),
        (Column::LastReviewId, last.by_eyes(|last| last.id.into())),
    ];
    taking_out(review, last).exec(tx).await?;
    Ok(())
}

/// The film seen last, where that is this one from now on.
fn later(review: &Counted) -> [(Column, SimpleExpr); 2] {
    let known = Func::coalesce([kept(Column::LastReviewId), Expr::val(0)]);
    let is_later = Expr::tuple([kept(Column::LastDay), known.into()]).lt(Expr::tuple([
        Expr::val(review.day_key),
        Expr::val(review.id),
    ]));
    let either = |new: SimpleExpr, column: Column| -> SimpleExpr {
        CaseStatement::new()
            .case(is_later.clone(), new)
            .finally(kept(column))
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

fn taking_out(review: &Counted, last: [(Column, SimpleExpr); 2]) -> UpdateMany<Entity> {
    let taking = Entity::update_many()
        .filter(Column::MemberId.eq(review.member_id))
        .filter(Column::SeenBy.gte(review.audience));
    let changes = changes(review, Sign::Out).into_iter().chain(last);
    changes.fold(taking, |taking, (column, value)| {
        taking.col_expr(column, value)
    })
}

fn changes(review: &Counted, sign: Sign) -> [(Column, SimpleExpr); 5] {
    let by = sign.number();
    let rated = by * i32::from(review.rating.is_some());
    let half_stars = by * i32::from(review.rating.map_or(0, Rating::half_stars));
    let more = |column: Column, by: i32| kept(column).add(by);
    let average = CaseStatement::new()
        .case(more(Column::Rated, rated).eq(0), -1)
        .finally(
            more(Column::HalfStars, half_stars)
                .mul(1000)
                .div(more(Column::Rated, rated)),
        );
    let is_only = CaseStatement::new()
        .case(Expr::exists(another(review)), 0)
        .finally(by);
    [
        (Column::Movies, kept(Column::Movies).add(is_only)),
        (Column::Reviews, more(Column::Reviews, by)),
        (Column::Rated, more(Column::Rated, rated)),
        (Column::HalfStars, more(Column::HalfStars, half_stars)),
        (Column::Average, average.into()),
    ]
}

/// What a row has already, rather than one that is put in.
fn kept(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}

/// Another review of the same movie, in what the same eyes see.
fn another(review: &Counted) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(review::Entity)
        .and_where(review::Column::MemberId.eq(review.member_id))
        .and_where(review::Column::MovieId.eq(review.movie_id))
        .and_where(review::Column::Id.ne(review.id))
        .and_where(Expr::col((review::Entity, review::Column::Audience)).lte(kept(Column::SeenBy)))
        .take()
}

/// The review of the film that was seen last, of one audience.
#[derive(Clone, Copy, Debug, FromQueryResult)]
struct Head {
    audience: Audience,
    day: i32,
    id: Option<i64>,
}

/// The film that was seen last, of each audience that has one.
struct Last {
    heads: BTreeMap<Audience, Head>,
}

impl Last {
    /// As it is without `review`.
    async fn read_without(tx: &DatabaseTransaction, review: &Counted) -> Result<Self, DbErr> {
        let mut heads = EYES.into_iter().map(|audience| {
            Query::select()
                .columns(["audience", "day", "id"])
                .from_subquery(head(review.member_id, audience, review.id), "head")
                .take()
        });
        let mut all = heads.next().unwrap_or_default();
        for head in heads {
            all.union(UnionType::All, head);
        }
        let heads = tx.query_all(&all).await?;
        let heads = heads.iter().map(|row| Head::from_query_result(row, ""));
        let heads = heads.map(|head| head.map(|head| (head.audience, head)));
        Ok(Self {
            heads: heads.collect::<Result<_, _>>()?,
        })
    }

    /// What `of` says of it, for each of those who see a diary.
    fn by_eyes(&self, of: impl Fn(Head) -> SimpleExpr) -> SimpleExpr {
        let by_eyes = EYES.into_iter().fold(CaseStatement::new(), |case, eyes| {
            let seen = self.heads.range(..=eyes).map(|(_, head)| *head);
            let last = seen.max_by_key(|head| (head.day, head.id)).unwrap_or(Head {
                audience: eyes,
                day: 0,
                id: None,
            });
            case.case(Column::SeenBy.eq(eyes), of(last))
        });
        by_eyes.into()
    }
}

fn head(member: MemberId, audience: Audience, without: i64) -> SelectStatement {
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

/// Counts anew, for all members of the reviews that `which` picks; it must pick all of a
/// member's or none.
pub(super) async fn recount(tx: &DatabaseTransaction, which: Condition) -> Result<(), DbErr> {
    let members = Query::select()
        .column(review::Column::MemberId)
        .from(review::Entity)
        .cond_where(which.clone())
        .take();
    Entity::delete_many()
        .filter(Column::MemberId.in_subquery(members))
        .exec(tx)
        .await?;
    for eyes in EYES {
        let counted = Query::insert()
            .into_table(Entity)
            .columns(COLUMNS)
            .select_from(counted(which.clone(), eyes))
            .map_err(|error| DbErr::Custom(error.to_string()))?
            .take();
        tx.execute(&counted).await?;
    }
    Ok(())
}

/// What the reviews that `which` picks come to, in the eyes of some.
pub(super) fn counted(which: Condition, eyes: Audience) -> SelectStatement {
    use review::Column as Of;
    let rated = || Expr::col(Of::Rating).count();
    let average: SimpleExpr = CaseStatement::new()
        .case(rated().eq(0), -1)
        .finally(half_stars().mul(1000).div(rated()))
        .into();
    let last = SimpleExpr::SubQuery(None, Box::new(last_of_each(eyes).into()));
    Query::select()
        .column(Of::MemberId)
        .expr_as(Expr::val(eyes), Column::SeenBy)
        .expr_as(Func::count_distinct(Expr::col(Of::MovieId)), Column::Movies)
        .expr_as(all(), Column::Reviews)
        .expr_as(rated(), Column::Rated)
        .expr_as(half_stars(), Column::HalfStars)
        .expr_as(average, Column::Average)
        .expr_as(Expr::col(Of::DayKey).max(), Column::LastDay)
        .expr_as(last, Column::LastReviewId)
        .from(review::Entity)
        .cond_where(which)
        .and_where(Of::Audience.lte(eyes))
        .group_by_col(Of::MemberId)
        .take()
}

/// The review of the film seen last by the member of the row around it.
fn last_of_each(eyes: Audience) -> SelectStatement {
    let of = |column: review::Column| Expr::col(("last", column));
    Query::select()
        .expr(of(review::Column::Id))
        .from_as(review::Entity, "last")
        .and_where(of(review::Column::MemberId).equals((review::Entity, review::Column::MemberId)))
        .and_where(of(review::Column::Audience).lte(eyes))
        .order_by(("last", review::Column::DayKey), sea_orm::Order::Desc)
        .order_by(("last", review::Column::Id), sea_orm::Order::Desc)
        .limit(1)
        .take()
}
