//! Makes backups automatically, one instance at a time.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use sea_orm::DbErr;
use tokio::task::spawn_blocking;

use super::{BackupError, BackupReport, BackupStatus, backup_status, create_backup, record_run};
use crate::clock::Clock;
use crate::config::BackupConfig;
use crate::db::{Db, create_private_folder};
use crate::posters::FileStore;

/// How long to wait after a failure, unless backups are made more often.
const RETRY_AFTER: Duration = Duration::from_secs(15 * 60);

const NAME_PREFIX: &str = "movies-diary-";
const NAME_FORMAT: &str = "%Y-%m-%dT%H%M%SZ";
const NAME_SUFFIX: &str = ".tar.zst";

#[derive(Debug)]
pub enum BackupOutcome {
    NotDue,
    /// Another instance is making one.
    TakenElsewhere,
    Done(BackupReport),
    Failed(BackupError),
}

/// When the next backup is due.
pub fn next_backup_at(status: &BackupStatus, every: Duration, now: DateTime<Utc>) -> DateTime<Utc> {
    let after = |time: DateTime<Utc>, wait: Duration| {
        time + TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX)
    };
    match (&status.last, &status.failure) {
        (_, Some(failure)) => after(failure.finished_at, RETRY_AFTER.min(every)),
        (Some(last), None) => after(last.started_at, every),
        (None, None) => now,
    }
}

/// Makes a backup if one is due, and deletes those that are no longer kept.
pub async fn back_up_when_due(
    db: &Db,
    clock: &Clock,
    config: &BackupConfig,
    store: &FileStore,
) -> Result<BackupOutcome, DbErr> {
    let Some(every) = config.every else {
        return Ok(BackupOutcome::NotDue);
    };
    let started_at = clock.now();
    let is_due = |status: &BackupStatus| next_backup_at(status, every, started_at) <= started_at;
    if !is_due(&backup_status(db).await?) {
        return Ok(BackupOutcome::NotDue);
    }
    let Some(_turn) = db.try_exclusive("backup").await? else {
        return Ok(BackupOutcome::TakenElsewhere);
    };
    // Another instance may have made one since the check.
    if !is_due(&backup_status(db).await?) {
        return Ok(BackupOutcome::NotDue);
    }
    let name = format!(
        "{NAME_PREFIX}{}{NAME_SUFFIX}",
        started_at.format(NAME_FORMAT)
    );
    let file = config.folder.join(name);
    let result = back_up_into_folder(db, clock, config, store, &file).await;
    record_run(db, clock, started_at, &file, &result).await?;
    Ok(match result {
        Ok(report) => BackupOutcome::Done(report),
        Err(error) => BackupOutcome::Failed(error),
    })
}

async fn back_up_into_folder(
    db: &Db,
    clock: &Clock,
    config: &BackupConfig,
    store: &FileStore,
    file: &Path,
) -> Result<BackupReport, BackupError> {
    let (folder, keep) = (config.folder.clone(), config.keep);
    let created = in_thread(move || create_private_folder(&folder)).await;
    created.map_err(|error| BackupError::Unwritable {
        file: config.folder.display().to_string(),
        error,
    })?;
    let report = create_backup(db, clock, Some(store), file).await?;
    let folder = config.folder.clone();
    if let Err(error) = in_thread(move || remove_old_backups(&folder, keep)).await {
        tracing::warn!(%error, "old backups could not be deleted");
    }
    Ok(report)
}

async fn in_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Deletes all but the newest `keep` automatic backups, and what crashes have left behind.
fn remove_old_backups(folder: &Path, keep: usize) -> io::Result<()> {
    let mut backups = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match name.strip_suffix(".partial") {
            Some(target) if is_automatic_backup(target) => remove_if_abandoned(&path)?,
            None if is_automatic_backup(&name) => backups.push(path),
            _ => {}
        }
    }
    // By time, since all names have the same form.
    backups.sort_unstable_by(|one, other| other.cmp(one));
    backups.iter().skip(keep).try_for_each(fs::remove_file)
}

fn is_automatic_backup(name: &str) -> bool {
    let time = name
        .strip_prefix(NAME_PREFIX)
        .and_then(|rest| rest.strip_suffix(NAME_SUFFIX));
    time.is_some_and(|time| NaiveDateTime::parse_from_str(time, NAME_FORMAT).is_ok())
}

/// A file that is being written is locked.
fn remove_if_abandoned(path: &PathBuf) -> io::Result<()> {
    if File::open(path)?.try_lock().is_ok() {
        fs::remove_file(path)?;
    }
    Ok(())
}
