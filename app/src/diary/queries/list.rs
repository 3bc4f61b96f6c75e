//! Pages of reviews, which are ranges of an index.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use entity::{Rating, review};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use super::Entry;
use super::entry::{EntryRow, select_entries};
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::{Db, union_all};
use crate::diary::commands::UNKNOWN_LOG_TIME;
use crate::diary::{Cursor, policy};

/// The number of reviews on a page of most lists.
pub const PAGE_SIZE: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPage {
    pub entries: Vec<Entry>,
    /// Where the next page starts; `None` on the last page.
    pub older: Option<Cursor>,
}

/// Which reviews a list contains, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListScope {
    /// Everyone's, the most recently logged first.
    Feed,
    /// A member's, the most recently watched first; unknown days last.
    Diary(MemberId),
    /// A member's, the best rated first, then the most recently watched; unrated ones last.
    Ratings(MemberId),
    /// A member's, the most recently logged first.
    Logged(MemberId),
    /// A movie's, the most recently logged first.
    Movie(MovieId),
}

impl ListScope {
    fn condition(self) -> Condition {
        match self {
            Self::Feed => was_logged(),
            Self::Logged(member) => was_logged().add(review::Column::MemberId.eq(member)),
            Self::Diary(member) | Self::Ratings(member) => {
                Condition::all().add(review::Column::MemberId.eq(member))
            }
            Self::Movie(movie) => Condition::all().add(review::Column::MovieId.eq(movie)),
        }
    }

    /// The columns to sort by, most significant first, all descending. The id breaks ties.
    fn sort_columns(self) -> Vec<review::Column> {
        use review::Column;
        match self {
            Self::Diary(_) => vec![Column::DayKey, Column::Id],
            Self::Ratings(_) => vec![Column::RatingKey, Column::DayKey, Column::Id],
            Self::Feed | Self::Logged(_) | Self::Movie(_) => vec![Column::LoggedAt, Column::Id],
        }
    }

    fn cursor_at(self, entry: &Entry) -> Cursor {
        let key = match self {
            Self::Diary(_) => i64::from(entry.day_key()),
            Self::Ratings(_) => {
                let rating = entry.rating.map_or(-1, Rating::half_stars);
                return Cursor::from_rating_and_day(rating, entry.day_key(), entry.id);
            }
            Self::Feed | Self::Logged(_) | Self::Movie(_) => entry.logged_at.timestamp_micros(),
        };
        Cursor { key, id: entry.id }
    }

    /// Matches the rows that follow `cursor`.
    fn after(self, cursor: Cursor) -> SimpleExpr {
        let day = |key: i64| i32::try_from(key).unwrap_or(i32::MIN);
        let mut place: Vec<SimpleExpr> = match self {
            Self::Diary(_) => vec![Expr::val(day(cursor.key))],
            Self::Ratings(_) => {
                let (rating, day) = cursor.rating_and_day();
                vec![Expr::val(rating), Expr::val(day)]
            }
            Self::Feed | Self::Logged(_) | Self::Movie(_) => vec![Expr::val(cursor.logged_at())],
        };
        place.push(Expr::val(cursor.id));
        let columns = self.sort_columns().into_iter();
        let columns = columns.map(|column| Expr::col((review::Entity, column)));
        Expr::tuple(columns).lt(Expr::tuple(place))
    }
}

/// Leaves out imported reviews of which nobody knows when they were logged.
fn was_logged() -> Condition {
    Condition::all().add(review::Column::LoggedAt.gt(UNKNOWN_LOG_TIME))
}

/// A page of `size` reviews of `scope` after `cursor`, as `viewer` may see it. One query, which takes
/// no longer for a longer list.
pub async fn list_entries(
    db: &Db,
    viewer: &Viewer,
    scope: ListScope,
    cursor: Option<Cursor>,
    size: usize,
) -> Result<EntryPage, DbErr> {
    let rows = list_query(viewer, scope, cursor, size)
        .into_model::<EntryRow>()
        .all(db.reader())
        .await?;
    Ok(into_entry_page(rows, size, |last| scope.cursor_at(last)))
}

