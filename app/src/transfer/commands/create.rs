//! Begins an import with files that are in the store.

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use entity::import::{ActiveModel, Column, Entity, ImportStage, ImportState};
use entity::{import_upload, review};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use crate::accounts::{MemberId, commands::lock_member_shared};
use crate::clock::Clock;
use crate::db::{self, Db};
use crate::events::{Event, EventSender};
use crate::transfer::files::question::Answers;
use crate::transfer::json::to_json;
use crate::transfer::options::ImportOptions;
use crate::transfer::receive::InspectedFile;
use crate::web;

/// Imports of a member that were not written yet.
const MAX_UNWRITTEN: usize = 10;

#[derive(Clone, Debug)]
pub struct NewImport {
    /// There is at least one file.
    pub files: Vec<InspectedFile>,
    pub options: ImportOptions,
    pub answers: Answers,
    pub zone: Tz,
    pub today: NaiveDate,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateImportError {
    /// Another import of the member is being read, written or taken back.
    #[error("another import is running")]
    Running,
    #[error("too many imports wait to be written")]
    TooMany,
    /// The account is disabled or deleted.
    #[error("no such member")]
    MemberGone,
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<CreateImportError> for web::Error {
    fn from(error: CreateImportError) -> Self {
        match error {
            CreateImportError::Running => Self::Conflict(
                "Another import of yours is running. Wait until it is done.".to_owned(),
            ),
            CreateImportError::TooMany => Self::Conflict(format!(
                "You have {MAX_UNWRITTEN} imports that are not in your diary yet. Delete one of them first."
            )),
            CreateImportError::MemberGone => Self::SignInRequired,
            CreateImportError::Database(error) => error.into(),
        }
    }
}

/// Begins an import, which the worker then reads. Returns its id. The caller removes the files if
/// it fails.
pub async fn create_import(
    db: &Db,
    clock: &Clock,
    events: &EventSender,
    member: MemberId,
    new: NewImport,
) -> Result<i64, CreateImportError> {
    let now = clock.now();
    let id = db
        .write(move |tx| {
            Box::pin(async move {
                db::advisory_lock(tx, &format!("import {member}")).await?;
                lock_member_shared(tx, member)
                    .await?
                    .ok_or(CreateImportError::MemberGone)?;
                check_others(tx, member).await?;
                let mut options = new.options;
                if options.settings.is_none() {
                    options.settings = Some(is_empty_diary(tx, member).await?);
                }
                let has_questions = new
                    .files
                    .iter()
                    .any(|file| !file.inspection.questions(&new.answers).is_empty());
                let rows: u64 = new.files.iter().map(|file| file.inspection.rows()).sum();
                let row = ActiveModel {
                    member_id: Set(member),
                    source: Set(source_of(&new.files)),
                    state: Set(match has_questions {
                        true => ImportState::Questions,
                        false => ImportState::Reading,
                    }),
                    stage: Set(ImportStage::Rows),
                    done: Set(0),
                    total: Set(i64::try_from(rows).unwrap_or(i64::MAX)),
                    is_paused: Set(false),
                    zone: Set(new.zone.name().to_owned()),
                    today: Set(new.today),
                    options: Set(to_json(&options)),
                    answers: Set(to_json(&new.answers)),
                    counts: Set(None),
                    lease_until: Set(DateTime::UNIX_EPOCH),
                    created_at: Set(now),
                    written_at: Set(None),
                    undone_at: Set(None),
                    ..Default::default()
                };
                let import = Entity::insert(row).exec_with_returning(tx).await?;
                insert_uploads(tx, import.id, &new.files).await?;
                Ok::<_, CreateImportError>(import.id)
            })
        })
        .await?;
    events.send(Event::ImportQueued(id));
    Ok(id)
}

/// The service of all files, or `several`.
fn source_of(files: &[InspectedFile]) -> String {
    let mut sources: Vec<_> = files.iter().map(|file| &file.inspection.source).collect();
    sources.dedup();
    match sources[..] {
        [source] => source.clone(),
        _ => "several".to_owned(),
    }
}

async fn is_empty_diary(tx: &DatabaseTransaction, member: MemberId) -> Result<bool, DbErr> {
    let any = review::Entity::find()
        .select_only()
        .column(review::Column::Id)
        .filter(review::Column::MemberId.eq(member))
        .limit(1);
    let any: Option<i64> = any.into_tuple().one(tx).await?;
    Ok(any.is_none())
}

async fn check_others(tx: &DatabaseTransaction, member: MemberId) -> Result<(), CreateImportError> {
    let states: Vec<(ImportState, bool)> = Entity::find()
        .select_only()
        .columns([Column::State, Column::IsPaused])
        .filter(Column::MemberId.eq(member))
        .filter(Column::State.is_not_in([ImportState::Done, ImportState::Undone]))
        .into_tuple()
        .all(tx)
        .await?;
    let is_running = |(state, is_paused): &(ImportState, bool)| match state {
        ImportState::Reading | ImportState::Undoing => true,
        ImportState::Writing => !is_paused,
        ImportState::Questions
        | ImportState::Ready
        | ImportState::Failed
        | ImportState::Done
        | ImportState::Undone => false,
    };
    if states.iter().any(is_running) {
        return Err(CreateImportError::Running);
    }
    if states.len() >= MAX_UNWRITTEN {
        return Err(CreateImportError::TooMany);
    }
    Ok(())
}

async fn insert_uploads(
    tx: &DatabaseTransaction,
    import: i64,
    files: &[InspectedFile],
) -> Result<(), DbErr> {
    let rows = (1..)
        .zip(files)
        .map(|(number, file)| import_upload::ActiveModel {
            import_id: Set(import),
            number: Set(number),
            file: Set(file.name.clone()),
            object: Set(Some(file.staged.name.clone())),
            bytes: Set(i64::try_from(file.staged.bytes).unwrap_or(i64::MAX)),
            inspection: Set(Some(to_json(&file.inspection))),
        });
    import_upload::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
