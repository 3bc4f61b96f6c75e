//! The list of members with a diary, sorted and paged.

use chrono::NaiveDate;
use entity::{Audience, member, member_tally, movie, review};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, RelationTrait, Select,
};

use super::count_to_u32;
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;
use crate::diary::{Cursor, InvalidCursor};
use crate::stats::Tally;
use crate::web;

pub const MEMBERS_PER_PAGE: usize = 50;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    pub last_viewing: Option<LastViewing>,
}

/// The viewing with the latest day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastViewing {
    pub movie: MovieId,
    pub title: String,
    pub year: Option<i16>,
    /// `None` if the day is unknown.
    pub day: Option<NaiveDate>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberListPage {
    /// At most [`MEMBERS_PER_PAGE`] of them.
    pub members: Vec<MemberListItem>,
    /// The cursor of the next page, if there is one.
    pub after: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum ListMembersError {
    #[error(transparent)]
    InvalidCursor(#[from] InvalidCursor),
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<ListMembersError> for web::Error {
    fn from(error: ListMembersError) -> Self {
        match error {
            ListMembersError::InvalidCursor(error) => error.into(),
            ListMembersError::Database(error) => error.into(),
        }
    }
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
    movie_id: Option<MovieId>,
    title: Option<String>,
    year: Option<i16>,
    watched_on: Option<NaiveDate>,
}

/// The page after the cursor `after`, of members with reviews that `viewer` may see.
pub async fn list_members(
    db: &Db,
    viewer: &Viewer,
    order: MemberOrder,
    after: &str,
) -> Result<MemberListPage, ListMembersError> {
    let rows = member_list_query(viewer, order, after)?;
    let mut rows = rows.into_model::<MemberListRow>().all(db.reader()).await?;
    let has_more = rows.len() > MEMBERS_PER_PAGE;
    rows.truncate(MEMBERS_PER_PAGE);
    let after = rows.last().filter(|_| has_more);
    Ok(MemberListPage {
        after: after.map(|row| order.cursor_of(row)),
        members: rows.into_iter().map(MemberListItem::from).collect(),
    })
}

/// The query of [`list_members`].
pub fn member_list_query(
    viewer: &Viewer,
    order: MemberOrder,
    after: &str,
) -> Result<Select<member_tally::Entity>, InvalidCursor> {
    use member_tally::Column;
    let audience = match viewer.member {
        Some(_) => Audience::Members,
        None => Audience::Public,
    };
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
        .columns([review::Column::MovieId, review::Column::WatchedOn])
        .columns([movie::Column::Title, movie::Column::Year])
        .join(JoinType::InnerJoin, member_tally::Relation::Member.def())
        .join_rev(JoinType::LeftJoin, last_review_relation())
        .join(JoinType::LeftJoin, review::Relation::Movie.def())
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

/// Joins the tally to its member's latest review.
fn last_review_relation() -> RelationDef {
    review::Entity::belongs_to(member_tally::Entity)
        .from(review::Column::Id)
        .to(member_tally::Column::LastReviewId)
        .into()
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

impl From<MemberListRow> for MemberListItem {
    fn from(row: MemberListRow) -> Self {
        let last = row.movie_id.zip(row.title);
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
            last_viewing: last.map(|(movie, title)| LastViewing {
                movie,
                title,
                year: row.year,
                day: row.watched_on,
            }),
        }
    }
}
