//! The films of a watchlist, page by page.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{movie, movie_facts, watchlist_entry};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, JoinType, Order, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, Select,
};

use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::catalog::queries::in_genre;
use crate::db::Db;
use crate::diary::policy::movies_visible_to;
use crate::posters::Poster;
use crate::posters::queries::{PosterRow, with_poster};
use crate::watchlist::params::{WatchlistFilter, WatchlistOrder};

pub const ENTRIES_PER_PAGE: usize = 24;

#[derive(Clone, Debug)]
pub struct WatchlistEntry {
    pub movie: MovieId,
    pub title: String,
    /// `None` if unknown.
    pub year: Option<i16>,
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<i64>,
    /// In minutes; `None` if unknown.
    pub runtime: Option<i16>,
    pub note: String,
    pub added_at: DateTime<Utc>,
    /// In the time zone that the member had then.
    pub added_on: NaiveDate,
    pub poster: Poster,
}

#[derive(Clone, Debug, Default)]
pub struct WatchlistPage {
    pub entries: Vec<WatchlistEntry>,
    pub has_more: bool,
}

#[derive(Debug, FromQueryResult)]
struct WatchlistEntryRow {
    movie_id: MovieId,
    title: String,
    year: Option<i16>,
    imdb_id: Option<String>,
    tmdb_id: Option<i64>,
    runtime: Option<i16>,
    note: String,
    added_at: DateTime<Utc>,
    added_on: NaiveDate,
    #[sea_orm(nested(prefix = "poster_"))]
    poster: PosterRow,
}

impl From<WatchlistEntryRow> for WatchlistEntry {
    fn from(row: WatchlistEntryRow) -> Self {
        Self {
            movie: row.movie_id,
            title: row.title,
            year: row.year,
            imdb_id: row.imdb_id,
            tmdb_id: row.tmdb_id,
            runtime: row.runtime,
            note: row.note,
            added_at: row.added_at,
            added_on: row.added_on,
            poster: row.poster.into(),
        }
    }
}

/// The entries behind the movie `after`, or the first. If that movie has left the list meanwhile,
/// there are none.
pub async fn list_entries(
    db: &Db,
    member: MemberId,
    order: WatchlistOrder,
    filter: &WatchlistFilter,
    after: Option<MovieId>,
) -> Result<WatchlistPage, DbErr> {
    let mut rows = sorted(entries_of(member, filter), order).limit(ENTRIES_PER_PAGE as u64 + 1);
    if let Some(after) = after {
        let Some(cursor) = cursor_of(db, member, order, after).await? else {
            return Ok(WatchlistPage::default());
        };
        rows = rows.filter(behind(order, cursor));
    }
    let rows = rows
        .into_model::<WatchlistEntryRow>()
        .all(db.reader())
        .await?;
    let has_more = rows.len() > ENTRIES_PER_PAGE;
    let entries = rows.into_iter().take(ENTRIES_PER_PAGE);
    Ok(WatchlistPage {
        entries: entries.map(WatchlistEntry::from).collect(),
        has_more,
    })
}

/// The entry of this movie.
pub async fn find_entry(
    db: &Db,
    member: MemberId,
    movie: MovieId,
) -> Result<Option<WatchlistEntry>, DbErr> {
    let row = entries_of(member, &WatchlistFilter::default())
        .filter(watchlist_entry::Column::MovieId.eq(movie))
        .into_model::<WatchlistEntryRow>()
        .one(db.reader())
        .await?;
    Ok(row.map(WatchlistEntry::from))
}

/// The entry at this position of the filtered list.
pub async fn pick_entry(
    db: &Db,
    member: MemberId,
    filter: &WatchlistFilter,
    index: u64,
) -> Result<Option<WatchlistEntry>, DbErr> {
    let row = sorted(entries_of(member, filter), WatchlistOrder::Added)
        .offset(index)
        .limit(1)
        .into_model::<WatchlistEntryRow>()
        .one(db.reader())
        .await?;
    Ok(row.map(WatchlistEntry::from))
}

fn entries_of(member: MemberId, filter: &WatchlistFilter) -> Select<watchlist_entry::Entity> {
    use watchlist_entry::Column;
    let entries = listed(member, filter).select_only().columns([
        Column::MovieId,
        Column::Note,
        Column::AddedAt,
        Column::AddedOn,
    ]);
    let entries = entries
        .columns([
            movie::Column::Title,
            movie::Column::Year,
            movie::Column::ImdbId,
            movie::Column::TmdbId,
        ])
        .column(movie_facts::Column::Runtime);
    with_poster(entries)
}

