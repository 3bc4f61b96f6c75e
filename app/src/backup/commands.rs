//! Records the result of each backup, for the admin page.

use std::path::Path;

use chrono::{DateTime, Utc};
use entity::backup_run::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter,
};

use super::{BackupError, BackupReport};
use crate::clock::Clock;
use crate::db::Db;

/// Results of this many backups are remembered.
const REMEMBERED_RUNS: i64 = 100;

pub async fn record_run(
    db: &Db,
    clock: &Clock,
    started_at: DateTime<Utc>,
    file: &Path,
    result: &Result<BackupReport, BackupError>,
) -> Result<(), DbErr> {
    let bytes = result.as_ref().ok().map(|report| report.bytes);
    let run = ActiveModel {
        id: NotSet,
        started_at: Set(started_at),
        finished_at: Set(clock.now()),
        file: Set(file.display().to_string()),
        bytes: Set(bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX))),
        error: Set(result.as_ref().err().map(ToString::to_string)),
    };
    db.write(move |tx| {
        Box::pin(async move {
            let run = Entity::insert(run).exec_with_returning(tx).await?;
            let old = Column::Id.lte(run.id - REMEMBERED_RUNS);
            Entity::delete_many().filter(old).exec(tx).await?;
            Ok(())
        })
    })
    .await
}
