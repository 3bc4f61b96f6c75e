//! The imports of a member.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::import::{Column, Entity, ImportState, Model};
use entity::import_upload;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::accounts::MemberId;
use crate::db::Db;
use crate::transfer::counts::ImportCounts;

/// An import as a line of a list.
#[derive(Clone, Debug)]
pub struct ImportSummary {
    pub id: i64,
    /// The service, by the word of the API.
    pub source: String,
    pub state: ImportState,
    pub is_paused: bool,
    pub created_at: DateTime<Utc>,
    pub written_at: Option<DateTime<Utc>>,
    pub undone_at: Option<DateTime<Utc>>,
    /// `None` until everything is read.
    pub counts: Option<ImportCounts>,
    /// The names of the files that were uploaded.
    pub files: Vec<String>,
}

impl ImportSummary {
    pub(super) fn new(import: &Model, files: Vec<String>) -> Self {
        let counts = import.counts.as_deref();
        Self {
            id: import.id,
            source: import.source.clone(),
            state: import.state,
            is_paused: import.is_paused,
            created_at: import.created_at,
            written_at: import.written_at,
            undone_at: import.undone_at,
            counts: counts.and_then(|json| serde_json::from_str(json).ok()),
            files,
        }
    }
}

/// All imports of a member, the latest first.
pub async fn imports_of(db: &Db, member: MemberId) -> Result<Vec<ImportSummary>, DbErr> {
    let imports = Entity::find()
        .filter(Column::MemberId.eq(member))
        .order_by_desc(Column::Id)
        .all(db.reader())
        .await?;
    let ids: Vec<i64> = imports.iter().map(|import| import.id).collect();
    let names: Vec<(i64, String)> = import_upload::Entity::find()
        .select_only()
        .columns([import_upload::Column::ImportId, import_upload::Column::File])
        .filter(import_upload::Column::ImportId.is_in(ids))
        .order_by_asc(import_upload::Column::Number)
        .into_tuple()
        .all(db.reader())
        .await?;
    let mut files: HashMap<i64, Vec<String>> = HashMap::new();
    for (import, name) in names {
        files.entry(import).or_default().push(name);
    }
    let imports = imports.iter();
    Ok(imports
        .map(|import| ImportSummary::new(import, files.remove(&import.id).unwrap_or_default()))
        .collect())
}
