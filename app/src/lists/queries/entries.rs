//! The films of a list, page by page.

use chrono::{DateTime, Utc};
use entity::{list_entry, member, movie};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, RelationTrait, Select,
};

use crate::accounts::Viewer;
use crate::catalog::MovieId;
use crate::db::Db;
use crate::posters::Poster;
use crate::posters::queries::{PosterRow, with_poster};

pub const ENTRIES_PER_PAGE: usize = 24;

/// The entries in the feed of a list.
const LATEST_ENTRIES: u64 = 48;

#[derive(Clone, Debug)]
pub struct ListEntry {
    pub movie: MovieId,
    pub title: String,
    /// `None` if unknown.
    pub year: Option<i16>,
    pub imdb_id: Option<String>,
    pub tmdb_id: Option<i64>,
    pub note: String,
    pub added_at: DateTime<Utc>,
    /// `None` for visitors, and once the account is disabled or deleted.
    pub added_by: Option<Adder>,
    pub poster: Poster,
}

/// The member who added a film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adder {
    pub username: String,
    pub display_name: String,
}

#[derive(Clone, Debug, Default)]
pub struct ListEntryPage {
    pub entries: Vec<ListEntry>,
    /// The place of the first of them, from 1.
    pub first_place: u64,
    pub has_more: bool,
}

#[derive(Debug, FromQueryResult)]
struct ListEntryRow {
    movie_id: MovieId,
    title: String,
    year: Option<i16>,
    imdb_id: Option<String>,
    tmdb_id: Option<i64>,
    note: String,
    added_at: DateTime<Utc>,
    adder_username: Option<String>,
    adder_name: Option<String>,
    #[sea_orm(nested(prefix = "poster_"))]
    poster: PosterRow,
}

impl ListEntryRow {
    fn shown_to(self, viewer: &Viewer) -> ListEntry {
        let added_by = self.adder_username.zip(self.adder_name);
        let added_by = added_by.filter(|_| viewer.member.is_some());
        ListEntry {
            movie: self.movie_id,
            title: self.title,
            year: self.year,
            imdb_id: self.imdb_id,
            tmdb_id: self.tmdb_id,
            note: self.note,
            added_at: self.added_at,
            added_by: added_by.map(|(username, display_name)| Adder {
                username,
                display_name,
            }),
            poster: self.poster.into(),
        }
    }
}

/// The entries behind the movie `after`, or the first. If that movie has left the list meanwhile,
/// there are none. Whether `viewer` may see the list must be known.
pub async fn list_entries(
    db: &Db,
    viewer: &Viewer,
    list: i64,
    after: Option<MovieId>,
) -> Result<ListEntryPage, DbErr> {
    let mut rows = in_order(entries_of(list)).limit(ENTRIES_PER_PAGE as u64 + 1);
    let mut first_place = 1;
    if let Some(after) = after {
        let Some(cursor) = cursor_of(db, list, after).await? else {
            return Ok(ListEntryPage::default());
        };
        rows = rows.filter(place().gt(cursor.clone()));
        first_place += places_up_to(db, list, cursor).await?;
    }
    let rows = rows.into_model::<ListEntryRow>().all(db.reader()).await?;
    let has_more = rows.len() > ENTRIES_PER_PAGE;
    let entries = rows.into_iter().take(ENTRIES_PER_PAGE);
    Ok(ListEntryPage {
        entries: entries.map(|row| row.shown_to(viewer)).collect(),
        first_place,
        has_more,
    })
}

/// The entries that were added last, the latest first.
pub async fn latest_entries(db: &Db, viewer: &Viewer, list: i64) -> Result<Vec<ListEntry>, DbErr> {
    let rows = entries_of(list)
        .order_by_desc(list_entry::Column::AddedAt)
        .order_by_desc(list_entry::Column::MovieId)
        .limit(LATEST_ENTRIES)
        .into_model::<ListEntryRow>()
        .all(db.reader())
        .await?;
    Ok(rows.into_iter().map(|row| row.shown_to(viewer)).collect())
}

pub async fn find_entry(
    db: &Db,
    viewer: &Viewer,
    list: i64,
    movie: MovieId,
) -> Result<Option<ListEntry>, DbErr> {
    let row = entries_of(list)
        .filter(list_entry::Column::MovieId.eq(movie))
        .into_model::<ListEntryRow>()
        .one(db.reader())
        .await?;
    Ok(row.map(|row| row.shown_to(viewer)))
}

/// The place of a movie on the list, from 1; `None` if it is not on it.
pub async fn place_of(db: &Db, list: i64, movie: MovieId) -> Result<Option<u64>, DbErr> {
    match cursor_of(db, list, movie).await? {
        Some(cursor) => Ok(Some(places_up_to(db, list, cursor).await?)),
        None => Ok(None),
    }
}

pub(super) fn shown(list: i64) -> Select<list_entry::Entity> {
    list_entry::Entity::find()
        .filter(list_entry::Column::ListId.eq(list))
        .filter(list_entry::Column::MergedBy.is_null())
}

fn entries_of(list: i64) -> Select<list_entry::Entity> {
    use list_entry::Column;
    let entries = shown(list)
        .select_only()
        .columns([Column::MovieId, Column::Note, Column::AddedAt])
        .columns([
            movie::Column::Title,
            movie::Column::Year,
            movie::Column::ImdbId,
            movie::Column::TmdbId,
        ])
        .column_as(member::Column::Username, "adder_username")
        .column_as(member::Column::DisplayName, "adder_name")
        .join(JoinType::InnerJoin, list_entry::Relation::Movie.def())
        .join(JoinType::LeftJoin, enabled_adder());
    with_poster(entries)
}

fn enabled_adder() -> sea_orm::RelationDef {
    list_entry::Relation::Member.def().on_condition(|_, adder| {
        let disabled_at = Expr::col((adder, member::Column::DisabledAt));
        sea_orm::sea_query::Condition::all().add(disabled_at.is_null())
    })
}

pub(super) fn in_order(entries: Select<list_entry::Entity>) -> Select<list_entry::Entity> {
    entries
        .order_by_asc(list_entry::Column::Position)
        .order_by_asc(list_entry::Column::MovieId)
}

fn place() -> Expr {
    Expr::tuple([
        Expr::col((list_entry::Entity, list_entry::Column::Position)),
        Expr::col((list_entry::Entity, list_entry::Column::MovieId)),
    ])
}

async fn cursor_of(db: &Db, list: i64, movie: MovieId) -> Result<Option<Expr>, DbErr> {
    let position: Option<i64> = shown(list)
        .select_only()
        .column(list_entry::Column::Position)
        .filter(list_entry::Column::MovieId.eq(movie))
        .into_tuple()
        .one(db.reader())
        .await?;
    Ok(position.map(|position| Expr::tuple([Expr::val(position), Expr::val(movie)])))
}

async fn places_up_to(db: &Db, list: i64, cursor: Expr) -> Result<u64, DbErr> {
    shown(list)
        .filter(place().lte(cursor))
        .count(db.reader())
        .await
}
