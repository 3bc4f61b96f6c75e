//! Backups: one file with every table and all posters, in a format that is the same for SQLite and
//! PostgreSQL. `docs/BACKUP.md` describes it.

mod archive;
mod create;
mod partial_file;
mod restore;

pub use archive::{ArchiveContents, ArchiveError};
pub use create::{BackupError, BackupReport, create_backup};
pub use restore::{RestoreError, restore_backup};
