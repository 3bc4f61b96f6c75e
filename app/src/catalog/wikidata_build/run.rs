//! One build, from the first request to the swap.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::build_error::WikidataBuildError;
use super::build_lock::BuildLock;
use super::builds::CatalogBuilds;
use super::fetch::{FetchError, FetchStep, WikidataFetch};
use super::status::{BuildStage, BuildStarter, BuildStatus};
use super::work_file::WorkFile;
use crate::catalog::local::{CatalogInfo, CatalogOrigin, delete_abandoned_builds};
use crate::catalog::sources::query_service::QueryService;
use crate::db::create_private_folder;

const WIKIDATA_HOST: &str = "query.wikidata.org";

/// Shorter waits are not worth telling anybody.
const TOLD_WAIT: Duration = Duration::from_secs(5);

impl CatalogBuilds {
    /// Builds the catalog, or goes on with an earlier build, and swaps it in.
    pub async fn run<W>(
        &self,
        starter: BuildStarter,
        wait: impl Fn(Duration) -> W,
    ) -> Result<CatalogInfo, WikidataBuildError>
    where
        W: Future<Output = ()>,
    {
        create_private_folder(self.folder())?;
        let lock = BuildLock::take(self.folder()).await?;
        let lock = Arc::new(lock.ok_or(WikidataBuildError::AlreadyRunning)?);
        let stop = CancellationToken::new();
        let _running = self.mark_running(&stop);
        let mut status = BuildStatus::begin(starter, self.clock.now());
        status.write(self.folder()).await?;
        let build = self.fetch_and_install(&lock, &mut status, wait);
        let outcome = stop.run_until_cancelled(build).await;
        let outcome = outcome.unwrap_or(Err(WikidataBuildError::Stopped));
        if matches!(
            outcome,
            Err(WikidataBuildError::Fetch(FetchError::TooLarge))
        ) {
            WorkFile::delete_in(self.folder())?;
        }
        status.end(&outcome);
        if let Err(error) = self.write_status(&mut status).await {
            tracing::warn!(%error, "the admin page will not show how the build ended");
        }
        outcome
    }

    async fn fetch_and_install<W>(
        &self,
        lock: &Arc<BuildLock>,
        status: &mut BuildStatus,
        wait: impl Fn(Duration) -> W,
    ) -> Result<CatalogInfo, WikidataBuildError>
    where
        W: Future<Output = ()>,
    {
        let folder = self.folder();
        delete_abandoned_builds(folder).await?;
        let language = &self.config.catalog.language;
        let service = QueryService::new(&self.config);
        let (clock, lock) = (self.clock.clone(), Arc::clone(lock));
        let mut fetch = WikidataFetch::open(service, clock, folder, language, lock).await?;
        self.fetch_all(&mut fetch, status, wait).await?;
        status.stage = BuildStage::Writing;
        self.write_status(status).await?;
        let builder = fetch.into_builder(folder).await?;
        let films = u32::try_from(builder.film_count()).unwrap_or(u32::MAX);
        self.refuse_too_few(films).await?;
        let built = builder.finish(self.origin()).await?;
        let info = self.local.install(built).await?;
        WorkFile::delete_in(folder)?;
        Ok(info)
    }

    async fn fetch_all<W>(
        &self,
        fetch: &mut WikidataFetch,
        status: &mut BuildStatus,
        wait: impl Fn(Duration) -> W,
    ) -> Result<(), WikidataBuildError>
    where
        W: Future<Output = ()>,
    {
        loop {
            let step = fetch.step().await?;
            let year = status.year;
            status.set_progress(fetch.progress());
            if year != status.year {
                tracing::info!(year = status.year, films = status.films, "fetching films");
            }
            match step {
                FetchStep::Complete => return Ok(()),
                FetchStep::Sent => self.write_status(status).await?,
                FetchStep::Wait(time) => {
                    self.write_wait(status, time).await?;
                    wait(time).await;
                    status.waits_until = None;
                }
            }
        }
    }

    async fn write_wait(&self, status: &mut BuildStatus, time: Duration) -> io::Result<()> {
        if time < TOLD_WAIT {
            return Ok(());
        }
        let time = TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX);
        status.waits_until = Some(self.clock.now() + time);
        self.write_status(status).await
    }

    async fn write_status(&self, status: &mut BuildStatus) -> io::Result<()> {
        status.updated_at = self.clock.now();
        status.write(self.folder()).await
    }

    /// A mirror that is broken, or a service that answers with nothing, must not replace a catalog
    /// of hundreds of thousands of films.
    async fn refuse_too_few(&self, films: u32) -> Result<(), WikidataBuildError> {
        let current = self.local.info().await.map_or(0, |info| info.films);
        if films >= current / 2 {
            return Ok(());
        }
        WorkFile::delete_in(self.folder())?;
        Err(WikidataBuildError::TooFew { films, current })
    }

    fn origin(&self) -> CatalogOrigin {
        CatalogOrigin {
            source: describe_source(&self.config.catalog.wikidata_query_url),
            language: self.config.catalog.language.clone(),
            built_at: self.clock.now(),
            starter: None,
        }
    }
}

fn describe_source(url: &Url) -> String {
    match url.host_str() {
        Some(WIKIDATA_HOST) | None => "Wikidata, CC0".to_owned(),
        Some(mirror) => format!("Wikidata, CC0, by way of {mirror}"),
    }
}
