//! Imports in responses, without their rows.

use chrono::{DateTime, Utc};
use entity::import::{ImportStage, ImportState};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::VisibilityField;
use crate::transfer::queries::{ImportDetails, ImportSummary};
use crate::transfer::{Answers, ImportCounts, ImportOptions, Question};

/// How far an import is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = ImportState)]
#[serde(rename_all = "lowercase")]
pub enum ImportStateField {
    /// The files are read, and their films looked for.
    Reading,
    /// Something has to be answered about the files first.
    Questions,
    /// Nothing is in the diary yet: look at it, then confirm it.
    Ready,
    /// The diary is changed. While it is taken back, `undoing` is true.
    Writing,
    Done,
    /// The files could not be read to their end. Send them again.
    Failed,
    /// It was taken back.
    Undone,
}

impl From<ImportState> for ImportStateField {
    fn from(state: ImportState) -> Self {
        match state {
            ImportState::Reading => Self::Reading,
            ImportState::Questions => Self::Questions,
            ImportState::Ready => Self::Ready,
            ImportState::Writing | ImportState::Undoing => Self::Writing,
            ImportState::Done => Self::Done,
            ImportState::Failed => Self::Failed,
            ImportState::Undone => Self::Undone,
        }
    }
}

/// What is being done.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = ImportStage)]
#[serde(rename_all = "lowercase")]
enum ImportStageField {
    Rows,
    /// Finding the films that the rows name.
    Films,
    /// Comparing the rows with the diary.
    Plan,
    /// Writing the reviews and the watchlist, or taking them back.
    Reviews,
    Lists,
    /// Writing goals, corrections and posters of an archive.
    Account,
}

impl From<ImportStage> for ImportStageField {
    fn from(stage: ImportStage) -> Self {
        match stage {
            ImportStage::Rows => Self::Rows,
            ImportStage::Films => Self::Films,
            ImportStage::Plan => Self::Plan,
            ImportStage::Reviews => Self::Reviews,
            ImportStage::Lists => Self::Lists,
            ImportStage::Account => Self::Account,
        }
    }
}

/// How much of a stage is done.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ImportProgress {
    stage: ImportStageField,
    /// How much of `total` is done in this stage.
    done: i64,
    total: i64,
}

/// All imports of a member.
#[derive(Serialize, ToSchema)]
pub struct Imports {
    /// All of your imports, the newest first.
    pub imports: Vec<ImportInList>,
}

/// An import in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportSummary)]
pub struct ImportInList {
    /// The id of the import.
    id: i64,
    /// The service; `generic` for a table of films, `several` for files of several services.
    #[schema(example = "letterboxd")]
    source: String,
    state: ImportStateField,
    /// Whether it is being taken back.
    undoing: bool,
    /// Whether the writing was stopped for now.
    paused: bool,
    /// The names of the files.
    files: Vec<String>,
    /// What the rows come to; `null` until all are read.
    counts: Option<ImportCounts>,
    /// When the files were uploaded.
    created_at: DateTime<Utc>,
    /// When it was written to its end; `null` before.
    written_at: Option<DateTime<Utc>>,
    /// When it was taken back; `null` before.
    undone_at: Option<DateTime<Utc>>,
}

impl From<ImportSummary> for ImportInList {
    fn from(import: ImportSummary) -> Self {
        Self {
            id: import.id,
            source: import.source,
            state: import.state.into(),
            undoing: import.state == ImportState::Undoing,
            paused: import.is_paused,
            files: import.files,
            counts: import.counts,
            created_at: import.created_at,
            written_at: import.written_at,
            undone_at: import.undone_at,
        }
    }
}

/// An import, without its rows.
#[derive(Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportBody {
    /// The id of the import.
    id: i64,
    /// The service; `generic` for a table of films, `several` for files of several services.
    #[schema(example = "letterboxd")]
    source: String,
    state: ImportStateField,
    /// Whether it is being taken back.
    undoing: bool,
    /// Whether the writing was stopped for now.
    paused: bool,
    progress: ImportProgress,
    /// The names of the files.
    files: Vec<String>,
    options: ImportOptionsField,
    /// The answers about the files so far.
    answers: Answers,
    /// The names of the questions, which are the keys of their answers.
    #[schema(value_type = Vec<String>, example = json!(["columns", "rating_out_of"]))]
    needs: Vec<&'static str>,
    /// What has to be answered before the files are read.
    questions: Vec<Question>,
    /// What the rows come to; `null` until all are read.
    counts: Option<ImportCounts>,
    /// What you should know about files and rows: each has a `code`, mostly a `file`, and a `line`
    /// or an `item` if it is about a row. At most 1,000 are listed.
    #[schema(value_type = Vec<Object>, example = json!([{ "code": "rating_rounded", "file": "ratings.csv", "line": 3 }]))]
    warnings: Vec<Value>,
    /// When the files were uploaded.
    created_at: DateTime<Utc>,
    /// When it was written to its end; `null` before.
    written_at: Option<DateTime<Utc>>,
    /// When it was taken back; `null` before.
    undone_at: Option<DateTime<Utc>>,
}

impl From<ImportDetails> for ImportBody {
    fn from(import: ImportDetails) -> Self {
        let summary = ImportInList::from(import.summary);
        Self {
            id: summary.id,
            source: summary.source,
            state: summary.state,
            undoing: summary.undoing,
            paused: summary.paused,
            progress: ImportProgress {
                stage: import.stage.into(),
                done: import.done,
                total: import.total,
            },
            files: summary.files,
            options: import.options.into(),
            answers: import.answers,
            needs: import.questions.iter().map(Question::name).collect(),
            questions: import.questions,
            counts: summary.counts,
            warnings: import.warnings,
            created_at: summary.created_at,
            written_at: summary.written_at,
            undone_at: summary.undone_at,
        }
    }
}

/// What is imported, and how.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportOptions)]
pub struct ImportOptionsField {
    /// Who may see the reviews and lists that the import makes.
    visibility: VisibilityField,
    /// Whether the day on which a film was rated counts as the day on which it was seen.
    rated_on_is_watched_on: bool,
    /// Whether likes are imported.
    likes: bool,
    /// Whether lists are imported.
    lists: bool,
    /// Whether the watchlist is imported.
    watchlist: bool,
    /// Whether to leave out what is in the diary already.
    skip_existing: bool,
    settings: bool,
}

impl From<ImportOptions> for ImportOptionsField {
    fn from(options: ImportOptions) -> Self {
        Self {
            visibility: options.visibility.into(),
            rated_on_is_watched_on: options.rated_on_is_watched_on,
            likes: options.likes,
            lists: options.lists,
            watchlist: options.watchlist,
            skip_existing: options.skip_existing,
            settings: options.settings == Some(true),
        }
    }
}
