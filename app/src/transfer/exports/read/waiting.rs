//! Rows of imports whose films the member has not decided yet.

use chrono::NaiveDate;
use entity::import::{self, ImportState};
use entity::import_outcome::{self, RowState};
use entity::{Rating, import_film, import_list, import_row};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{PAGE_ROWS, next_cursor};
use crate::accounts::MemberId;
use crate::db::Db;
use crate::transfer::archive_items::WaitingItem;
use crate::transfer::files::row::{NamedFilm, RowFact};

/// Where to go on: an import, and the last of its rows that was read.
pub type RowCursor = (i64, i64);

/// The next rows that wait in an import that is written, and where to go on. Each page is of one
/// import, so that it is a range of one index.
pub async fn waiting_after(
    db: &Db,
    member: MemberId,
    after: Option<RowCursor>,
) -> Result<(Vec<WaitingItem>, Option<RowCursor>), DbErr> {
    use import_outcome::{Column, Entity};
    let place = match after {
        Some(place) => Some(place),
        None => import_after(db, member, 0).await?,
    };
    let Some((import, row)) = place else {
        return Ok((Vec::new(), None));
    };
    let numbers: Vec<i64> = Entity::find()
        .select_only()
        .column(Column::Row)
        .filter(Column::ImportId.eq(import))
        .filter(Column::State.eq(RowState::Undecided))
        .filter(Column::Row.gt(row))
        .order_by_asc(Column::Row)
        .limit(PAGE_ROWS)
        .into_tuple()
        .all(db.reader())
        .await?;
    let next = match next_cursor(&numbers, |number| (import, *number)) {
        Some(place) => Some(place),
        None => import_after(db, member, import).await?,
    };
    Ok((rows_of_import(db, import, numbers).await?, next))
}

/// The beginning of the member’s next import that is written.
async fn import_after(db: &Db, member: MemberId, import: i64) -> Result<Option<RowCursor>, DbErr> {
    use import::{Column, Entity};
    let next: Option<i64> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::MemberId.eq(member))
        .filter(Column::State.eq(ImportState::Done))
        .filter(Column::Id.gt(import))
        .order_by_asc(Column::Id)
        .into_tuple()
        .one(db.reader())
        .await?;
    Ok(next.map(|next| (next, 0)))
}

async fn rows_of_import(
    db: &Db,
    import: i64,
    numbers: Vec<i64>,
) -> Result<Vec<WaitingItem>, DbErr> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let rows = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(import))
        .filter(import_row::Column::Number.is_in(numbers))
        .order_by_asc(import_row::Column::Number)
        .all(db.reader())
        .await?;
    let films = import_film::Entity::find()
        .filter(import_film::Column::ImportId.eq(import))
        .filter(import_film::Column::Number.is_in(rows.iter().filter_map(|row| row.film)))
        .all(db.reader())
        .await?;
    let lists = import_list::Entity::find()
        .filter(import_list::Column::ImportId.eq(import))
        .filter(import_list::Column::Number.is_in(rows.iter().filter_map(|row| row.list)))
        .all(db.reader())
        .await?;
    let items = rows.into_iter().filter_map(|row| {
        let film = films.iter().find(|film| Some(film.number) == row.film)?;
        let list = lists.iter().find(|list| Some(list.number) == row.list);
        let named: NamedFilm = serde_json::from_str(&film.named).ok()?;
        let fact: RowFact = serde_json::from_str(&row.content).ok()?;
        waiting_item(named, fact, list.and_then(|list| list.list_id))
    });
    Ok(items.collect())
}

fn waiting_item(named: NamedFilm, fact: RowFact, list: Option<i64>) -> Option<WaitingItem> {
    let film = WaitingItem {
        row: String::new(),
        title: named.title,
        original_title: named.original_title,
        year: named.year,
        directors: named.directors,
        imdb_id: named.imdb_id,
        tmdb_id: named.tmdb_id,
        may_be_series: named.may_be_series,
        day: None,
        rating: None,
        liked: false,
        rewatch: None,
        spoiler: false,
        tags: Vec::new(),
        text: String::new(),
        list,
        position: 0,
    };
    let says = |row: &str, day: Option<NaiveDate>, rating: Option<Rating>, text: String| {
        let row = row.to_owned();
        WaitingItem {
            row,
            day,
            rating,
            text,
            ..film.clone()
        }
    };
    Some(match fact {
        RowFact::Viewing(seen) => WaitingItem {
            liked: seen.liked,
            rewatch: seen.rewatch,
            spoiler: seen.spoiler,
            tags: seen.tags,
            ..says("viewing", seen.watched_on, seen.rating, seen.comment)
        },
        RowFact::Watched => says("watched", None, None, String::new()),
        RowFact::Rating { rating, rated_on } => says("rating", rated_on, rating, String::new()),
        RowFact::Comment {
            comment,
            spoiler,
            written_on,
        } => WaitingItem {
            spoiler,
            ..says("comment", written_on, None, comment)
        },
        RowFact::Watchlist { added_on, note, .. } => says("watchlist", added_on, None, note),
        // Its list may have been deleted since.
        RowFact::ListEntry { note, position, .. } if list.is_some() => WaitingItem {
            position,
            ..says("list_entry", None, None, note)
        },
        RowFact::ListEntry { .. } => return None,
        RowFact::Like { liked_on } => says("like", liked_on, None, String::new()),
        // What an archive says of the account needs no decision, and is not sent on.
        RowFact::Goal(_)
        | RowFact::Settings(_)
        | RowFact::Correction { .. }
        | RowFact::Picture { .. } => return None,
    })
}
