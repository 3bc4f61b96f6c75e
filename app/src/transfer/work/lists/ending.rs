//! What is left to do once everything is written.

use entity::import_list;
use entity::import_outcome::{self, RowRole, RowState};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use crate::lists::commands::set_last_change;
use crate::transfer::files::row::ImportedList;
use crate::transfer::work::ImportWorker;
use crate::transfer::work::store::forget_files;

/// Lists of an archive were last changed when they were changed there.
pub(super) async fn restore_times(
    tx: &DatabaseTransaction,
    worker: &ImportWorker,
    import: i64,
) -> Result<(), DbErr> {
    let lists = import_list::Entity::find()
        .filter(import_list::Column::ImportId.eq(import))
        .filter(import_list::Column::IsNew.eq(true))
        .all(tx)
        .await?;
    for list in lists {
        let content: Option<ImportedList> = serde_json::from_str(&list.content).ok();
        let copied = content.and_then(|content| content.copied);
        if let (Some(id), Some(copied)) = (list.list_id, copied) {
            set_last_change(tx, &worker.diary.clock, id, copied.updated_at).await?;
        }
    }
    Ok(())
}

/// The files of an archive are needed as long as a picture in them waits.
pub(super) async fn release_files(tx: &DatabaseTransaction, import: i64) -> Result<(), DbErr> {
    use import_outcome::{Column, Entity};
    let waiting = Entity::find()
        .filter(Column::ImportId.eq(import))
        .filter(Column::Role.eq(RowRole::Picture))
        .filter(Column::State.eq(RowState::Undecided))
        .one(tx)
        .await?;
    match waiting {
        Some(_) => Ok(()),
        None => forget_files(tx, import).await,
    }
}
