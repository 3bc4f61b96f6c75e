//! Reads how the latest backups went.

use chrono::{DateTime, TimeDelta, Utc};
use entity::backup_run::{Column, Entity, Model};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::config::BackupConfig;
use crate::db::Db;

#[derive(Clone, Debug, Default)]
pub struct BackupStatus {
    /// The latest backup that was written and read back.
    pub last: Option<Model>,
    /// The latest failure, unless a backup has succeeded since.
    pub failure: Option<Model>,
    /// The latest run that was not started by the command.
    pub last_automatic: Option<Model>,
}

pub async fn backup_status(db: &Db) -> Result<BackupStatus, DbErr> {
    let newest = || Entity::find().order_by_desc(Column::Id);
    let last = newest()
        .filter(Column::Error.is_null())
        .one(db.reader())
        .await?;
    let latest = newest().one(db.reader()).await?;
    let automatic = newest().filter(Column::IsAutomatic.eq(true));
    Ok(BackupStatus {
        last,
        failure: latest.filter(|run| run.error.is_some()),
        last_automatic: automatic.one(db.reader()).await?,
    })
}

impl BackupStatus {
    /// Whether the last backup is so old that one must have been missed, perhaps without a word
    /// because the server did not run.
    pub fn is_overdue(&self, config: &BackupConfig, now: DateTime<Utc>) -> bool {
        let every = config
            .every
            .and_then(|every| TimeDelta::from_std(every).ok());
        match (&self.last_automatic, every) {
            (Some(last), Some(every)) => now - last.started_at > every * 2,
            _ => false,
        }
    }
}
