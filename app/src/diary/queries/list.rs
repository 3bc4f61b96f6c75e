//! Pages of a list.

use entity::review;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr, UnionType};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use super::Entry;
use super::entry::{Row, entries, with_tags};
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;
use crate::diary::{Cursor, policy};

/// How many entries one page of a list has.
pub const PAGE: usize = 20;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// At most [`PAGE`] of them.
    pub entries: Vec<Entry>,
    /// Where the list goes on, if it does.
    pub older: Option<Cursor>,
}

/// Which reviews a list has, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's, the last logged first.
    Feed,
    /// A member's, by the day watched; unknown days last.
    Diary(MemberId),
    /// A member's, the last logged first.
    Logged(MemberId),
    /// Those of a movie, the last logged first.
    Movie(MovieId),
}

impl Scope {
    fn condition(self) -> Condition {
        match self {
            Self::Feed => Condition::all(),
            Self::Diary(member) | Self::Logged(member) => {
                Condition::all().add(review::Column::MemberId.eq(member))
            }
            Self::Movie(movie) => Condition::all().add(review::Column::MovieId.eq(movie)),
        }
    }

    fn order(self) -> review::Column {
        match self {
            Self::Diary(_) => review::Column::DayKey,
            Self::Feed | Self::Logged(_) | Self::Movie(_) => review::Column::LoggedAt,
        }
    }

    fn cursor(self, entry: &Entry) -> Cursor {
        let key = match self {
            Self::Diary(_) => i64::from(entry.day_key),
            Self::Feed | Self::Logged(_) | Self::Movie(_) => entry.logged_at.timestamp_micros(),
        };
        Cursor { key, id: entry.id }
    }

    /// What comes after `cursor`.
    fn after(self, cursor: Cursor) -> SimpleExpr {
        let key: SimpleExpr = match self {
            Self::Diary(_) => Expr::val(i32::try_from(cursor.key).unwrap_or(i32::MIN)),
            Self::Feed | Self::Logged(_) | Self::Movie(_) => Expr::val(cursor.time()),
        };
        let columns = [self.order(), review::Column::Id].map(|c| Expr::col((review::Entity, c)));
        Expr::tuple(columns).lt(Expr::tuple([key, Expr::val(cursor.id)]))
    }
}

/// The page of `scope` after `cursor`, as `viewer` may see it. Two reads, whatever the
/// length of the list.
pub async fn list(
    db: &Db,
    viewer: &Viewer,
    scope: Scope,
    cursor: Option<Cursor>,
) -> Result<List, DbErr> {
    let rows = listed(viewer, scope, cursor)
        .into_model::<Row>()
        .all(db.reader())
        .await?;
    page(db, rows, |last| scope.cursor(last)).await
}

/// One page of `rows`, of which one more than a page was asked for.
pub(super) async fn page(
    db: &Db,
    rows: Vec<Row>,
    cursor: impl Fn(&Entry) -> Cursor,
) -> Result<List, DbErr> {
    let has_more = rows.len() > PAGE;
    let entries = with_tags(db.reader(), rows.into_iter().take(PAGE)).await?;
    let older = entries.last().filter(|_| has_more).map(cursor);
    Ok(List { entries, older })
}

/// The query of [`list`].
pub fn listed(viewer: &Viewer, scope: Scope, cursor: Option<Cursor>) -> Select<review::Entity> {
    let heads = policy::streams(viewer)
        .into_iter()
        .map(|stream| head(stream, scope, cursor));
    entries()
        .filter(review::Column::Id.in_subquery(merged(heads)))
        .order_by(scope.order(), Order::Desc)
        .order_by(review::Column::Id, Order::Desc)
        .limit(PAGE as u64 + 1)
}

/// The ids of the first entries of one stream: a range of one index.
fn head(stream: Condition, scope: Scope, cursor: Option<Cursor>) -> SelectStatement {
    let mut head = review::Entity::find()
        .select_only()
        .column(review::Column::Id)
        .filter(scope.condition())
        .filter(stream)
        .order_by(scope.order(), Order::Desc)
        .order_by(review::Column::Id, Order::Desc)
        .limit(PAGE as u64 + 1);
    if let Some(cursor) = cursor {
        head = head.filter(scope.after(cursor));
    }
    head.into_query()
}

/// All of the heads. Each is wrapped, because a part of a union cannot have an order
/// of its own.
fn merged(heads: impl Iterator<Item = SelectStatement>) -> SelectStatement {
    let mut wrapped = heads.zip(["a", "b", "c"]).map(|(head, name)| {
        Query::select()
            .column(review::Column::Id)
            .from_subquery(head, name)
            .take()
    });
    let mut all = wrapped.next().unwrap_or_default();
    for other in wrapped {
        all.union(UnionType::All, other);
    }
    all
}
