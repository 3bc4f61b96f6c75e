//! Starts and stops builds, and says how they go. `run` has the build itself.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::build_error::WikidataBuildError;
use super::build_lock::BuildLock;
use super::status::{BuildStage, BuildStarter, BuildStatus};
use super::work_file::WorkFile;
use crate::catalog::local::{CatalogInfo, LocalCatalog};
use crate::clock::Clock;
use crate::config::Config;

/// With `CATALOG_REFRESH`, a catalog is built anew when it is this old.
const REFRESH_AFTER: TimeDelta = TimeDelta::days(30);

/// How long a refresh waits after a failure.
const RETRY_AFTER: TimeDelta = TimeDelta::days(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestBuildError {
    #[error("A build is running already.")]
    AlreadyRunning,
    #[error("No other server is asked, because CATALOG is off or has no source that can be used.")]
    CatalogIsOff,
}

/// Whether a build runs now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildActivity {
    Idle,
    /// Asked for, and about to start.
    Requested,
    RunningHere,
    /// On the command line, or in another instance on this machine.
    RunningElsewhere,
}

#[derive(Clone, Debug)]
pub struct BuildReport {
    pub activity: BuildActivity,
    /// The latest build, whether it runs or ended.
    pub latest: Option<BuildStatus>,
    /// Whether a new build goes on with what the latest one fetched.
    pub is_resumable: bool,
}

/// What the background worker did.
#[derive(Debug)]
pub enum BuildRun {
    NotWanted,
    Ended(Result<CatalogInfo, WikidataBuildError>),
}

#[derive(Debug, Default)]
struct BuildRequests {
    is_requested: bool,
    /// Stops the build that runs in this process.
    running: Option<CancellationToken>,
}

#[derive(Debug)]
pub struct CatalogBuilds {
    pub(super) config: Arc<Config>,
    pub(super) clock: Clock,
    pub(super) local: Arc<LocalCatalog>,
    requests: Mutex<BuildRequests>,
    requested: Notify,
}

impl CatalogBuilds {
    pub fn new(config: Arc<Config>, clock: Clock, local: Arc<LocalCatalog>) -> Self {
        Self {
            config,
            clock,
            local,
            requests: Mutex::default(),
            requested: Notify::new(),
        }
    }

    /// Whether nobody may be asked.
    pub fn is_off(&self) -> bool {
        self.config.catalog.sources.is_empty()
    }

    /// What cannot be read is left out, so that the admin page shows the rest.
    pub async fn report(&self) -> BuildReport {
        let (is_requested, runs_here) = {
            let requests = self.requests();
            (requests.is_requested, requests.running.is_some())
        };
        let activity = match (runs_here, is_requested) {
            (true, _) => BuildActivity::RunningHere,
            (false, true) => BuildActivity::Requested,
            (false, false) if readable(BuildLock::is_taken(self.folder()).await) => {
                BuildActivity::RunningElsewhere
            }
            (false, false) => BuildActivity::Idle,
        };
        let work = WorkFile::path_in(self.folder());
        BuildReport {
            activity,
            latest: readable(BuildStatus::read(self.folder()).await),
            is_resumable: tokio::fs::try_exists(work).await.unwrap_or(false),
        }
    }

    /// What the catalog says about itself.
    pub async fn catalog_info(&self) -> Option<CatalogInfo> {
        self.local.info().await
    }

    pub fn refreshes_monthly(&self) -> bool {
        self.config.catalog.refreshes_monthly
    }

    /// Asks the background worker for a build.
    pub async fn request(&self) -> Result<(), RequestBuildError> {
        if self.is_off() {
            return Err(RequestBuildError::CatalogIsOff);
        }
        if self.report().await.activity != BuildActivity::Idle {
            return Err(RequestBuildError::AlreadyRunning);
        }
        self.requests().is_requested = true;
        self.requested.notify_one();
        Ok(())
    }

    /// Ends the build that runs in this process, and returns whether there was one.
    pub fn stop(&self) -> bool {
        let mut requests = self.requests();
        let was_requested = std::mem::take(&mut requests.is_requested);
        let running = requests.running.as_ref();
        running.inspect(|running| running.cancel()).is_some() || was_requested
    }

    /// Waits until somebody asks for a build.
    pub async fn wait_for_request(&self) {
        self.requested.notified().await;
    }

    /// Runs a build if somebody asked for one, if the last one was interrupted by a restart, or if
    /// the catalog is due for a refresh. `wait` sleeps.
    pub async fn run_if_wanted<W>(&self, wait: impl Fn(Duration) -> W) -> BuildRun
    where
        W: Future<Output = ()>,
    {
        match self.wanted_by().await {
            Some(starter) => BuildRun::Ended(self.run(starter, wait).await),
            None => BuildRun::NotWanted,
        }
    }

    /// Lets the next build begin anew.
    pub async fn forget_work(&self) -> Result<(), WikidataBuildError> {
        let lock = BuildLock::take(self.folder()).await?;
        let _lock = lock.ok_or(WikidataBuildError::AlreadyRunning)?;
        Ok(WorkFile::delete_in(self.folder())?)
    }

    async fn wanted_by(&self) -> Option<BuildStarter> {
        if std::mem::take(&mut self.requests().is_requested) {
            return Some(BuildStarter::Admin);
        }
        let report = self.report().await;
        if self.is_off() || report.activity != BuildActivity::Idle {
            return None;
        }
        let interrupted = report.latest.as_ref().filter(|latest| !latest.has_ended());
        match interrupted.map(|latest| latest.started_by) {
            Some(starter @ (BuildStarter::Admin | BuildStarter::Schedule)) => Some(starter),
            Some(BuildStarter::CommandLine) | None => {
                let is_due = self.is_refresh_due(report.latest.as_ref()).await;
                is_due.then_some(BuildStarter::Schedule)
            }
        }
    }

    async fn is_refresh_due(&self, latest: Option<&BuildStatus>) -> bool {
        if !self.config.catalog.refreshes_monthly {
            return false;
        }
        let now = self.clock.now();
        let is_over = |time: DateTime<Utc>, wait: TimeDelta| now - time >= wait;
        let info = self.local.info().await;
        let own = info.filter(|info| info.origin.starter.is_none());
        let is_old = own.is_none_or(|info| is_over(info.origin.built_at, REFRESH_AFTER));
        let is_rested = latest.is_none_or(|latest| match latest.stage {
            BuildStage::Failed => is_over(latest.updated_at, RETRY_AFTER),
            // Whoever stopped it did not want it.
            BuildStage::Stopped => is_over(latest.updated_at, REFRESH_AFTER),
            BuildStage::Fetching | BuildStage::Writing | BuildStage::Installed => true,
        });
        is_old && is_rested
    }

    pub(super) fn folder(&self) -> &Path {
        &self.config.data_dir
    }

    /// Says that a build runs, until the mark is dropped.
    pub(super) fn mark_running(&self, stop: &CancellationToken) -> RunningMark<'_> {
        self.requests().running = Some(stop.clone());
        RunningMark(self)
    }

    fn requests(&self) -> MutexGuard<'_, BuildRequests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn readable<T: Default>(read: io::Result<T>) -> T {
    read.unwrap_or_else(|error| {
        tracing::warn!(%error, "how the catalog’s build goes cannot be read");
        T::default()
    })
}

#[derive(Debug)]
pub(super) struct RunningMark<'a>(&'a CatalogBuilds);

impl Drop for RunningMark<'_> {
    fn drop(&mut self) {
        self.0.requests().running = None;
    }
}
