//! The list of members with a diary, sorted and paged.

use entity::{Audience, member, member_tally};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait, Select,
};

use super::count_to_u32;
use super::last_viewings::{LastViewing, last_viewings_of};
use crate::accounts::{MemberId, Viewer};
use crate::db::Db;
use crate::diary::{Cursor, InvalidCursor};
use crate::stats::Tally;

pub const MEMBERS_PER_PAGE: usize = 50;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MemberOrder {
    #[default]
    Movies,
    Reviews,
    Average,
    LastWatched,
    Name,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberListItem {
    pub member: MemberId,
    pub username: String,
    pub display_name: String,
    /// Each movie counts once.
    pub movies: u32,
    pub tally: Tally,
    /// Of the latest films, each once, the latest first.
    pub last_viewings: Vec<LastViewing>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberListPage {
    /// At most [`MEMBERS_PER_PAGE`] of them.
    pub members: Vec<MemberListItem>,
    /// The cursor of the next page, if there is one.
    pub after: Option<String>,
}

#[derive(Debug, FromQueryResult)]
struct MemberListRow {
    member_id: MemberId,
    username: String,
    display_name: String,
    movies: i32,
    reviews: i32,
    rated: i32,
    half_stars: i32,
    average: i32,
    last_day: i32,
}

/// The page of the query, which [`member_list_query`] made for the same viewer and order.
pub(crate) async fn list_members(
    db: &Db,
    audience: Audience,
    order: MemberOrder,
    query: Select<member_tally::Entity>,
) -> Result<MemberListPage, DbErr> {
    let mut rows = query.into_model::<MemberListRow>().all(db.reader()).await?;
    let has_more = rows.len() > MEMBERS_PER_PAGE;
    rows.truncate(MEMBERS_PER_PAGE);
    let after = rows.last().filter(|_| has_more);
    let after = after.map(|row| order.cursor_of(row));
    let members = rows.iter().map(|row| row.member_id);
    let mut last_viewings = last_viewings_of(db, audience, members).await?;
    let members = rows.into_iter().map(|row| {
        let last_viewings = last_viewings.remove(&row.member_id).unwrap_or_default();
        MemberListItem::new(row, last_viewings)
    });
    Ok(MemberListPage {
        after,
        members: members.collect(),
    })
}

/// Whose reviews the list counts: for members, those of all members; for visitors, public ones.
pub(crate) fn counted_audience(viewer: &Viewer) -> Audience {
    match viewer.member {
        Some(_) => Audience::Members,
        None => Audience::Public,
    }
}

/// Members with reviews that `viewer` may see, after the cursor `after`.
pub fn member_list_query(
    viewer: &Viewer,
    order: MemberOrder,
    after: &str,
) -> Result<Select<member_tally::Entity>, InvalidCursor> {
    use member_tally::Column;
    let audience = counted_audience(viewer);
    let mut rows = member_tally::Entity::find()
        .select_only()
        .columns([
            Column::MemberId,
            Column::Movies,
            Column::Reviews,
            Column::Rated,
            Column::HalfStars,
            Column::Average,
            Column::LastDay,
        ])
        .columns([member::Column::Username, member::Column::DisplayName])
        .join(JoinType::InnerJoin, member_tally::Relation::Member.def())
        .filter(Column::SeenBy.eq(audience))
        .filter(has_reviews())
        .limit(MEMBERS_PER_PAGE as u64 + 1);
    rows = match order.sort_column() {
        Some(column) => rows.order_by_desc(column).order_by_desc(Column::MemberId),
        None => rows
            .filter(Column::MemberId.in_subquery(first_ids_by_name(audience, after)))
            .order_by_asc(member::Column::Username),
    };
    if !after.is_empty() {
        rows = rows.filter(order.after_cursor(after)?);
    }
    Ok(rows)
}

/// The `+ 0` keeps SQLite from using the index on the number of reviews, with which it would sort
/// all members to return one page.
fn has_reviews() -> SimpleExpr {
    let reviews = Expr::col((member_tally::Entity, member_tally::Column::Reviews));
    reviews.add(0).gt(0)
}

/// The IDs of one page of members by username. A subquery, because a join would sort all members
/// to return one page.
fn first_ids_by_name(audience: Audience, after: &str) -> SelectStatement {
    use member::Column;
    let of = |column: member_tally::Column| Expr::col((member_tally::Entity, column));
    let visible_tally = Query::select()
        .expr(Expr::val(1))
        .from(member_tally::Entity)
        .and_where(of(member_tally::Column::MemberId).equals((member::Entity, Column::Id)))
        .and_where(of(member_tally::Column::SeenBy).eq(audience))
        .and_where(has_reviews())
        .take();
    Query::select()
        .column(Column::Id)
        .from(member::Entity)
        .and_where(Expr::exists(visible_tally))
        .and_where(Column::Username.gt(after))
        .order_by(Column::Username, sea_orm::Order::Asc)
        .limit(MEMBERS_PER_PAGE as u64 + 1)
        .take()
}

impl MemberOrder {
    /// In the order of the sort menu.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Movies,
        Self::Reviews,
        Self::Average,
        Self::LastWatched,
    ];

    /// Value of `sort` in the query string.
    pub fn name(self) -> &'static str {
        match self {
            Self::Movies => "movies",
            Self::Reviews => "reviews",
            Self::Average => "average",
            Self::LastWatched => "last",
            Self::Name => "name",
        }
    }

    /// Falls back to the default order.
    pub fn parse(name: &str) -> Self {
        let order = Self::ALL.into_iter().find(|order| order.name() == name);
        order.unwrap_or_default()
    }

    fn sort_column(self) -> Option<member_tally::Column> {
        match self {
            Self::Movies => Some(member_tally::Column::Movies),
            Self::Reviews => Some(member_tally::Column::Reviews),
            Self::Average => Some(member_tally::Column::Average),
            Self::LastWatched => Some(member_tally::Column::LastDay),
            Self::Name => None,
        }
    }

    /// Selects the rows after a cursor from [`cursor_of`](Self::cursor_of).
    fn after_cursor(self, after: &str) -> Result<SimpleExpr, InvalidCursor> {
        let Some(column) = self.sort_column() else {
            return Ok(member::Column::Username.gt(after));
        };
        let cursor: Cursor = after.parse()?;
        let key = i32::try_from(cursor.key).unwrap_or(i32::MIN);
        let columns = [column, member_tally::Column::MemberId];
        let columns = columns.map(|column| Expr::col((member_tally::Entity, column)));
        Ok(Expr::tuple(columns).lt(Expr::tuple([Expr::val(key), Expr::val(cursor.id)])))
    }

    /// The cursor for the page after `row`: a username or a [`Cursor`].
    fn cursor_of(self, row: &MemberListRow) -> String {
        let key = match self {
            Self::Name => return row.username.clone(),
            Self::Movies => row.movies,
            Self::Reviews => row.reviews,
            Self::Average => row.average,
            Self::LastWatched => row.last_day,
        };
        let cursor = Cursor {
            key: key.into(),
            id: row.member_id,
        };
        cursor.to_string()
    }
}

impl MemberListItem {
    fn new(row: MemberListRow, last_viewings: Vec<LastViewing>) -> Self {
        Self {
            member: row.member_id,
            username: row.username,
            display_name: row.display_name,
            movies: count_to_u32(row.movies.into()),
            tally: Tally {
                reviews: count_to_u32(row.reviews.into()),
                rated: count_to_u32(row.rated.into()),
                half_stars: count_to_u32(row.half_stars.into()),
            },
            last_viewings,
        }
    }
}