/// The films of the list that pass the filter, with their facts.
pub(super) fn listed(
    member: MemberId,
    filter: &WatchlistFilter,
) -> Select<watchlist_entry::Entity> {
    use watchlist_entry::Column;
    let by_decade = filter
        .decade
        .map(|first| movie::Column::Year.between(first, first + 9));
    let by_length = filter
        .under_minutes
        .map(|minutes| movie_facts::Column::Runtime.lt(minutes));
    watchlist_entry::Entity::find()
        .join(JoinType::InnerJoin, watchlist_entry::Relation::Movie.def())
        .join(JoinType::LeftJoin, movie_facts::Relation::Movie.def().rev())
        .filter(Column::MemberId.eq(member))
        .filter(Column::IsListed.eq(true))
        .filter(
            Condition::all()
                .add_option(filter.genre.as_deref().map(in_genre))
                .add_option(by_decade)
                .add_option(by_length),
        )
}

/// What the list is sorted by, before the id of the movie, and in which direction.
fn sort_key(order: WatchlistOrder) -> (SimpleExpr, Order) {
    let entry = |column| Expr::col((watchlist_entry::Entity, column));
    let movie = |column| Expr::col((movie::Entity, column));
    match order {
        WatchlistOrder::Added => (entry(watchlist_entry::Column::AddedAt), Order::Desc),
        WatchlistOrder::Title => (movie(movie::Column::SortKey), Order::Asc),
        WatchlistOrder::Year => (movie(movie::Column::Year).if_null(0), Order::Desc),
        WatchlistOrder::Length => {
            let runtime = Expr::col((movie_facts::Entity, movie_facts::Column::Runtime));
            (runtime.if_null(i16::MAX), Order::Asc)
        }
        WatchlistOrder::ByHand => (entry(watchlist_entry::Column::Position), Order::Asc),
    }
}

fn movie_id() -> SimpleExpr {
    Expr::col((watchlist_entry::Entity, watchlist_entry::Column::MovieId))
}

fn sorted(
    entries: Select<watchlist_entry::Entity>,
    order: WatchlistOrder,
) -> Select<watchlist_entry::Entity> {
    let (key, direction) = sort_key(order);
    entries
        .order_by(key, direction.clone())
        .order_by(movie_id(), direction)
}

/// The sort key of the last entry of a page, as one of its types.
#[derive(Debug, FromQueryResult)]
struct CursorRow {
    movie_id: MovieId,
    added_at: DateTime<Utc>,
    position: i64,
    sort_key: String,
    year: Option<i16>,
    runtime: Option<i16>,
}

async fn cursor_of(
    db: &Db,
    member: MemberId,
    order: WatchlistOrder,
    after: MovieId,
) -> Result<Option<(SimpleExpr, MovieId)>, DbErr> {
    use watchlist_entry::Column;
    let row = listed(member, &WatchlistFilter::default())
        .select_only()
        .columns([Column::MovieId, Column::AddedAt, Column::Position])
        .columns([movie::Column::SortKey, movie::Column::Year])
        .column(movie_facts::Column::Runtime)
        .filter(Column::MovieId.eq(after))
        .into_model::<CursorRow>()
        .one(db.reader())
        .await?;
    Ok(row.map(|row| {
        let key = match order {
            WatchlistOrder::Added => Expr::val(row.added_at),
            WatchlistOrder::Title => Expr::val(row.sort_key),
            WatchlistOrder::Year => Expr::val(row.year.unwrap_or_default()),
            WatchlistOrder::Length => Expr::val(row.runtime.unwrap_or(i16::MAX)),
            WatchlistOrder::ByHand => Expr::val(row.position),
        };
        (key, row.movie_id)
    }))
}

fn behind(order: WatchlistOrder, (key, movie): (SimpleExpr, MovieId)) -> SimpleExpr {
    let (column, direction) = sort_key(order);
    let this = Expr::tuple([column, movie_id()]);
    let last = Expr::tuple([key, Expr::val(movie)]);
    match direction {
        Order::Desc => this.lt(last),
        _ => this.gt(last),
    }
}

/// The movies with a page that `viewer` may see; `None` for members, who may see all.
pub async fn movies_with_page(
    db: &Db,
    viewer: &Viewer,
    movies: impl IntoIterator<Item = MovieId>,
) -> Result<Option<Vec<MovieId>>, DbErr> {
    if viewer.member.is_some() {
        return Ok(None);
    }
    let visible = movie::Entity::find()
        .select_only()
        .column(movie::Column::Id)
        .filter(movie::Column::Id.is_in(movies))
        .filter(movies_visible_to(viewer))
        .into_tuple()
        .all(db.reader())
        .await?;
    Ok(Some(visible))
}
