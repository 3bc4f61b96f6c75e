//! The backups that were made, and those that failed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "backup_run")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub started_at: DateTimeUtc,
    pub finished_at: DateTimeUtc,
    #[sea_orm(column_type = "Text")]
    pub file: String,
    /// Made because `BACKUP_EVERY` says so, not by the command.
    pub is_automatic: bool,
    /// Posters that lack a file in the backup, because the store lacks it.
    pub missing_posters: i64,
    /// Size of the file. `None` if it failed.
    pub bytes: Option<i64>,
    /// What an admin reads. `None` if it was written and read back.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
