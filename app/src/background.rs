//! What goes on beside the requests: forgetting what is over, keeping the database's log
//! short, asking the catalog about movies, and fetching posters.

use std::time::Duration;

use sea_orm::DbErr;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::AppState;
use crate::accounts;
use crate::catalog;
use crate::diary::{self, completion::complete_next};
use crate::events::{self, Event, Handler, Heard};
use crate::posters::{self, sync_next};
use crate::queue::Outcome;

/// How often it is done.
const EVERY: Duration = Duration::from_secs(10 * 60);

/// What one round forgot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Reviews that were deleted a day ago.
    pub reviews: u64,
    /// Sessions and links that do not work any more.
    pub accounts: u64,
    /// Posters that no movie has had for a year.
    pub posters: usize,
}

/// One round.
pub async fn sweep(state: &AppState) -> Result<Swept, DbErr> {
    let AppState { db, clock, .. } = state;
    let swept = Swept {
        reviews: diary::commands::purge(db, clock).await?,
        accounts: accounts::commands::sweep(db, clock).await?,
        posters: posters::commands::forget_superseded(db, clock, state.posters.store()).await?,
    };
    state.limits.sweep();
    state.api_limits.sweep();
    db.checkpoint().await?;
    Ok(swept)
}

/// How many movies are asked about at once.
const ASKING: usize = 2;

/// How many posters are fetched at once; one at a time is decoded.
const FETCHING: usize = 2;

/// How long nobody looks for work that nobody told of: an event may have been dropped, or
/// another instance have died over it.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Everything that goes on beside the requests, until the server stops.
pub async fn run(state: AppState, heard: Heard, stop: CancellationToken) {
    if let Err(error) = take_over(&state).await {
        tracing::warn!(%error, "what a process before was working on waits for its lease to run out");
    }
    let (complete, fetch) = (watch::Sender::new(()), watch::Sender::new(()));
    let handlers = vec![
        waking("completion", complete.clone(), |event| {
            matches!(event, Event::FactsWanted(_))
        }),
        waking("posters", fetch.clone(), |event| {
            matches!(event, Event::PosterFound(_))
        }),
    ];
    let mut tasks = JoinSet::new();
    tasks.spawn(rounds(state.clone(), stop.clone()));
    tasks.spawn(events::run(heard, handlers, stop.clone()));
    for _ in 0..ASKING {
        let state = state.clone();
        let next = move || {
            let state = state.clone();
            async move {
                let AppState { db, clock, .. } = &state;
                let next = complete_next(db, clock, &state.outside, &state.events);
                db.while_there(next).await?
            }
        };
        tasks.spawn(work(next, complete.subscribe(), stop.clone()));
    }
    for _ in 0..FETCHING {
        let state = state.clone();
        let next = move || {
            let state = state.clone();
            async move {
                let AppState { db, clock, .. } = &state;
                db.while_there(sync_next(db, clock, &state.posters)).await?
            }
        };
        tasks.spawn(work(next, fetch.subscribe(), stop.clone()));
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "work beside the requests broke off");
        }
    }
}

/// Takes over what a process that died left, and what settings that changed since mean.
async fn take_over(state: &AppState) -> Result<(), DbErr> {
    let AppState { db, clock, .. } = state;
    catalog::commands::QUEUE.release(db, clock).await?;
    posters::commands::QUEUE.release(db, clock).await?;
    match state.outside.is_off() {
        true => posters::commands::expect_no_more(db, clock).await,
        false => Ok(()),
    }
}

/// A handler that wakes who works, when an event is for them.
fn waking(name: &'static str, wake: watch::Sender<()>, is_for_them: fn(Event) -> bool) -> Handler {
    Handler::new(name, move |event| {
        if is_for_them(event) {
            wake.send_replace(());
        }
        async { Ok(()) }
    })
}

/// Works on one row after the other, and waits where there is none.
async fn work<F>(next: impl Fn() -> F, mut woken: watch::Receiver<()>, stop: CancellationToken)
where
    F: Future<Output = Result<Outcome, DbErr>>,
{
    while !stop.is_cancelled() {
        woken.mark_unchanged();
        let wait = match next().await {
            Ok(Outcome::Worked) => continue,
            Ok(Outcome::Idle { until }) => until.map_or(LOOK_AGAIN, |until| {
                let wait = (until - chrono::Utc::now()).to_std().unwrap_or_default();
                wait.clamp(Duration::from_millis(50), LOOK_AGAIN)
            }),
            Err(error) => {
                tracing::warn!(%error, "work beside the requests failed; it is tried again");
                LOOK_AGAIN
            }
        };
        let waiting = tokio::time::timeout(wait, woken.changed());
        // Woken, or the time has come: either way it is looked again.
        let _ = stop.run_until_cancelled(waiting).await;
    }
}

/// Round after round, until the server stops.
async fn rounds(state: AppState, stop: CancellationToken) {
    let mut rounds = interval(EVERY);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(rounds.tick()).await.is_some() {
        match state
            .db
            .while_there(sweep(&state))
            .await
            .and_then(|swept| swept)
        {
            Ok(swept) => tracing::debug!(?swept, passwords = state.hasher.count(), "swept"),
            Err(error) => tracing::warn!(%error, "sweeping failed; it is tried again later"),
        }
    }
}
