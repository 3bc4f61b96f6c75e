//! Makes backups automatically, one instance at a time.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use sea_orm::DbErr;
use tokio::task::spawn_blocking;

use super::{
    BackupError, BackupReport, BackupStatus, EndedRun, backup_status, create_backup, record_run,
};
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
fn next_backup_at(status: &BackupStatus, every: Duration, now: DateTime<Utc>) -> DateTime<Utc> {
    let after = |time: DateTime<Utc>, wait: Duration| {
        time + TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX)
    };
    match &status.last_automatic {
        Some(run) if run.error.is_some() => after(run.finished_at, RETRY_AFTER.min(every)),
        // The clock was wrong if it started later than now.
        Some(run) if run.started_at <= now => after(run.started_at, every),
        _ => now,
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
    let Some(turn) = db.try_exclusive("backup").await? else {
        return Ok(BackupOutcome::TakenElsewhere);
    };
    // Another instance may have made one since the check.
    let outcome = if is_due(&backup_status(db).await?) {
        back_up_now(db, clock, config, store, started_at).await
    } else {
        Ok(BackupOutcome::NotDue)
    };
    turn.release().await?;
    outcome
}

async fn back_up_now(
    db: &Db,
    clock: &Clock,
    config: &BackupConfig,
    store: &FileStore,
    started_at: DateTime<Utc>,
) -> Result<BackupOutcome, DbErr> {
    let name = format!(
        "{NAME_PREFIX}{}{NAME_SUFFIX}",
        started_at.format(NAME_FORMAT)
    );
    let file = config.folder.join(name);
    let result = back_up_into_folder(db, clock, config, store, &file).await;
    let run = EndedRun {
        started_at,
        file: &file,
        is_automatic: true,
        result: &result,
    };
    record_run(db, clock, run).await?;
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
    // What a crash has left behind may be what fills the disk.
    clean_up(&config.folder, None).await;
    let report = create_backup(db, clock, Some(store), file).await?;
    if report.missing_posters == 0 {
        clean_up(&config.folder, Some(keep)).await;
    } else {
        let posters = report.missing_posters;
        tracing::warn!(
            posters,
            "the backup lacks posters, because their files are missing. Older backups are kept; \
             run `movies-diary posters verify`"
        );
    }
    Ok(report)
}

async fn in_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

async fn clean_up(folder: &Path, keep: Option<usize>) {
    let folder = folder.to_owned();
    if let Err(error) = in_thread(move || remove_old_files(&folder, keep)).await {
        tracing::warn!(%error, "old backups could not be deleted");
    }
}

/// Deletes what crashes have left behind, and all but the newest `keep` automatic backups. Goes on
/// after an error, and returns the last one.
fn remove_old_files(folder: &Path, keep: Option<usize>) -> io::Result<()> {
    let mut backups = Vec::new();
    let mut result = Ok(());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match name.strip_suffix(".partial") {
            Some(target) if is_automatic_backup(target) => {
                result = remove_if_abandoned(&path).and(result);
            }
            None if is_automatic_backup(&name) => backups.push(path),
            _ => {}
        }
    }
    // By time, since all names have the same form.
    backups.sort_unstable_by(|one, other| other.cmp(one));
    for old in backups.iter().skip(keep.unwrap_or(usize::MAX)) {
        result = fs::remove_file(old).and(result);
    }
    result
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
