//! Pages of a list.

use entity::{Rating, review};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr, UnionType};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use super::Entry;
use super::entry::{Row, entries};
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;
use crate::diary::{Cursor, Filter, policy};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everybody's, the last logged first.
    Feed,
    /// A member's, by the day watched; unknown days last.
    Diary(MemberId),
    /// A member's, by rating, the best first, then by the day watched; those without a
    /// rating last.
    Ratings(MemberId),
    /// A member's, the last logged first.
    Logged(MemberId),
    /// Those of a movie, the last logged first.
    Movie(MovieId),
}

impl Scope {
    fn condition(self) -> Condition {
        match self {
            Self::Feed => Condition::all(),
            Self::Diary(member) | Self::Ratings(member) | Self::Logged(member) => {
                Condition::all().add(review::Column::MemberId.eq(member))
            }
            Self::Movie(movie) => Condition::all().add(review::Column::MovieId.eq(movie)),
        }
    }

    /// What orders it, the most important first; the id decides in the end.
    fn order(self) -> Vec<review::Column> {
        use review::Column;
        match self {
            Self::Diary(_) => vec![Column::DayKey, Column::Id],
            Self::Ratings(_) => vec![Column::RatingKey, Column::DayKey, Column::Id],
            Self::Feed | Self::Logged(_) | Self::Movie(_) => vec![Column::LoggedAt, Column::Id],
        }
    }

    fn cursor(self, entry: &Entry) -> Cursor {
        let key = match self {
            Self::Diary(_) => i64::from(entry.day_key()),
            Self::Ratings(_) => {
                let rating = entry.rating.map_or(-1, Rating::half_stars);
                return Cursor::of_rating_and_day(rating, entry.day_key(), entry.id);
            }
            Self::Feed | Self::Logged(_) | Self::Movie(_) => entry.logged_at.timestamp_micros(),
        };
        Cursor { key, id: entry.id }
    }

    /// What comes after `cursor`.
    fn after(self, cursor: Cursor) -> SimpleExpr {
        let day = |key: i64| i32::try_from(key).unwrap_or(i32::MIN);
        let mut place: Vec<SimpleExpr> = match self {
            Self::Diary(_) => vec![Expr::val(day(cursor.key))],
            Self::Ratings(_) => {
                let (rating, day) = cursor.rating_and_day();
                vec![Expr::val(rating), Expr::val(day)]
            }
            Self::Feed | Self::Logged(_) | Self::Movie(_) => vec![Expr::val(cursor.time())],
        };
        place.push(Expr::val(cursor.id));
        let columns = self.order().into_iter();
        let columns = columns.map(|column| Expr::col((review::Entity, column)));
        Expr::tuple(columns).lt(Expr::tuple(place))
    }
}

/// The page of `scope` after `cursor`, as `viewer` may see it. One read, whatever the
/// length of the list.
pub async fn list(
    db: &Db,
    viewer: &Viewer,
    scope: Scope,
    cursor: Option<Cursor>,
) -> Result<List, DbErr> {
    list_filtered(db, viewer, scope, &Filter::default(), cursor).await
}

/// The same of the reviews that `filter` lets through. What it does not let through is walked
/// over, within the diary.
pub async fn list_filtered(
    db: &Db,
    viewer: &Viewer,
    scope: Scope,
    filter: &Filter,
    cursor: Option<Cursor>,
) -> Result<List, DbErr> {
    let rows = listed(viewer, scope, &filter.condition(db), cursor)
        .into_model::<Row>()
        .all(db.reader())
        .await?;
    Ok(page(rows, |last| scope.cursor(last)))
}

/// The most reviews of one month that are shown at once.
const MONTH: u64 = 310;

/// Those of `member` between two days, the first one first: at most ten a day on average.
pub async fn between(
    db: &Db,
    viewer: &Viewer,
    member: MemberId,
    filter: &Filter,
) -> Result<Vec<Entry>, DbErr> {
    let rows = entries()
        .filter(Scope::Diary(member).condition())
        .filter(policy::visible_to(viewer))
        .filter(filter.condition(db))
        .order_by_asc(review::Column::DayKey)
        .order_by_asc(review::Column::Id)
        .limit(MONTH)
        .into_model::<Row>()
        .all(db.reader())
        .await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// One page of `rows`, of which one more than a page was asked for.
pub(super) fn page(rows: Vec<Row>, cursor: impl Fn(&Entry) -> Cursor) -> List {
    let has_more = rows.len() > PAGE;
    let entries: Vec<Entry> = rows.into_iter().take(PAGE).map(Entry::from).collect();
    let older = entries.last().filter(|_| has_more).map(cursor);
    List { entries, older }
}

/// The query of [`list`].
pub fn listed(
    viewer: &Viewer,
    scope: Scope,
    filter: &Condition,
    cursor: Option<Cursor>,
) -> Select<review::Entity> {
    let heads = policy::streams(viewer)
        .into_iter()
        .map(|stream| head(stream.add(filter.clone()), scope, cursor));
    let listed = entries().filter(review::Column::Id.in_subquery(merged(heads, scope)));
    ordered(listed, scope).limit(PAGE as u64 + 1)
}

fn ordered(select: Select<review::Entity>, scope: Scope) -> Select<review::Entity> {
    let order = scope.order().into_iter();
    order.fold(select, |select, column| {
        select.order_by(column, Order::Desc)
    })
}

/// The first entries of one stream, by what orders them: a range of one index.
fn head(stream: Condition, scope: Scope, cursor: Option<Cursor>) -> SelectStatement {
    let head = review::Entity::find()
        .select_only()
        .columns(scope.order())
        .filter(scope.condition())
        .filter(stream);
    let mut head = ordered(head, scope).limit(PAGE as u64 + 1);
    if let Some(cursor) = cursor {
        head = head.filter(scope.after(cursor));
    }
    head.into_query()
}

/// The ids of the first entries of all heads together. Each head is wrapped, because a part of
/// a union cannot have an order of its own.
fn merged(heads: impl Iterator<Item = SelectStatement>, scope: Scope) -> SelectStatement {
    let wrapped = heads.zip(["a", "b", "c"]).map(|(head, name)| {
        Query::select()
            .columns(scope.order())
            .from_subquery(head, name)
            .take()
    });
    let all = wrapped.reduce(|mut all, other| all.union(UnionType::All, other).take());
    let mut first = Query::select()
        .column(review::Column::Id)
        .from_subquery(all.unwrap_or_default(), "heads")
        .limit(PAGE as u64 + 1)
        .take();
    for column in scope.order() {
        first.order_by(column, Order::Desc);
    }
    first
}
