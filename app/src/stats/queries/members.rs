//! The members with a diary, in one order or another.

use chrono::NaiveDate;
use entity::{Audience, member, member_tally, movie, review};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, RelationTrait, Select,
};

use super::number;
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;
use crate::diary::Cursor;
use crate::stats::Tally;
use crate::web::Error;

/// How many members one page of the list has.
pub const PAGE: usize = 50;

/// What the list goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Those first who saw most different movies.
    #[default]
    Movies,
    /// Those first who logged most.
    Reviews,
    /// Those first who give the most stars.
    Average,
    /// Those first who saw a film last.
    LastSeen,
    /// By username.
    Name,
}

/// A member, and what their diary comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub member: MemberId,
    /// The name in their addresses.
    pub username: String,
    /// The name that is shown.
    pub display_name: String,
    /// How many different movies.
    pub movies: u32,
    /// Their reviews.
    pub tally: Tally,
    /// The film that they saw last.
    pub last: Option<Seen>,
}

/// A film that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which.
    pub movie: MovieId,
    /// Its title.
    pub title: String,
    /// Its year.
    pub year: i16,
    /// The day, if it is known.
    pub day: Option<NaiveDate>,
}

/// A page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standings {
    /// At most [`PAGE`] of them.
    pub members: Vec<Standing>,
    /// Where the list goes on, if it does.
    pub after: Option<String>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
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

/// The page after `after` of the members of whose diaries `viewer` may see something.
pub async fn members(
    db: &Db,
    viewer: &Viewer,
    order: Order,
    after: &str,
) -> Result<Standings, Error> {
    let rows = ranked(viewer, order, after)?;
    let mut rows = rows.into_model::<Row>().all(db.reader()).await?;
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let after = rows.last().filter(|_| has_more);
    Ok(Standings {
        after: after.map(|row| order.place(row)),
        members: rows.into_iter().map(Standing::from).collect(),
    })
}

/// The query of [`members`].
pub fn ranked(
    viewer: &Viewer,
    order: Order,
    after: &str,
) -> Result<Select<member_tally::Entity>, Error> {
    use member_tally::Column;
    let eyes = match viewer.member {
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
        .join_rev(JoinType::LeftJoin, last_review())
        .join(JoinType::LeftJoin, review::Relation::Movie.def())
        .filter(Column::SeenBy.eq(eyes))
        .filter(has_reviews())
        .limit(PAGE as u64 + 1);
    rows = match order.column() {
        Some(column) => rows.order_by_desc(column).order_by_desc(Column::MemberId),
        None => rows
            .filter(Column::MemberId.in_subquery(first_by_name(eyes, after)))
            .order_by_asc(member::Column::Username),
    };
    if !after.is_empty() {
        rows = rows.filter(order.after(after)?);
    }
    Ok(rows)
}

/// Whether there is something to see, said so that no index is looked for: SQLite would take
/// the one that goes by reviews, and put all members in order for one page.
fn has_reviews() -> SimpleExpr {
    let reviews = Expr::col((member_tally::Entity, member_tally::Column::Reviews));
    reviews.add(0).gt(0)
}

/// The first members after that name of whose diaries there is something to see. They are
/// picked before anything is read of them: otherwise all are put in order for one page.
fn first_by_name(eyes: Audience, after: &str) -> SelectStatement {
    use member::Column;
    let of = |column: member_tally::Column| Expr::col((member_tally::Entity, column));
    let seen = Query::select()
        .expr(Expr::val(1))
        .from(member_tally::Entity)
        .and_where(of(member_tally::Column::MemberId).equals((member::Entity, Column::Id)))
        .and_where(of(member_tally::Column::SeenBy).eq(eyes))
        .and_where(has_reviews())
        .take();
    Query::select()
        .column(Column::Id)
        .from(member::Entity)
        .and_where(Expr::exists(seen))
        .and_where(Column::Username.gt(after))
        .order_by(Column::Username, sea_orm::Order::Asc)
        .limit(PAGE as u64 + 1)
        .take()
}

/// From the tally to the review of the film seen last.
fn last_review() -> RelationDef {
    review::Entity::belongs_to(member_tally::Entity)
        .from(review::Column::Id)
        .to(member_tally::Column::LastReviewId)
        .into()
}

impl Order {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Movies,
        Self::Reviews,
        Self::Average,
        Self::LastSeen,
    ];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Movies => "movies",
            Self::Reviews => "reviews",
            Self::Average => "average",
            Self::LastSeen => "last",
            Self::Name => "name",
        }
    }

    /// The order of that [`name`](Self::name); the usual one where there is no such name.
    pub fn parse(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|order| order.name() == name);
        known.unwrap_or_default()
    }

    fn column(self) -> Option<member_tally::Column> {
        match self {
            Self::Movies => Some(member_tally::Column::Movies),
            Self::Reviews => Some(member_tally::Column::Reviews),
            Self::Average => Some(member_tally::Column::Average),
            Self::LastSeen => Some(member_tally::Column::LastDay),
            Self::Name => None,
        }
    }

    /// What comes after the member at that place.
    fn after(self, place: &str) -> Result<SimpleExpr, Error> {
        let Some(column) = self.column() else {
            return Ok(member::Column::Username.gt(place));
        };
        let cursor: Cursor = place.parse()?;
        let key = i32::try_from(cursor.key).unwrap_or(i32::MIN);
        let columns = [column, member_tally::Column::MemberId];
        let columns = columns.map(|column| Expr::col((member_tally::Entity, column)));
        Ok(Expr::tuple(columns).lt(Expr::tuple([Expr::val(key), Expr::val(cursor.id)])))
    }

    /// Where a member stands.
    fn place(self, row: &Row) -> String {
        let key = match self {
            Self::Name => return row.username.clone(),
            Self::Movies => row.movies,
            Self::Reviews => row.reviews,
            Self::Average => row.average,
            Self::LastSeen => row.last_day,
        };
        let cursor = Cursor {
            key: key.into(),
            id: row.member_id,
        };
        cursor.to_string()
    }
}

impl From<Row> for Standing {
    fn from(row: Row) -> Self {
        let last = row.movie_id.zip(row.title).zip(row.year);
        Self {
            member: row.member_id,
            username: row.username,
            display_name: row.display_name,
            movies: number(row.movies.into()),
            tally: Tally {
                reviews: number(row.reviews.into()),
                rated: number(row.rated.into()),
                half_stars: number(row.half_stars.into()),
            },
            last: last.map(|((movie, title), year)| Seen {
                movie,
                title,
                year,
                day: row.watched_on,
            }),
        }
    }
}
