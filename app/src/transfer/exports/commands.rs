//! Having archives written in the background, and deleting them.

use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;
use entity::export::{ActiveModel, Column, Entity, ExportState, Model};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::{ExportSize, Exporter};
use crate::accounts::MemberId;
use crate::accounts::commands::lock_member_shared;
use crate::clock::Clock;
use crate::db::{self, Db};
use crate::events::{Event, EventSender};
use crate::transfer::staged::remove_staged;
use crate::web;

/// How long an archive is kept.
pub const ARCHIVE_LIFETIME: TimeDelta = TimeDelta::days(1);

#[derive(Debug, thiserror::Error)]
pub enum BeginArchiveError {
    #[error("an archive is being written already")]
    Running,
    /// The account is disabled or deleted.
    #[error("no such member")]
    MemberGone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<BeginArchiveError> for web::Error {
    fn from(error: BeginArchiveError) -> Self {
        match error {
            BeginArchiveError::Running => Self::Conflict(
                "Your archive is being written already. Wait until it is ready.".to_owned(),
            ),
            BeginArchiveError::MemberGone => Self::SignInRequired,
            BeginArchiveError::Database(error) => error.into(),
        }
    }
}

/// Has the archive of a member written, in place of an older one.
pub async fn begin_archive(
    Exporter {
        db, clock, posters, ..
    }: &Exporter,
    events: &EventSender,
    (member, zone): (MemberId, Tz),
    size: ExportSize,
) -> Result<(), BeginArchiveError> {
    let now = clock.now();
    let (id, older) = db
        .write(move |tx| {
            Box::pin(async move {
                db::advisory_lock(tx, &format!("export {member}")).await?;
                lock_member_shared(tx, member)
                    .await?
                    .ok_or(BeginArchiveError::MemberGone)?;
                let running = Entity::find()
                    .filter(Column::MemberId.eq(member))
                    .filter(Column::State.eq(ExportState::Writing))
                    .one(tx)
                    .await?;
                if running.is_some() {
                    return Err(BeginArchiveError::Running);
                }
                let all = Condition::all().add(Column::MemberId.eq(member));
                let older = delete_rows(tx, all).await?;
                let row = ActiveModel {
                    member_id: Set(member),
                    state: Set(ExportState::Writing),
                    zone: Set(zone.name().to_owned()),
                    done: Set(0),
                    total: Set(size.items()),
                    object: Set(None),
                    bytes: Set(None),
                    lease_until: Set(DateTime::UNIX_EPOCH),
                    created_at: Set(now),
                    ready_at: Set(None),
                    ..Default::default()
                };
                let export = Entity::insert(row).exec_with_returning(tx).await?;
                Ok((export.id, older))
            })
        })
        .await?;
    for object in older.iter().filter_map(|export| export.object.as_ref()) {
        remove_staged(posters.store(), object).await;
    }
    events.send(Event::ExportQueued(id));
    Ok(())
}

/// Deletes an archive of the member, or stops its writing. Returns whether it was there.
pub async fn delete_archive(
    Exporter { db, posters, .. }: &Exporter,
    member: MemberId,
    id: i64,
) -> Result<bool, DbErr> {
    let its = Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::MemberId.eq(member));
    let deleted = db.write(move |tx| Box::pin(async move { delete_rows(tx, its).await }));
    let deleted = deleted.await?;
    for object in deleted.iter().filter_map(|export| export.object.as_ref()) {
        remove_staged(posters.store(), object).await;
    }
    Ok(!deleted.is_empty())
}

/// Deletes archives, and returns them.
async fn delete_rows(tx: &DatabaseTransaction, which: Condition) -> Result<Vec<Model>, DbErr> {
    let rows = Entity::find().filter(which.clone()).all(tx).await?;
    Entity::delete_many().filter(which).exec(tx).await?;
    Ok(rows)
}

/// Marks an archive whose file is not in the store, such as after a backup was restored.
pub async fn mark_lost(db: &Db, member: MemberId, id: i64) -> Result<(), DbErr> {
    db.write(move |tx| {
        Box::pin(async move {
            Entity::update_many()
                .col_expr(Column::State, Expr::value(ExportState::Failed))
                .filter(Column::Id.eq(id))
                .filter(Column::MemberId.eq(member))
                .exec(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// Deletes archives that are older than a day. Returns how many.
pub async fn delete_old_archives(db: &Db, clock: &Clock) -> Result<u64, DbErr> {
    let oldest = clock.now() - ARCHIVE_LIFETIME;
    db.write(move |tx| {
        Box::pin(async move {
            let deleted = Entity::delete_many()
                .filter(Column::State.ne(ExportState::Writing))
                .filter(Column::CreatedAt.lte(oldest))
                .exec(tx)
                .await?;
            Ok(deleted.rows_affected)
        })
    })
    .await
}
