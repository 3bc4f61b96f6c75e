//! The background work of imports: reading, matching, planning, writing and undoing. Each batch is
//! a transaction, so a crash loses nothing, and another instance can go on.

mod account;
mod films;
mod here;
mod lease;
mod lists;
mod plan;
mod read;
mod resolve;
mod store;
mod target;
mod undo;
mod write;

use std::sync::Arc;
use std::time::{Duration, Instant};

use entity::import::{ImportStage, ImportState};
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::accounts::Site;
use crate::diary::DiaryWriter;
use crate::events::{Event, EventSender};
use crate::posters::Posters;
use crate::queue::QueueOutcome;
use lease::{Interruption, Job, lease_next};

pub(super) use account::{NO_PICTURE, NOT_LOGGED, OTHER_FILM};
pub(super) use films::replace_films;
pub(super) use plan::plan_films_again;
pub(super) use target::TOO_MANY_OF_ONE_FILM;
pub(super) use undo::{EDITED_HERE, STAYS};
pub(super) use write::{MOVIE_GONE, UNREADABLE};

/// How long a worker writes one import while others wait.
const TURN: Duration = Duration::from_secs(30);

/// What the worker needs.
#[derive(Clone, Debug)]
pub struct ImportWorker {
    pub diary: DiaryWriter,
    pub posters: Arc<Posters>,
    pub events: EventSender,
    pub site: Site,
    /// Whether facts and posters of new movies can be fetched.
    pub catalog_enabled: bool,
    /// Whether it rests after each batch as long as the batch took, so that pages stay fast.
    pub rests: bool,
}

/// Works on the import that has waited longest, until its member is needed, it is done, or the
/// server stops.
pub async fn work_on_next(
    worker: &ImportWorker,
    stop: &CancellationToken,
) -> Result<QueueOutcome, DbErr> {
    let mut job = match lease_next(&worker.diary.db, &worker.diary.clock).await? {
        Ok(job) => job,
        Err(idle) => return Ok(idle),
    };
    let import = job.import.id;
    match work_on(worker, &mut job, stop).await {
        Ok(()) => {}
        Err(Interruption::Lost) => {
            tracing::debug!(import, "an import was paused, deleted or taken over");
        }
        Err(Interruption::Database(error)) => {
            // If this fails, too, the lease expires.
            let DiaryWriter { db, clock, .. } = &worker.diary;
            let _ = job.defer(db, clock).await;
            return Err(error);
        }
    }
    Ok(QueueOutcome::Worked)
}

async fn work_on(
    worker: &ImportWorker,
    job: &mut Job,
    stop: &CancellationToken,
) -> Result<(), Interruption> {
    let DiaryWriter { db, clock, .. } = &worker.diary;
    let began = Instant::now();
    loop {
        if stop.is_cancelled() {
            return job.release(db).await;
        }
        // What is written tells where to go on, so others may come in between.
        if job.import.state == ImportState::Writing && began.elapsed() > TURN {
            return job.give_turn(db, clock).await;
        }
        let goes_on = match (job.import.state, job.import.stage) {
            (ImportState::Reading, ImportStage::Rows) => read::read_rows(worker, job, stop).await?,
            (ImportState::Reading, ImportStage::Films) => films::match_next(worker, job).await?,
            (ImportState::Reading, _) => plan::plan_next(worker, job).await?,
            (ImportState::Writing, ImportStage::Lists) => lists::write_next(worker, job).await?,
            (ImportState::Writing, ImportStage::Account) => {
                account::write_next(worker, job, stop).await?
            }
            (ImportState::Writing, _) => write::write_next(worker, job).await?,
            (ImportState::Undoing, _) => undo::undo_next(worker, job).await?,
            _ => false,
        };
        if !goes_on {
            return Ok(());
        }
    }
}

impl ImportWorker {
    fn wake_facts(&self, movies: &[i64]) {
        for movie in movies {
            self.events.send(Event::FactsQueued(*movie));
        }
    }
}
