//! Archives that were written in the background.

use chrono::{DateTime, Utc};
use entity::export::{Column, Entity, ExportState, Model};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::commands::ARCHIVE_LIFETIME;
use crate::accounts::MemberId;
use crate::clock::Clock;
use crate::db::Db;

/// An archive that is being written, or was.
#[derive(Clone, Debug)]
pub struct WrittenArchive {
    pub id: i64,
    pub state: ExportState,
    /// How many of `total` items are written.
    pub done: i64,
    pub total: i64,
    /// In bytes, once it is ready.
    pub bytes: Option<i64>,
    pub created_at: DateTime<Utc>,
}

impl WrittenArchive {
    /// Until when it can be downloaded.
    pub fn kept_until(&self) -> DateTime<Utc> {
        self.created_at + ARCHIVE_LIFETIME
    }
}

impl From<Model> for WrittenArchive {
    fn from(export: Model) -> Self {
        Self {
            id: export.id,
            state: export.state,
            done: Ord::min(export.done, export.total),
            total: export.total,
            bytes: export.bytes,
            created_at: export.created_at,
        }
    }
}

fn current(clock: &Clock, member: MemberId) -> sea_orm::Select<Entity> {
    let oldest = clock.now() - ARCHIVE_LIFETIME;
    let is_writing = Column::State.eq(ExportState::Writing);
    Entity::find()
        .filter(Column::MemberId.eq(member))
        .filter(is_writing.or(Column::CreatedAt.gt(oldest)))
}

/// The latest archive of the member, if it is not too old.
pub async fn archive_of(
    db: &Db,
    clock: &Clock,
    member: MemberId,
) -> Result<Option<WrittenArchive>, DbErr> {
    let latest = current(clock, member).order_by_desc(Column::Id);
    let found = latest.one(db.reader()).await?;
    Ok(found.map(WrittenArchive::from))
}

/// The file of an archive of the member that is ready, with its size and the time it was begun.
pub async fn archive_file(
    db: &Db,
    clock: &Clock,
    member: MemberId,
    id: i64,
) -> Result<Option<(String, i64, DateTime<Utc>)>, DbErr> {
    let found = current(clock, member)
        .filter(Column::Id.eq(id))
        .one(db.reader())
        .await?;
    Ok(found.and_then(|export| Some((export.object?, export.bytes?, export.created_at))))
}

/// The files of all archives that are not deleted.
pub async fn archive_objects(db: &Db) -> Result<Vec<String>, DbErr> {
    let objects: Vec<Option<String>> = Entity::find()
        .select_only()
        .column(Column::Object)
        .filter(Column::Object.is_not_null())
        .into_tuple()
        .all(db.reader())
        .await?;
    Ok(objects.into_iter().flatten().collect())
}
