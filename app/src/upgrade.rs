//! What a new release does once with the data of an older one, before it serves.

use sea_orm::{DbErr, EntityTrait};

use crate::backup::{BackupError, create_backup};
use crate::catalog::commands::{has_old_keys, mark_keys_updated, update_keys};
use crate::clock::Clock;
use crate::config::BackupConfig;
use crate::db::{Db, create_private_folder};
use crate::diary::DiaryWriter;
use crate::diary::commands::merge_certain_doubles;
use crate::revision::{Change, record_change};

#[derive(Debug, thiserror::Error)]
pub enum UpgradeError {
    #[error("the diary must be backed up before films that are the same are merged, but {0}")]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Gives films and people the keys of this release. Films that turn out to be the same are merged
/// on SQLite, which is backed up first; on PostgreSQL an admin is asked. Instances take turns.
pub async fn update_old_keys(
    writer: &DiaryWriter,
    config: &BackupConfig,
) -> Result<(), UpgradeError> {
    let db = &writer.db;
    let turn = db.exclusive("keys").await?;
    if has_old_keys(db).await? {
        let first = entity::movie::Entity::find().one(db.reader()).await?;
        if first.is_some() {
            update_all(writer, config).await?;
        }
        mark_keys_updated(db).await?;
    }
    Ok(turn.release().await?)
}

async fn update_all(writer: &DiaryWriter, config: &BackupConfig) -> Result<(), UpgradeError> {
    let DiaryWriter { db, clock, .. } = writer;
    tracing::info!("bringing the titles of all films up to date, which may take a while");
    if db.is_shared() {
        update_keys(db).await?;
    } else {
        back_up_before(db, clock, config).await?;
        update_keys(db).await?;
        let merged = merge_certain_doubles(writer).await?;
        if merged > 0 {
            tracing::info!(
                merged,
                "merged films that are the same; an admin can undo each"
            );
        }
    }
    let clock = clock.clone();
    db.write(move |tx| Box::pin(async move { record_change(tx, &clock, Change::All).await }))
        .await?;
    Ok(())
}

/// Without posters, which do not change.
async fn back_up_before(db: &Db, clock: &Clock, config: &BackupConfig) -> Result<(), BackupError> {
    let folder = &config.folder;
    let unwritable = |error| BackupError::Unwritable {
        file: folder.display().to_string(),
        error,
    };
    create_private_folder(folder).map_err(unwritable)?;
    let name = clock
        .now()
        .format("before-upgrade-%Y-%m-%dT%H%M%SZ.tar.zst");
    let report = create_backup(db, clock, None, &folder.join(name.to_string())).await?;
    tracing::info!(file = %report.file.display(), "backed up the diary before the upgrade");
    Ok(())
}
