//! Backups: one file with every table and all posters, in a format that is the same for SQLite and
//! PostgreSQL. `docs/BACKUP.md` describes it.

mod archive;
mod commands;
mod create;
mod partial_file;
mod queries;
mod restore;
mod schedule;

pub use archive::{ArchiveContents, ArchiveError};
pub use commands::{EndedRun, record_run};
pub use create::{BackupError, BackupReport, create_backup};
pub use queries::{BackupStatus, backup_status};
pub use restore::{RestoreError, restore_backup};
pub use schedule::{BackupOutcome, back_up_when_due};