/// The reviews with these `ids` that `viewer` may see, in their order. The policy is applied to what
/// was read: as a condition, it makes SQLite read all reviews of an audience.
pub async fn find_entries(db: &Db, viewer: &Viewer, ids: &[i64]) -> Result<Vec<Entry>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = select_entries()
        .filter(review::Column::Id.is_in(ids.iter().copied()))
        .into_model::<EntryRow>()
        .all(db.reader())
        .await?;
    let mut entries: HashMap<i64, Entry> = rows
        .into_iter()
        .map(Entry::from)
        .filter(|entry| policy::may_see(viewer, entry.member_id, entry.audience))
        .map(|entry| (entry.id, entry))
        .collect();
    Ok(ids.iter().filter_map(|id| entries.remove(id)).collect())
}

/// The most reviews that a month shows: ten a day on average.
const MAX_MONTH_ENTRIES: u64 = 310;

/// `member`'s reviews of the days from `first` to `last`, the earliest day first.
pub async fn list_oldest_first(
    db: &Db,
    viewer: &Viewer,
    member: MemberId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Entry>, DbErr> {
    let days = first.num_days_from_ce()..=last.num_days_from_ce();
    let rows = select_entries()
        .filter(ListScope::Diary(member).condition())
        .filter(policy::visible_to(viewer))
        .filter(review::Column::DayKey.between(*days.start(), *days.end()))
        .order_by_asc(review::Column::DayKey)
        .order_by_asc(review::Column::Id)
        .limit(MAX_MONTH_ENTRIES)
        .into_model::<EntryRow>()
        .all(db.reader())
        .await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// Makes a page of `rows`. The query asks for one row more than a page, to see if there is another.
pub(super) fn into_entry_page(
    rows: Vec<EntryRow>,
    size: usize,
    cursor: impl Fn(&Entry) -> Cursor,
) -> EntryPage {
    let has_more = rows.len() > size;
    let entries: Vec<Entry> = rows.into_iter().take(size).map(Entry::from).collect();
    let older = entries.last().filter(|_| has_more).map(cursor);
    EntryPage { entries, older }
}

/// The query of [`list_entries`].
pub fn list_query(
    viewer: &Viewer,
    scope: ListScope,
    cursor: Option<Cursor>,
    size: usize,
) -> Select<review::Entity> {
    let limit = size as u64 + 1;
    let heads = policy::audience_conditions(viewer)
        .into_iter()
        .map(|stream| audience_head(stream, scope, cursor, limit));
    let first = merge_heads(heads, scope, limit);
    let listed = select_entries().filter(review::Column::Id.in_subquery(first));
    newest_first(listed, scope).limit(limit)
}

fn newest_first(select: Select<review::Entity>, scope: ListScope) -> Select<review::Entity> {
    let order = scope.sort_columns().into_iter();
    order.fold(select, |select, column| {
        select.order_by(column, Order::Desc)
    })
}

/// The first entries of one audience: a range of one index.
fn audience_head(
    stream: Condition,
    scope: ListScope,
    cursor: Option<Cursor>,
    limit: u64,
) -> SelectStatement {
    let head = review::Entity::find()
        .select_only()
        .columns(scope.sort_columns())
        .filter(scope.condition())
        .filter(stream);
    let mut head = newest_first(head, scope).limit(limit);
    if let Some(cursor) = cursor {
        head = head.filter(scope.after(cursor));
    }
    head.into_query()
}

/// The ids of the first entries of all audiences together. Each part is wrapped in a subquery,
/// because a part of a `UNION` cannot have its own `ORDER BY`.
fn merge_heads(
    heads: impl Iterator<Item = SelectStatement>,
    scope: ListScope,
    limit: u64,
) -> SelectStatement {
    let wrapped = heads.zip(["a", "b", "c"]).map(|(head, name)| {
        Query::select()
            .columns(scope.sort_columns())
            .from_subquery(head, name)
            .take()
    });
    let mut first = Query::select()
        .column(review::Column::Id)
        .from_subquery(union_all(wrapped).unwrap_or_default(), "heads")
        .limit(limit)
        .take();
    for column in scope.sort_columns() {
        first.order_by(column, Order::Desc);
    }
    first
}
