//! One import, with all that its page needs but the rows.

use entity::import::{self, ImportStage};
use entity::{import_outcome, import_row, import_upload, import_warning};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use super::summary::ImportSummary;
use crate::accounts::MemberId;
use crate::db::Db;
use crate::transfer::files::inspect::Inspection;
use crate::transfer::files::question::{Answers, Question, each_once};
use crate::transfer::files::row::{RowNumber, RowPlace};
use crate::transfer::options::ImportOptions;

/// More warnings than these are only counted.
const MAX_WARNINGS: u64 = 500;

#[derive(Clone, Debug)]
pub struct ImportDetails {
    pub summary: ImportSummary,
    pub stage: ImportStage,
    /// How much of `total` is done in this stage.
    pub done: i64,
    pub total: i64,
    pub options: ImportOptions,
    pub answers: Answers,
    /// What is still to be answered.
    pub questions: Vec<Question>,
    /// Each has the `code`, and the file and row that it is about.
    pub warnings: Vec<Value>,
}

/// The member’s own import.
pub async fn find_import(
    db: &Db,
    member: MemberId,
    id: i64,
) -> Result<Option<ImportDetails>, DbErr> {
    let found = import::Entity::find_by_id(id)
        .filter(import::Column::MemberId.eq(member))
        .one(db.reader())
        .await?;
    let Some(import) = found else {
        return Ok(None);
    };
    let uploads = import_upload::Entity::find()
        .filter(import_upload::Column::ImportId.eq(id))
        .order_by_asc(import_upload::Column::Number)
        .all(db.reader())
        .await?;
    let answers: Answers = serde_json::from_str(&import.answers).unwrap_or_default();
    let inspections = uploads
        .iter()
        .filter(|_| import.state == import::ImportState::Questions)
        .filter_map(|upload| upload.inspection.as_deref())
        .filter_map(|json| serde_json::from_str::<Inspection>(json).ok());
    let questions = each_once(inspections.flat_map(|of| of.questions(&answers)));
    let files = uploads.into_iter().map(|upload| upload.file).collect();
    Ok(Some(ImportDetails {
        summary: ImportSummary::new(&import, files),
        stage: import.stage,
        // Rows of which several viewings come count once in the total.
        done: import.done.min(import.total),
        total: import.total,
        options: serde_json::from_str(&import.options).unwrap_or_default(),
        answers,
        questions,
        warnings: warnings_of(db, id).await?,
    }))
}

async fn warnings_of(db: &Db, import: i64) -> Result<Vec<Value>, DbErr> {
    let of_files: Vec<String> = import_warning::Entity::find()
        .select_only()
        .column(import_warning::Column::Content)
        .filter(import_warning::Column::ImportId.eq(import))
        .order_by_asc(import_warning::Column::Number)
        .limit(MAX_WARNINGS)
        .into_tuple()
        .all(db.reader())
        .await?;
    let mut warnings: Vec<Value> = of_files
        .iter()
        .filter_map(|json| serde_json::from_str(json).ok())
        .collect();
    use import_outcome::{Column, Entity};
    let of_rows: Vec<(String, i64, bool, String)> = Entity::find()
        .select_only()
        .columns([
            import_row::Column::File,
            import_row::Column::Line,
            import_row::Column::IsItem,
        ])
        .column(Column::Warning)
        .join(JoinType::InnerJoin, super::rows::outcome_to_row())
        .filter(Column::ImportId.eq(import))
        .filter(Column::Warning.is_not_null())
        .order_by_asc(Column::Row)
        .limit(MAX_WARNINGS)
        .into_tuple()
        .all(db.reader())
        .await?;
    for (file, line, is_item, warning) in of_rows {
        let Ok(Value::Object(mut warning)) = serde_json::from_str(&warning) else {
            continue;
        };
        let place = RowPlace::in_stored(file, RowNumber::of_stored(line, is_item));
        if let Ok(Value::Object(place)) = serde_json::to_value(place) {
            warning.extend(place);
        }
        warnings.push(Value::Object(warning));
    }
    Ok(warnings)
}
