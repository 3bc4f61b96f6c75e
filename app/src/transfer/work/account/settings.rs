//! Settings of an archive. They come before its reviews, so that a private diary is private from its
//! first review on.

use chrono_tz::Tz;
use entity::import_outcome::{RowRole, RowState};
use entity::member;
use sea_orm::EntityTrait;

use super::{Settled, settle, waiting_rows};
use crate::accounts::MemberId;
use crate::accounts::commands::ProfileChange;
use crate::accounts::queries::is_username_of_other;
use crate::diary::commands::{AccountChange, EditError, change_account};
use crate::transfer::ImportOptions;
use crate::transfer::archive_items::SettingsItem;
use crate::transfer::files::row::RowFact;
use crate::transfer::plan::NOT_WANTED;
use crate::transfer::work::ImportWorker;
use crate::transfer::work::lease::{Interruption, Job};
use crate::transfer::work::write::UNREADABLE;
use crate::watchlist::commands::change_visibility;

/// Takes over the settings, if the member wants them. Returns whether the worker goes on with the
/// import.
pub(in crate::transfer::work) async fn write_settings(
    worker: &ImportWorker,
    job: &mut Job,
) -> Result<bool, Interruption> {
    let db = worker.diary.db.reader();
    let rows = waiting_rows(db, job.import.id, &[RowRole::Settings], 10).await?;
    if rows.is_empty() {
        return Ok(true);
    }
    let options: ImportOptions = serde_json::from_str(&job.import.options).unwrap_or_default();
    let mut settled = Vec::new();
    for (outcome, fact) in rows {
        let (state, reason) = match fact {
            _ if options.settings != Some(true) => (RowState::Skipped, Some(NOT_WANTED)),
            Some(RowFact::Settings(settings)) => {
                apply(worker, job.import.member_id, settings).await?;
                (RowState::Written, None)
            }
            _ => (RowState::Failed, Some(UNREADABLE)),
        };
        settled.push(Settled {
            row: outcome.row,
            role: outcome.role,
            state,
            reason,
            movie: None,
        });
    }
    settle(worker, job, settled).await
}

/// The name, unless it is somebody else’s here.
async fn free_name(
    worker: &ImportWorker,
    member: MemberId,
    name: String,
) -> Result<Option<String>, Interruption> {
    let db = &worker.diary.db;
    let account = member::Entity::find_by_id(member).one(db.reader()).await?;
    let account = account.ok_or(Interruption::Lost)?;
    let is_taken = is_username_of_other(db, &name, &account.username).await?;
    Ok((!is_taken).then_some(name))
}

async fn apply(
    worker: &ImportWorker,
    member: MemberId,
    settings: SettingsItem,
) -> Result<(), Interruption> {
    let (db, clock) = (&worker.diary.db, &worker.diary.clock);
    let display_name = free_name(worker, member, settings.display_name).await?;
    // A zone that nobody knows here changes nothing.
    let zone = settings.time_zone.map(|zone| zone.parse::<Tz>());
    let zone = zone.transpose().ok();
    let change = AccountChange {
        profile: ProfileChange { display_name, zone },
        diary_visibility: Some(settings.diary_visibility),
    };
    match change_account(db, clock, member, None, change).await {
        Ok(_) => {}
        Err(EditError::Database(error)) => return Err(error.into()),
        Err(EditError::Gone | EditError::Stale) => return Err(Interruption::Lost),
    }
    change_visibility(db, member, settings.watchlist_visibility).await?;
    Ok(())
}
