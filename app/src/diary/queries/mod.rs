//! Reading reviews, in the shape in which they are shown, and only what the viewer may
//! see.

mod entry;
mod list;
mod merges;
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
use entry::{Row, entries};
use list::page;
pub use list::{List, PAGE, Scope, between, list, list_filtered, listed};
pub use merges::{Merge, merges};
pub use viewings::{SeenBy, Viewing, seen_by, viewings};

/// The review of that id, if `viewer` may see it.
pub async fn find(db: &Db, viewer: &Viewer, id: i64) -> Result<Option<Entry>, DbErr> {
    one(db, policy::visible_to(viewer), id).await
}

/// The review of that id, if it is `member`'s own and not deleted.
pub async fn find_own(db: &Db, member: MemberId, id: i64) -> Result<Option<Entry>, DbErr> {
    let own = Condition::all()
        .add(review::Column::MemberId.eq(member))
        .add(review::Column::DeletedAt.is_null());
    one(db, own, id).await
}

async fn one(db: &Db, condition: Condition, id: i64) -> Result<Option<Entry>, DbErr> {
    let row = entries()
        .filter(review::Column::Id.eq(id))
        .filter(condition)
        .into_model::<Row>()
        .one(db.reader())
        .await?;
    Ok(row.map(Entry::from))
}

/// The page after `cursor` of `member`'s own reviews that were deleted after `since`, the
/// last logged first.
pub async fn deleted(
    db: &Db,
    member: MemberId,
    since: DateTime<Utc>,
    cursor: Option<Cursor>,
) -> Result<List, DbErr> {
    let before = cursor.map_or(i64::MAX, |cursor| cursor.id);
    let rows = entries()
        .filter(deleted_since(member, since))
        .filter(review::Column::Id.lt(before))
        .order_by_desc(review::Column::Id)
        .limit(PAGE as u64 + 1)
        .into_model::<Row>()
        .all(db.reader())
        .await?;
    Ok(page(rows, |last| Cursor {
        key: 0,
        id: last.id,
    }))
}

/// The review of that id, if it is `member`'s own and was deleted after `since`.
pub async fn find_deleted(
    db: &Db,
    member: MemberId,
    since: DateTime<Utc>,
    id: i64,
) -> Result<Option<Entry>, DbErr> {
    one(db, deleted_since(member, since), id).await
}

fn deleted_since(member: MemberId, since: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(review::Column::MemberId.eq(member))
        .add(review::Column::DeletedAt.gt(since))
}

/// Whether `member` has logged `movie` already.
pub async fn has_seen(
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

/// Whether anybody but `member` has logged `movie`.
pub async fn others_have_seen(
    db: &impl ConnectionTrait,
    member: MemberId,
    movie: MovieId,
) -> Result<bool, DbErr> {
    review::Entity::find()
        .filter(review::Column::MemberId.ne(member))
        .filter(review::Column::MovieId.eq(movie))
        .filter(review::Column::DeletedAt.is_null())
        .exists(db)
        .await
}
