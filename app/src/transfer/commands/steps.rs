//! The steps of an import from its questions to its end.

use chrono::DateTime;
use entity::import::{ActiveModel, Column, Entity, ImportStage, ImportState};
use entity::import_outcome::{RowRole, RowState};
use entity::{import_outcome, import_upload};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::{ImportError, lock_import, require_state};
use crate::accounts::MemberId;
use crate::db::Db;
use crate::events::{Event, EventSender};
use crate::transfer::files::inspect::Inspection;
use crate::transfer::files::question::Answers;
use crate::transfer::json::to_json;
use crate::transfer::options::ImportOptions;
use crate::transfer::queries::inspections_of;

/// Answers questions about the files. They are read once no question is open.
pub async fn answer_questions(
    db: &Db,
    events: &EventSender,
    member: MemberId,
    id: i64,
    answers: Answers,
) -> Result<(), ImportError> {
    db.write(move |tx| {
        Box::pin(async move {
            let import = lock_import(tx, member, id).await?;
            require_state(&import, &[ImportState::Questions])?;
            let known: Answers = serde_json::from_str(&import.answers).unwrap_or_default();
            let answers = known.completed_by(answers);
            let inspections = inspections_of(tx, id).await?;
            let is_open = |of: &Inspection| !of.questions(&answers).is_empty();
            let state = match inspections.iter().any(is_open) {
                true => ImportState::Questions,
                false => ImportState::Reading,
            };
            let change = ActiveModel {
                answers: Set(to_json(&answers)),
                state: Set(state),
                ..Default::default()
            };
            update(tx, id, change).await?;
            Ok::<_, ImportError>(())
        })
    })
    .await?;
    events.send(Event::ImportQueued(id));
    Ok(())
}

