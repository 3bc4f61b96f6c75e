//! What goes on beside the requests: forgetting what is over, and keeping the
//! database's log short.

use std::time::Duration;

use sea_orm::DbErr;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::AppState;
use crate::accounts;
use crate::diary;

/// How often it is done.
const EVERY: Duration = Duration::from_secs(10 * 60);

/// What one round forgot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Reviews that were deleted a day ago.
    pub reviews: u64,
    /// Sessions and links that do not work any more.
    pub accounts: u64,
}

/// One round.
pub async fn sweep(state: &AppState) -> Result<Swept, DbErr> {
    let swept = Swept {
        reviews: diary::commands::purge(&state.db, &state.clock).await?,
        accounts: accounts::commands::sweep(&state.db, &state.clock).await?,
    };
    state.limits.sweep();
    state.db.checkpoint().await?;
    Ok(swept)
}

/// Round after round, until the server stops.
pub async fn run(state: AppState, stop: CancellationToken) {
    let mut rounds = interval(EVERY);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(rounds.tick()).await.is_some() {
        match sweep(&state).await {
            Ok(swept) => tracing::debug!(?swept, passwords = state.hasher.count(), "swept"),
            Err(error) => tracing::warn!(%error, "sweeping failed; it is tried again later"),
        }
    }
}
