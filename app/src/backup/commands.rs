//! Records the result of each backup, for the admin page.

use std::path::Path;

use chrono::{DateTime, Utc};
use entity::backup_run::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QuerySelect, QueryTrait,
};

use super::{BackupError, BackupReport};
use crate::clock::Clock;
use crate::db::Db;

/// Results of this many backups are remembered.
const REMEMBERED_RUNS: i64 = 100;

/// A backup that has ended.
#[derive(Clone, Copy, Debug)]
pub struct EndedRun<'a> {
    pub started_at: DateTime<Utc>,
    pub file: &'a Path,
    /// Made because `BACKUP_EVERY` says so, not by the command.
    pub is_automatic: bool,
    pub result: &'a Result<BackupReport, BackupError>,
}

pub async fn record_run(db: &Db, clock: &Clock, run: EndedRun<'_>) -> Result<(), DbErr> {
    let (report, error) = (run.result.as_ref().ok(), run.result.as_ref().err());
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let file = std::path::absolute(run.file).unwrap_or(run.file.to_owned());
    let run = ActiveModel {
        id: NotSet,
        started_at: Set(run.started_at),
        finished_at: Set(clock.now()),
        file: Set(file.display().to_string()),
        is_automatic: Set(run.is_automatic),
        missing_posters: Set(report.map_or(0, |report| number(report.missing_posters))),
        bytes: Set(report.map(|report| number(report.bytes))),
        error: Set(error.map(ToString::to_string)),
    };
    db.write(move |tx| {
        Box::pin(async move {
            let run = Entity::insert(run).exec_with_returning(tx).await?;
            // Many failures must not make anybody forget the last success. If there is none, its
            // id is unknown, and so is whether another differs from it.
            let last_success = Entity::find()
                .select_only()
                .column_as(Column::Id.max(), "id")
                .filter(Column::Error.is_null())
                .into_query();
            Entity::delete_many()
                .filter(Column::Id.lte(run.id - REMEMBERED_RUNS))
                .filter(
                    Column::Error
                        .is_not_null()
                        .or(Column::Id.not_in_subquery(last_success)),
                )
                .exec(tx)
                .await?;
            Ok(())
        })
    })
    .await
}