async fn update(tx: &DatabaseTransaction, id: i64, change: ActiveModel) -> Result<(), DbErr> {
    Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Changes what is imported, before it is written. What is compared with the diary in another way is
/// planned anew.
pub async fn change_options(
    db: &Db,
    events: &EventSender,
    member: MemberId,
    id: i64,
    options: ImportOptions,
) -> Result<(), ImportError> {
    const BEFORE_WRITING: [ImportState; 3] = [
        ImportState::Reading,
        ImportState::Questions,
        ImportState::Ready,
    ];
    db.write(move |tx| {
        Box::pin(async move {
            let import = lock_import(tx, member, id).await?;
            require_state(&import, &BEFORE_WRITING)?;
            let before: ImportOptions = serde_json::from_str(&import.options).unwrap_or_default();
            let mut change = ActiveModel {
                options: Set(to_json(&options)),
                ..Default::default()
            };
            if import.state == ImportState::Ready && options.compares_otherwise(before) {
                change.state = Set(ImportState::Reading);
                change.stage = Set(ImportStage::Plan);
                change.done = Set(0);
            }
            update(tx, id, change).await?;
            Ok::<_, ImportError>(())
        })
    })
    .await?;
    events.send(Event::ImportQueued(id));
    Ok(())
}

/// Has the worker write the import.
pub async fn confirm_import(
    db: &Db,
    events: &EventSender,
    member: MemberId,
    id: i64,
    options: Option<ImportOptions>,
) -> Result<(), ImportError> {
    db.write(move |tx| {
        Box::pin(async move {
            let import = lock_import(tx, member, id).await?;
            require_state(&import, &[ImportState::Ready])?;
            let before: ImportOptions = serde_json::from_str(&import.options).unwrap_or_default();
            let options = options.unwrap_or(before);
            if options.compares_otherwise(before) {
                reconsider_duplicates(tx, id).await?;
            }
            let change = ActiveModel {
                state: Set(ImportState::Writing),
                stage: Set(ImportStage::Reviews),
                done: Set(0),
                is_paused: Set(false),
                options: Set(to_json(&options)),
                ..Default::default()
            };
            update(tx, id, change).await?;
            Ok::<_, ImportError>(())
        })
    })
    .await?;
    events.send(Event::ImportQueued(id));
    Ok(())
}

/// What is in the diary already is decided once more when it is written.
async fn reconsider_duplicates(tx: &DatabaseTransaction, id: i64) -> Result<(), DbErr> {
    use import_outcome::{Column as Outcome, Entity as Outcomes};
    Outcomes::update_many()
        .col_expr(Outcome::State, Expr::val(RowState::Matched))
        .col_expr(Outcome::Reason, Expr::value(None::<String>))
        .filter(Outcome::ImportId.eq(id))
        .filter(Outcome::State.eq(RowState::Duplicate))
        .filter(Outcome::Role.ne(RowRole::Merged))
        .exec(tx)
        .await?;
    Ok(())
}

/// Stops the writing for now. What is written stays.
pub async fn pause_import(db: &Db, member: MemberId, id: i64) -> Result<(), ImportError> {
    let change = ActiveModel {
        is_paused: Set(true),
        lease_until: Set(DateTime::UNIX_EPOCH),
        ..Default::default()
    };
    step(db, member, id, &[ImportState::Writing], change).await
}

pub async fn resume_import(
    db: &Db,
    events: &EventSender,
    member: MemberId,
    id: i64,
) -> Result<(), ImportError> {
    let change = ActiveModel {
        is_paused: Set(false),
        lease_until: Set(DateTime::UNIX_EPOCH),
        ..Default::default()
    };
    step(db, member, id, &[ImportState::Writing], change).await?;
    events.send(Event::ImportQueued(id));
    Ok(())
}

/// Has the worker take back what the import wrote. A paused import is not written to its end.
pub async fn undo_import(
    db: &Db,
    events: &EventSender,
    member: MemberId,
    id: i64,
) -> Result<(), ImportError> {
    db.write(move |tx| {
        Box::pin(async move {
            let import = lock_import(tx, member, id).await?;
            if import.state != ImportState::Done && !import.is_paused {
                return Err(ImportError::WrongState(import.state));
            }
            let change = ActiveModel {
                state: Set(ImportState::Undoing),
                stage: Set(ImportStage::Reviews),
                done: Set(0),
                is_paused: Set(false),
                lease_until: Set(DateTime::UNIX_EPOCH),
                ..Default::default()
            };
            update(tx, id, change).await?;
            Ok(())
        })
    })
    .await?;
    events.send(Event::ImportQueued(id));
    Ok(())
}

async fn step(
    db: &Db,
    member: MemberId,
    id: i64,
    from: &[ImportState],
    change: ActiveModel,
) -> Result<(), ImportError> {
    let from = from.to_vec();
    db.write(move |tx| {
        Box::pin(async move {
            let import = lock_import(tx, member, id).await?;
            require_state(&import, &from)?;
            update(tx, id, change).await?;
            Ok(())
        })
    })
    .await
}

/// Deletes an import of which nothing is in the diary. Returns the names of its files in the store,
/// which the caller removes.
pub async fn delete_import(db: &Db, member: MemberId, id: i64) -> Result<Vec<String>, ImportError> {
    const DELETABLE: [ImportState; 4] = [
        ImportState::Reading,
        ImportState::Questions,
        ImportState::Ready,
        ImportState::Failed,
    ];
    db.write(move |tx| {
        Box::pin(async move {
            let import = lock_import(tx, member, id).await?;
            require_state(&import, &DELETABLE)?;
            let objects = objects_of(tx, id).await?;
            Entity::delete_by_id(id).exec(tx).await?;
            Ok(objects)
        })
    })
    .await
}

async fn objects_of(tx: &DatabaseTransaction, id: i64) -> Result<Vec<String>, DbErr> {
    let uploads = import_upload::Entity::find()
        .filter(import_upload::Column::ImportId.eq(id))
        .all(tx)
        .await?;
    Ok(uploads
        .into_iter()
        .filter_map(|upload| upload.object)
        .collect())
}

/// Takes the leases of a process that died. Does nothing on PostgreSQL, where another instance may
/// be at work; there the leases expire.
pub async fn release_abandoned(db: &Db) -> Result<(), DbErr> {
    if db.is_shared() {
        return Ok(());
    }
    db.write(move |tx| {
        Box::pin(async move {
            Entity::update_many()
                .col_expr(Column::LeaseUntil, Expr::value(DateTime::UNIX_EPOCH))
                .filter(Column::LeaseUntil.gt(DateTime::UNIX_EPOCH))
                .exec(tx)
                .await?;
            Ok(())
        })
    })
    .await
}
