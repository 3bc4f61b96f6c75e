//! The watchlist, and the lists of a member with their films.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Visibility, list, list_entry, watchlist_entry};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, DbErr, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::movies::movie_items;
use super::{PAGE_ROWS, movie_of, next_cursor};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::db::Db;
use crate::transfer::archive_items::{ListEntryItem, ListItem, WatchlistItem};

/// The last film of a page: its position and its movie.
pub type PlaceCursor = (i64, MovieId);

/// Whether a film stands after a place. The columns are its position and its movie.
fn is_after<C: ColumnTrait>(columns: [C; 2], (position, movie): PlaceCursor) -> Expr {
    let place = Expr::tuple(columns.map(Expr::col));
    place.gt(Expr::tuple([Expr::val(position), Expr::val(movie)]))
}

#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "watchlist_entry::Entity")]
struct WatchlistRow {
    movie_id: MovieId,
    note: String,
    added_at: DateTime<Utc>,
    added_on: NaiveDate,
    position: i64,
}

/// The next films of the watchlist in the order by hand, and where to go on.
pub async fn watchlist_after(
    db: &Db,
    member: MemberId,
    after: Option<PlaceCursor>,
) -> Result<(Vec<WatchlistItem>, Option<PlaceCursor>), DbErr> {
    use watchlist_entry::{Column, Entity};
    let mut rows = Entity::find()
        .filter(Column::MemberId.eq(member))
        .filter(Column::IsListed.eq(true));
    if let Some(place) = after {
        rows = rows.filter(is_after([Column::Position, Column::MovieId], place));
    }
    let rows: Vec<WatchlistRow> = rows
        .order_by_asc(Column::Position)
        .order_by_asc(Column::MovieId)
        .limit(PAGE_ROWS)
        .into_partial_model()
        .all(db.reader())
        .await?;
    let last = next_cursor(&rows, |row| (row.position, row.movie_id));
    let movies = movie_items(db, rows.iter().map(|row| row.movie_id)).await?;
    let items = rows.into_iter().map(|row| WatchlistItem {
        movie: movie_of(&movies, row.movie_id),
        note: row.note,
        added_at: row.added_at,
        added_on: row.added_on,
    });
    Ok((items.collect(), last))
}

#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "list::Entity")]
struct ListRow {
    id: i64,
    title: String,
    description: String,
    visibility: Visibility,
    ranked: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// The next lists that are the member’s own, and where to go on.
pub async fn lists_after(
    db: &Db,
    member: MemberId,
    after: Option<i64>,
) -> Result<(Vec<ListItem>, Option<i64>), DbErr> {
    use list::{Column, Entity};
    let rows: Vec<ListRow> = Entity::find()
        .filter(Column::MemberId.eq(member))
        .filter(Column::DeletedAt.is_null())
        .filter(Column::Id.gt(after.unwrap_or_default()))
        .order_by_asc(Column::Id)
        .limit(PAGE_ROWS)
        .into_partial_model()
        .all(db.reader())
        .await?;
    let last = next_cursor(&rows, |row| row.id);
    let items = rows.into_iter().map(|row| ListItem {
        id: row.id,
        title: row.title,
        description: row.description,
        visibility: row.visibility,
        ranked: row.ranked,
        created_at: row.created_at,
        updated_at: row.updated_at,
    });
    Ok((items.collect(), last))
}

#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "list_entry::Entity")]
struct ListEntryRow {
    movie_id: MovieId,
    note: String,
    position: i64,
    added_at: DateTime<Utc>,
    added_by: Option<MemberId>,
}

/// The next films of a list in its order, and where to go on. Notes of others are left out.
pub async fn entries_after(
    db: &Db,
    member: MemberId,
    list: i64,
    after: Option<PlaceCursor>,
) -> Result<(Vec<ListEntryItem>, Option<PlaceCursor>), DbErr> {
    use list_entry::{Column, Entity};
    let mut rows = Entity::find()
        .filter(Column::ListId.eq(list))
        .filter(Column::MergedBy.is_null());
    if let Some(place) = after {
        rows = rows.filter(is_after([Column::Position, Column::MovieId], place));
    }
    let rows: Vec<ListEntryRow> = rows
        .order_by_asc(Column::Position)
        .order_by_asc(Column::MovieId)
        .limit(PAGE_ROWS)
        .into_partial_model()
        .all(db.reader())
        .await?;
    let last = next_cursor(&rows, |row| (row.position, row.movie_id));
    let movies = movie_items(db, rows.iter().map(|row| row.movie_id)).await?;
    let items = rows.into_iter().map(|row| ListEntryItem {
        list,
        movie: movie_of(&movies, row.movie_id),
        note: match row.added_by == Some(member) {
            true => row.note,
            false => String::new(),
        },
        added_at: row.added_at,
    });
    Ok((items.collect(), last))
}
