//! Background work: sweeping out expired rows, checkpointing the database, automatic backups,
//! builds of the local catalog, and the workers that fetch movie facts and posters.

mod sweep;

use std::time::Duration;

use axum::extract::FromRef;
use sea_orm::DbErr;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

pub use sweep::{SweepReport, sweep_all};

use crate::AppState;
use crate::backup::{BackupOutcome, back_up_when_due};
use crate::catalog;
use crate::catalog::wikidata_build::{BuildRun, WikidataBuildError};
use crate::diary::{self, completion::complete_next};
use crate::events::{self, Event, EventHandler, EventReceiver};
use crate::posters::{self, fetch_next_poster};
use crate::queue::QueueOutcome;
use crate::transfer;
use crate::transfer::exports::Exporter;
use crate::transfer::exports::work::write_next_archive;
use crate::transfer::work::{ImportWorker, work_on_next};

const FACTS_WORKERS: usize = 2;

/// Posters are fetched concurrently, but decoded one at a time.
const POSTER_WORKERS: usize = 2;

/// Imports that are read or written at once.
const IMPORT_WORKERS: usize = 2;

/// How often idle workers poll the queue. An event may have been dropped, or another instance may
/// have died while working on a row.
const POLL_INTERVAL: Duration = Duration::from_secs(30);

/// Runs all background tasks until the server stops.
pub async fn run_workers(state: AppState, events: EventReceiver, stop: CancellationToken) {
    if let Err(error) = recover_queues(&state).await {
        tracing::warn!(%error, "could not recover the queues of an earlier process; its jobs wait until their leases expire");
    }
    let (complete, fetch) = (watch::Sender::new(()), watch::Sender::new(()));
    let import = watch::Sender::new(());
    let export = watch::Sender::new(());
    let handlers = vec![
        waking_handler("completion", complete.clone(), |event| {
            matches!(event, Event::FactsQueued(_))
        }),
        waking_handler("imports", import.clone(), |event| {
            matches!(event, Event::ImportQueued(_))
        }),
        waking_handler("exports", export.clone(), |event| {
            matches!(event, Event::ExportQueued(_))
        }),
        waking_handler("posters", fetch.clone(), |event| {
            matches!(event, Event::PosterQueued(_))
        }),
    ];
    let mut tasks = JoinSet::new();
    tasks.spawn(sweep::sweep_periodically(state.clone(), stop.clone()));
    tasks.spawn(back_up_periodically(state.clone(), stop.clone()));
    tasks.spawn(build_catalogs(state.clone(), stop.clone()));
    tasks.spawn(index_reviews(state.clone(), stop.clone()));
    tasks.spawn(events::dispatch(events, handlers, stop.clone()));
    for _ in 0..FACTS_WORKERS {
        let state = state.clone();
        let next = move || {
            let state = state.clone();
            async move {
                let next = complete_next(&state.diary, &state.online_catalog, &state.events);
                state.db.while_reachable(next).await?
            }
        };
        tasks.spawn(run_worker(next, complete.subscribe(), stop.clone()));
    }
    for _ in 0..POSTER_WORKERS {
        let state = state.clone();
        let next = move || {
            let state = state.clone();
            async move {
                let AppState { db, clock, .. } = &state;
                db.while_reachable(fetch_next_poster(db, clock, &state.posters))
                    .await?
            }
        };
        tasks.spawn(run_worker(next, fetch.subscribe(), stop.clone()));
    }
    for _ in 0..IMPORT_WORKERS {
        let worker = ImportWorker {
            rests: true,
            ..ImportWorker::from_ref(&state)
        };
        let stopped = stop.clone();
        let next = move || {
            let (worker, stopped) = (worker.clone(), stopped.clone());
            async move {
                let db = worker.diary.db.clone();
                db.while_reachable(work_on_next(&worker, &stopped)).await?
            }
        };
        tasks.spawn(run_worker(next, import.subscribe(), stop.clone()));
    }
    let exporter = Exporter::from_ref(&state);
    let stopped = stop.clone();
    let next = move || {
        let (exporter, stopped) = (exporter.clone(), stopped.clone());
        async move { write_next_archive(&exporter, &stopped).await }
    };
    tasks.spawn(run_worker(next, export.subscribe(), stop.clone()));
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a background task ended unexpectedly");
        }
    }
}

