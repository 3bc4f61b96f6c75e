//! Corrections of films. Each is a transaction of its own, and making one twice changes nothing.

use entity::import_outcome::{Model, RowState};
use sea_orm::DbErr;

use super::about_movie::{NOT_LOGGED, logged_movie};
use super::{Settled, settle};
use crate::accounts::MemberId;
use crate::catalog::MovieId;
use crate::catalog::commands::{CorrectedValue, CorrectionOutcome, OlderCorrection};
use crate::movies::commands::restore_movie_correction;
use crate::transfer::files::row::RowFact;
use crate::transfer::files::values::words::{MAX_DIRECTORS, parse_title, year_in};
use crate::transfer::plan::ALREADY_THERE;
use crate::transfer::work::ImportWorker;
use crate::transfer::work::lease::{Interruption, Job};
use crate::transfer::work::write::{MOVIE_GONE, UNREADABLE};

/// Why a correction is left out.
pub(in crate::transfer) const OTHER_FILM: &str = "other_film";

pub(super) async fn write(
    worker: &ImportWorker,
    job: &mut Job,
    rows: Vec<(Model, Option<RowFact>)>,
) -> Result<bool, Interruption> {
    let member = job.import.member_id;
    let mut settled = Vec::new();
    for (outcome, fact) in rows {
        let movie = logged_movie(worker, job, &outcome).await?;
        let (state, reason) = match (movie, fact.and_then(older_correction)) {
            (None, _) => (RowState::Skipped, Some(NOT_LOGGED)),
            (Some(_), None) => (RowState::Failed, Some(UNREADABLE)),
            (Some(movie), Some(older)) => make(worker, (member, movie), older).await?,
        };
        settled.push(Settled {
            row: outcome.row,
            role: outcome.role,
            state,
            reason,
            movie,
        });
    }
    settle(worker, job, settled).await
}

async fn make(
    worker: &ImportWorker,
    (member, movie): (MemberId, MovieId),
    older: OlderCorrection,
) -> Result<(RowState, Option<&'static str>), DbErr> {
    let made = restore_movie_correction(&worker.diary, member, movie, older);
    Ok(match made.await? {
        CorrectionOutcome::Applied => (RowState::Written, None),
        CorrectionOutcome::Stale => (RowState::Duplicate, Some(ALREADY_THERE)),
        CorrectionOutcome::Gone => (RowState::Failed, Some(MOVIE_GONE)),
        CorrectionOutcome::DuplicateOf(_) | CorrectionOutcome::Ambiguous => {
            (RowState::Skipped, Some(OTHER_FILM))
        }
    })
}

fn older_correction(fact: RowFact) -> Option<OlderCorrection> {
    let RowFact::Correction {
        field,
        old_value,
        new_value,
        corrected_at,
    } = fact
    else {
        return None;
    };
    Some(OlderCorrection {
        old: value_of(&field, &old_value)?,
        entered: value_of(&field, &new_value)?,
        corrected_at,
    })
}

/// A value as it could be typed here.
fn value_of(field: &str, value: &str) -> Option<CorrectedValue> {
    Some(match field {
        "title" => CorrectedValue::Title(parse_title(value).ok()??),
        "year" => CorrectedValue::Year(year_in(value).ok()?),
        "directors" => {
            let names = value.lines().map(|name| parse_title(name).ok()?);
            let names = names.collect::<Option<Vec<String>>>()?;
            CorrectedValue::Directors(Some(names).filter(|names| names.len() <= MAX_DIRECTORS)?)
        }
        _ => return None,
    })
}
