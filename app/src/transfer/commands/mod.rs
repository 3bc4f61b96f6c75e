//! What members do with imports.

mod create;
mod decide;
mod steps;
mod sweep;

use entity::import::{self, Column, Entity, ImportState};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::accounts::MemberId;
use crate::web;

pub use create::{CreateImportError, NewImport, create_import};
pub use decide::{FilmChoice, decide_film};
pub use steps::{
    answer_questions, change_options, confirm_import, delete_import, pause_import,
    release_abandoned, resume_import, undo_import,
};
pub use sweep::{delete_unconfirmed, release_old_files, remove_orphaned_files};

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is no such import, or it belongs to another member.
    #[error("no such import")]
    Gone,
    /// This cannot be done while the import is in this state.
    #[error("the import is {0:?}")]
    WrongState(ImportState),
    /// All rows of the film are in the diary.
    #[error("the film is written already")]
    Written,
    /// The chosen movie does not exist.
    #[error("no such movie")]
    MovieGone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<ImportError> for web::Error {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Gone => Self::NotFound,
            ImportError::WrongState(state) => Self::Conflict(wrong_state(state).to_owned()),
            ImportError::Written => Self::Conflict(
                "This is in your diary already. You can change the film on the review’s page."
                    .to_owned(),
            ),
            ImportError::MovieGone => Self::Conflict(
                "This film is no longer here. Choose another one, or take it as typed.".to_owned(),
            ),
            ImportError::Database(error) => error.into(),
        }
    }
}

fn wrong_state(state: ImportState) -> &'static str {
    match state {
        ImportState::Reading => "The files are still being read. Wait until they are.",
        ImportState::Questions => "Answer the questions about the file first.",
        ImportState::Ready => "Nothing of this import is in your diary yet.",
        ImportState::Writing => "This import is being written. Wait until it is done.",
        ImportState::Done => "This import is done already.",
        ImportState::Failed => "Nothing can be made of these files. Upload them again.",
        ImportState::Undoing => "This import is being taken back. Wait until it is done.",
        ImportState::Undone => "This import was taken back. Upload the files again.",
    }
}

/// Locks the member’s own import until the transaction ends.
async fn lock_import(
    tx: &DatabaseTransaction,
    member: MemberId,
    id: i64,
) -> Result<import::Model, ImportError> {
    let found = Entity::find_by_id(id)
        .filter(Column::MemberId.eq(member))
        .lock(LockType::NoKeyUpdate)
        .one(tx)
        .await?;
    found.ok_or(ImportError::Gone)
}

fn require_state(import: &import::Model, allowed: &[ImportState]) -> Result<(), ImportError> {
    match allowed.contains(&import.state) {
        true => Ok(()),
        false => Err(ImportError::WrongState(import.state)),
    }
}
