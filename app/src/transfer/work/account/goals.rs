//! Goals of an archive. A year that has a goal here keeps it.

use std::collections::HashSet;

use entity::goal;
use entity::import_outcome::{Model, RowState};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{Settled, store};
use crate::goals::Goal;
use crate::goals::commands::upsert_goals;
use crate::transfer::files::row::RowFact;
use crate::transfer::plan::ALREADY_THERE;
use crate::transfer::work::ImportWorker;
use crate::transfer::work::lease::{Interruption, Job, Progress, run_batch};
use crate::transfer::work::write::UNREADABLE;

pub(super) async fn write(
    worker: &ImportWorker,
    job: &mut Job,
    rows: Vec<(Model, Option<RowFact>)>,
) -> Result<bool, Interruption> {
    let (import, member) = (job.import.id, job.import.member_id);
    let done = job.import.done + i64::try_from(rows.len()).unwrap_or(0);
    run_batch(worker, job, move |tx, _| {
        Box::pin(async move {
            let here: Vec<i32> = goal::Entity::find()
                .select_only()
                .column(goal::Column::Year)
                .filter(goal::Column::MemberId.eq(member))
                .into_tuple()
                .all(tx)
                .await?;
            let mut years: HashSet<i32> = here.into_iter().collect();
            let (mut settled, mut new) = (Vec::new(), Vec::new());
            for (outcome, fact) in rows {
                let goal = fact.as_ref().and_then(goal_in);
                let (state, reason) = match goal {
                    None => (RowState::Failed, Some(UNREADABLE)),
                    Some(goal) if !years.insert(goal.year) => {
                        (RowState::Duplicate, Some(ALREADY_THERE))
                    }
                    Some(goal) => {
                        new.push((member, goal));
                        (RowState::Written, None)
                    }
                };
                settled.push(Settled {
                    row: outcome.row,
                    role: outcome.role,
                    state,
                    reason,
                    movie: None,
                });
            }
            if !new.is_empty() {
                upsert_goals(tx, &new).await?;
            }
            store(tx, import, settled).await?;
            Ok(Progress::with_done(done))
        })
    })
    .await
}

pub(in crate::transfer::work) fn goal_in(fact: &RowFact) -> Option<Goal> {
    match fact {
        RowFact::Goal(goal) => Some(Goal {
            year: goal.year,
            films: u32::try_from(goal.films).ok()?,
            rewatches_count: goal.rewatches_count,
        }),
        _ => None,
    }
}
