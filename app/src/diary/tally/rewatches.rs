//! Which viewings are rewatches: those with an earlier one of the same movie, by the day watched.
//! Unknown days count as the earliest; of one day, the review that was logged first. A mark that
//! the member set by hand stays.

use entity::review::{ActiveModel, Column, Entity};
use entity::{Audience, month_tally};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    DerivePartialModel, EntityTrait, QueryFilter, QuerySelect,
};

use crate::accounts::MemberId;
use crate::catalog::MovieId;

/// What a member's other viewings of a movie say about a new one.
#[derive(Clone, Copy, Debug)]
pub(in crate::diary) struct EarlierViewings {
    pub has_others: bool,
    /// Whether the new one is a rewatch.
    pub has_earlier: bool,
}

impl EarlierViewings {
    /// For a review that comes after all others of its day.
    pub(in crate::diary) async fn read(
        tx: &DatabaseTransaction,
        member: MemberId,
        movie: MovieId,
        day_key: i32,
    ) -> Result<Self, DbErr> {
        let days: Vec<i32> = Entity::find()
            .select_only()
            .column(Column::DayKey)
            .filter(Column::MemberId.eq(member))
            .filter(Column::MovieId.eq(movie))
            .filter(Column::DeletedAt.is_null())
            .into_tuple()
            .all(tx)
            .await?;
        Ok(Self {
            has_others: !days.is_empty(),
            has_earlier: days.iter().any(|day| *day <= day_key),
        })
    }
}

/// A review whose mark changes because another viewing did.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "entity::review::Entity")]
struct OutdatedMark {
    id: i64,
    member_id: MemberId,
    audience: Audience,
    month_key: i32,
    rewatch: bool,
}

/// The mark of a review that is updated, for the same statement: PostgreSQL checks the foreign keys
/// of a row that a transaction updates twice, and that would wait for locks.
pub(in crate::diary) fn mark_unless_by_hand(is_rewatch: SimpleExpr) -> SimpleExpr {
    let stored = Expr::col((Entity, Column::Rewatch));
    CaseStatement::new()
        .case(Expr::col((Entity, Column::RewatchByHand)), stored)
        .finally(is_rewatch)
        .into()
}

/// Whether the review of the outer query is a rewatch.
pub(in crate::diary) fn is_rewatch() -> SimpleExpr {
    has_earlier_viewing(this(Column::MovieId), this(Column::DayKey))
}

/// Whether it would be one on another day.
pub(in crate::diary) fn is_rewatch_on(day_key: i32) -> SimpleExpr {
    has_earlier_viewing(this(Column::MovieId), Expr::val(day_key))
}

/// Whether it would be one of another movie.
pub(in crate::diary) fn is_rewatch_of(movie: MovieId) -> SimpleExpr {
    has_earlier_viewing(Expr::val(movie), this(Column::DayKey))
}

/// Brings the marks of these reviews up to date, and the tallies with them. Versions and times of
/// change stay: the member has not touched these reviews. Returns whether that of a public review
/// has changed.
pub(super) async fn update_marks(
    tx: &DatabaseTransaction,
    which: Condition,
) -> Result<bool, DbErr> {
    let outdated = Entity::find()
        .filter(which)
        .filter(is_outdated())
        .into_partial_model::<OutdatedMark>()
        .all(tx)
        .await?;
    for mark in &outdated {
        flip(tx, mark).await?;
    }
    Ok(outdated
        .iter()
        .any(|mark| mark.audience == Audience::Public))
}

/// Updates all marks at once, without the tallies.
pub(super) async fn update_all_marks(tx: &impl ConnectionTrait) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Rewatch, is_rewatch())
        .filter(is_outdated())
        .exec(tx)
        .await?;
    Ok(())
}

/// The reviews whose mark is not what the rule says.
pub(super) fn is_outdated() -> Condition {
    Condition::all()
        .add(Column::DeletedAt.is_null())
        .add(Column::RewatchByHand.eq(false))
        .add(Expr::col((Entity, Column::Rewatch)).ne(is_rewatch()))
}

async fn flip(tx: &DatabaseTransaction, mark: &OutdatedMark) -> Result<(), DbErr> {
    let change = ActiveModel {
        id: Set(mark.id),
        rewatch: Set(!mark.rewatch),
        ..Default::default()
    };
    Entity::update(change).exec(tx).await?;
    if mark.audience == Audience::Nobody {
        return Ok(());
    }
    use month_tally::Column as Of;
    let difference = if mark.rewatch { -1 } else { 1 };
    month_tally::Entity::update_many()
        .col_expr(Of::Rewatches, Expr::col(Of::Rewatches).add(difference))
        .filter(Of::MemberId.eq(mark.member_id))
        .filter(Of::Audience.eq(mark.audience))
        .filter(Of::MonthKey.eq(mark.month_key))
        .exec(tx)
        .await?;
    Ok(())
}

fn this(column: Column) -> SimpleExpr {
    Expr::col((Entity, column))
}

/// Whether the member of the review in the outer query has an earlier viewing of the movie.
fn has_earlier_viewing(movie: SimpleExpr, day_key: SimpleExpr) -> SimpleExpr {
    let earlier = |column| Expr::col(("earlier", column));
    let viewings = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, "earlier")
        .and_where(earlier(Column::MemberId).eq(this(Column::MemberId)))
        .and_where(earlier(Column::MovieId).eq(movie))
        .and_where(earlier(Column::DeletedAt).is_null())
        .and_where(
            Expr::tuple([earlier(Column::DayKey), earlier(Column::Id)])
                .lt(Expr::tuple([day_key, this(Column::Id)])),
        )
        .take();
    Expr::exists(viewings)
}
