//! Sweeping out what has expired.

use std::time::Duration;

use sea_orm::DbErr;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::{AppState, accounts, diary, lists, posters, transfer};

const SWEEP_INTERVAL: Duration = Duration::from_secs(10 * 60);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweepReport {
    /// Purged for good, a day after they were deleted.
    pub reviews: u64,
    /// Purged in the same way.
    pub lists: u64,
    /// Expired sessions and one-time links.
    pub accounts: u64,
    /// Not confirmed for 30 days.
    pub imports: u64,
    /// Archives that are older than a day.
    pub exports: u64,
    /// Uploaded to be imported, or written to be downloaded, and not needed any more.
    pub transfer_files: usize,
    /// Superseded a year ago.
    pub posters: usize,
}

pub async fn sweep_all(state: &AppState) -> Result<SweepReport, DbErr> {
    let AppState { db, clock, .. } = state;
    transfer::commands::release_old_files(db, clock).await?;
    let swept = SweepReport {
        reviews: diary::commands::purge(db, clock).await?,
        lists: lists::commands::purge(db, clock).await?,
        accounts: accounts::commands::sweep_expired(db, clock).await?,
        imports: transfer::commands::delete_unconfirmed(db, clock).await?,
        exports: transfer::exports::commands::delete_old_archives(db, clock).await?,
        transfer_files: transfer::commands::remove_orphaned_files(db, clock, state.posters.store())
            .await?,
        posters: posters::commands::delete_superseded(db, clock, state.posters.store()).await?,
    };
    state.sign_in_limits.sweep();
    state.api_limits.sweep();
    state.posters.sweep_uploads(clock);
    db.checkpoint().await?;
    Ok(swept)
}

pub(super) async fn sweep_periodically(state: AppState, stop: CancellationToken) {
    let mut rounds = interval(SWEEP_INTERVAL);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(rounds.tick()).await.is_some() {
        match state
            .db
            .while_reachable(sweep_all(&state))
            .await
            .and_then(|swept| swept)
        {
            Ok(swept) => tracing::debug!(?swept, passwords = state.hasher.started_count(), "swept"),
            Err(error) => tracing::warn!(%error, "the sweep failed and will be retried"),
        }
    }
}
