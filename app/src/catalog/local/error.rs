//! What can be wrong with a catalog, and with building one.

use std::io;

use sea_orm::DbErr;

use crate::text::KEYS_VERSION;

/// Increase this when the tables change.
pub(super) const FORMAT: i32 = 1;

/// Why a file cannot serve as catalog.
#[derive(Debug, thiserror::Error)]
pub enum CatalogFileError {
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("it is not a catalog of Movies Diary")]
    Foreign,
    #[error(
        "it was built by another release (format {format}, folding {folding}), and this one needs \
         format {FORMAT}, folding {KEYS_VERSION}. Build it anew with this release"
    )]
    OtherRelease { format: i32, folding: String },
    #[error("it is damaged: {0}")]
    Damaged(String),
}

/// An error of SQLite in a file that is only read means that the file is not what it should be.
impl From<DbErr> for CatalogFileError {
    fn from(error: DbErr) -> Self {
        Self::Damaged(error.to_string())
    }
}

#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("there are no films in it")]
    Empty,
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] DbErr),
    #[error("the new file failed its check: {0}")]
    Unfit(#[from] CatalogFileError),
}
