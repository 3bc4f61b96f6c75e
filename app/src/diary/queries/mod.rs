//! Queries for reviews. They return entries, and only those that the viewer may see.

mod entry;
mod films;
mod hashes;
mod list;
mod merges;
mod tags;
mod text;
mod viewings;

use chrono::{DateTime, Utc};
use entity::review;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, SelectExt,
};

use super::{Cursor, policy};
use crate::accounts::{MemberId, Viewer};
use crate::catalog::MovieId;
use crate::db::Db;

pub use entry::Entry;
use entry::{EntryRow, select_entries};
pub use films::{DiaryFilm, find_films};
pub use hashes::review_hashes;
use list::into_entry_page;
pub use list::{
    EntryPage, ListScope, PAGE_SIZE, find_entries, list_entries, list_oldest_first, list_query,
};
pub use merges::{Merge, merges_into, merges_leading_to};
pub use tags::suggested_tags;
pub use text::find_text;
pub use viewings::{OwnViewing, RecentReviewer, own_viewings, recent_reviewers, visible_viewings};

/// `None` if there is no such review or `viewer` may not see it.
pub async fn find(db: &Db, viewer: &Viewer, id: i64) -> Result<Option<Entry>, DbErr> {
    find_entry(db, policy::visible_to(viewer), id).await
}

/// `None` unless the review is `member`'s own and not deleted.
pub async fn find_own(db: &Db, member: MemberId, id: i64) -> Result<Option<Entry>, DbErr> {
    let own = Condition::all()
        .add(review::Column::MemberId.eq(member))
        .add(review::Column::DeletedAt.is_null());
    find_entry(db, own, id).await
}

async fn find_entry(db: &Db, condition: Condition, id: i64) -> Result<Option<Entry>, DbErr> {
    let row = select_entries()
        .filter(review::Column::Id.eq(id))
        .filter(condition)
        .into_model::<EntryRow>()
        .one(db.reader())
        .await?;
    Ok(row.map(Entry::from))
}

/// The page after `cursor` of `member`'s own reviews that were deleted after `since`, the most
/// recently logged first.
pub async fn list_deleted(
    db: &Db,
    member: MemberId,
    since: DateTime<Utc>,
    cursor: Option<Cursor>,
) -> Result<EntryPage, DbErr> {
    let before = cursor.map_or(i64::MAX, |cursor| cursor.id);
    let rows = select_entries()
        .filter(deleted_since(member, since))
        .filter(review::Column::Id.lt(before))
        .order_by_desc(review::Column::Id)
        .limit(PAGE_SIZE as u64 + 1)
        .into_model::<EntryRow>()
        .all(db.reader())
        .await?;
    Ok(into_entry_page(rows, PAGE_SIZE, |last| Cursor {
        key: 0,
        id: last.id,
    }))
}

/// `None` unless the review is `member`'s own and was deleted after `since`.
pub async fn find_deleted(
    db: &Db,
    member: MemberId,
    since: DateTime<Utc>,
    id: i64,
) -> Result<Option<Entry>, DbErr> {
    find_entry(db, deleted_since(member, since), id).await
}

fn deleted_since(member: MemberId, since: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(review::Column::MemberId.eq(member))
        .add(review::Column::DeletedAt.gt(since))
}

/// Whether `member` has logged `movie`; deleted reviews do not count.
pub async fn has_logged(
    db: &impl ConnectionTrait,
    member: MemberId,
    movie: MovieId,
) -> Result<bool, DbErr> {
    review::Entity::find()
        .filter(review::Column::MemberId.eq(member))
        .filter(review::Column::MovieId.eq(movie))
        .filter(review::Column::DeletedAt.is_null())
        .exists(db)
        .await
}