/// Releases the leases of a process that died, and applies settings that changed since.
async fn recover_queues(state: &AppState) -> Result<(), DbErr> {
    let AppState { db, clock, .. } = state;
    catalog::commands::FACTS_QUEUE
        .requeue_abandoned(db, clock)
        .await?;
    posters::commands::POSTER_QUEUE
        .requeue_abandoned(db, clock)
        .await?;
    transfer::commands::release_abandoned(db).await?;
    transfer::exports::work::release_abandoned(db).await?;
    if state.online_catalog.is_off() {
        posters::commands::clear_all_expected(db, clock).await
    } else {
        Ok(())
    }
}

/// A handler that wakes the workers subscribed to `wake` for matching events.
fn waking_handler(
    name: &'static str,
    wake: watch::Sender<()>,
    is_match: fn(Event) -> bool,
) -> EventHandler {
    EventHandler::new(name, move |event| {
        if is_match(event) {
            wake.send_replace(());
        }
        async { Ok(()) }
    })
}

/// Works on one row after another, and sleeps while the queue is empty.
async fn run_worker<F>(next: impl Fn() -> F, mut wake: watch::Receiver<()>, stop: CancellationToken)
where
    F: Future<Output = Result<QueueOutcome, DbErr>>,
{
    while !stop.is_cancelled() {
        wake.mark_unchanged();
        let wait = match next().await {
            Ok(QueueOutcome::Worked) => continue,
            Ok(QueueOutcome::Idle { until }) => until.map_or(POLL_INTERVAL, |until| {
                let wait = (until - chrono::Utc::now()).to_std().unwrap_or_default();
                wait.clamp(Duration::from_millis(50), POLL_INTERVAL)
            }),
            Err(error) => {
                tracing::warn!(%error, "a background job failed and will be retried");
                POLL_INTERVAL
            }
        };
        let waiting = tokio::time::timeout(wait, wake.changed());
        // Poll again, whether an event arrived or the timeout passed.
        let _ = stop.run_until_cancelled(waiting).await;
    }
}

/// Indexes the reviews of an older release or of a backup.
async fn index_reviews(state: AppState, stop: CancellationToken) {
    let mut last = 0;
    while !stop.is_cancelled() {
        let indexed = diary::commands::index_older_reviews(&state.db, last);
        match state
            .db
            .while_reachable(indexed)
            .await
            .and_then(|done| done)
        {
            Ok(Some(next)) => last = next,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "could not index reviews for searches; will be retried");
                let wait = tokio::time::sleep(POLL_INTERVAL);
                let _ = stop.run_until_cancelled(wait).await;
            }
        }
    }
}

/// How often to look whether a backup is due.
const BACKUP_CHECK_INTERVAL: Duration = Duration::from_secs(60);

async fn back_up_periodically(state: AppState, stop: CancellationToken) {
    if state.config.backup.every.is_none() {
        return;
    }
    let mut rounds = interval(BACKUP_CHECK_INTERVAL);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(rounds.tick()).await.is_some() {
        let AppState { db, clock, .. } = &state;
        let round = back_up_when_due(db, clock, &state.config.backup, state.posters.store());
        // When the server stops, a half-written backup is given up.
        let Some(outcome) = stop.run_until_cancelled(db.while_reachable(round)).await else {
            return;
        };
        match outcome.and_then(|outcome| outcome) {
            Ok(BackupOutcome::NotDue | BackupOutcome::TakenElsewhere) => {}
            Ok(BackupOutcome::Done(report)) => {
                let file = report.file.display();
                tracing::info!(%file, bytes = report.bytes, "backup written and read back");
            }
            Ok(BackupOutcome::Failed(error)) => tracing::error!(%error, "the backup failed"),
            Err(error) => tracing::error!(%error, "the backup failed"),
        }
    }
}

/// How often to look whether the local catalog is due for a refresh.
const REFRESH_CHECK_INTERVAL: Duration = Duration::from_secs(10 * 60);

async fn build_catalogs(state: AppState, stop: CancellationToken) {
    let builds = &state.catalog_builds;
    loop {
        // When the server stops, what was fetched is kept, and the build goes on at the next start.
        let run = builds.run_if_wanted(tokio::time::sleep);
        match stop.run_until_cancelled(run).await {
            None => return,
            Some(BuildRun::NotWanted) => {}
            Some(BuildRun::Ended(Ok(info))) => {
                tracing::info!(films = info.films, "a new local catalog is in use");
            }
            Some(BuildRun::Ended(Err(WikidataBuildError::Stopped))) => {
                tracing::info!("the build of the local catalog was stopped");
            }
            Some(BuildRun::Ended(Err(error))) => {
                tracing::error!(%error, "the local catalog was not replaced");
            }
        }
        let asked = tokio::time::timeout(REFRESH_CHECK_INTERVAL, builds.wait_for_request());
        if stop.run_until_cancelled(asked).await.is_none() {
            return;
        }
    }
}
