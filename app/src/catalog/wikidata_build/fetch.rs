//! Fetches all films from the query service, slice by slice. The caller waits when it is told to;
//! calling again too early sends nothing.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use tokio::task::spawn_blocking;

use super::build_lock::BuildLock;
use super::work_file::{WorkFile, WorkHeader, WorkRecord, WorkSoFar};
use crate::catalog::local::CatalogBuilder;
use crate::catalog::sources::query_service::{
    FIRST_YEAR, FilmPage, FilmSlice, QueryService, QueryServiceError, slices_of_years,
};
use crate::clock::Clock;

/// Films are announced, and saved for later, years before they come out.
const YEARS_AHEAD: i32 = 3;

/// The pauses after failures in a row. One more ends the build.
const RETRY_PAUSES: [Duration; 7] = [
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_secs(60),
    Duration::from_secs(2 * 60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(10 * 60),
    Duration::from_secs(20 * 60),
];

/// How often in a row we let ourselves be put off.
const MAX_RATE_LIMITS: usize = 20;

/// After each query we wait as long as it took, but at least this. So we take half of the time that
/// one client may use.
const MIN_PAUSE: Duration = Duration::from_secs(1);

/// The most bytes of one build, over all its runs.
const MAX_TOTAL_BYTES: u64 = 2 * 1024 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("Wikidata’s query service failed at films of {year}: {error}")]
    Service { year: i32, error: QueryServiceError },
    #[error("Wikidata’s query service sent more than 2 GB")]
    TooLarge,
    #[error("what was fetched could not be kept: {0}")]
    Io(#[from] io::Error),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchStep {
    /// The next request may be sent after this time.
    Wait(Duration),
    /// A request was sent, whatever came of it.
    Sent,
    /// All films are in the work file.
    Complete,
}

/// How far a build is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchProgress {
    pub first_year: i32,
    pub year: i32,
    pub last_year: i32,
    pub films: u64,
}

#[derive(Debug)]
pub struct WikidataFetch {
    service: QueryService,
    clock: Clock,
    work: Arc<WorkFile>,
    /// Held until the last write has ended.
    lock: Arc<BuildLock>,
    pending: VecDeque<FilmSlice>,
    progress: FetchProgress,
    bytes: u64,
    not_before: Option<DateTime<Utc>>,
    failures: usize,
    rate_limits: usize,
}

impl WikidataFetch {
    /// Goes on where an earlier run stopped. The lock is that of `folder`.
    pub async fn open(
        service: QueryService,
        clock: Clock,
        folder: &Path,
        language: &str,
        lock: Arc<BuildLock>,
    ) -> io::Result<Self> {
        let header = WorkHeader::new(language, service.url().as_str(), clock.now());
        let folder = folder.to_owned();
        let (work, so_far) = in_thread(move || WorkFile::open(&folder, &header)).await?;
        let last_year = clock.now().year() + YEARS_AHEAD;
        let pending = pending_slices(slices_of_years(FIRST_YEAR..=last_year), &so_far);
        Ok(Self {
            service,
            clock,
            work: Arc::new(work),
            lock,
            progress: FetchProgress {
                first_year: FIRST_YEAR,
                year: pending.front().map_or(last_year, FilmSlice::year),
                last_year,
                films: so_far.films,
            },
            pending,
            bytes: so_far.bytes,
            not_before: so_far.not_before,
            failures: 0,
            rate_limits: 0,
        })
    }

    pub fn progress(&self) -> FetchProgress {
        self.progress
    }

    /// Fetches one slice, if it is time.
    pub async fn step(&mut self) -> Result<FetchStep, FetchError> {
        let Some(slice) = self.pending.front().cloned() else {
            return Ok(FetchStep::Complete);
        };
        self.progress.year = slice.year();
        if let Some(left) = self.time_left() {
            return Ok(FetchStep::Wait(left));
        }
        let begun = Instant::now();
        let page = self.service.films_of(&slice).await;
        let pause = begun.elapsed().max(MIN_PAUSE);
        match page {
            Ok(page) => self.keep(slice, page, pause).await?,
            Err(error) => self.recover(slice, error, pause).await?,
        }
        Ok(FetchStep::Sent)
    }

    /// Adds all films to a builder.
    pub async fn into_builder(self, folder: &Path) -> io::Result<CatalogBuilder> {
        let folder = folder.to_owned();
        in_thread(move || {
            let mut builder = CatalogBuilder::create_in(&folder)?;
            self.work.for_each_film(|film| builder.add(film))?;
            Ok(builder)
        })
        .await
    }

    fn time_left(&self) -> Option<Duration> {
        let left = self.not_before? - self.clock.now();
        left.to_std().ok().filter(|left| !left.is_zero())
    }

    fn pause(&mut self, time: Duration) -> DateTime<Utc> {
        let until = self.clock.now() + TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX);
        self.not_before = Some(until);
        until
    }

    async fn keep(
        &mut self,
        slice: FilmSlice,
        page: FilmPage,
        pause: Duration,
    ) -> Result<(), FetchError> {
        self.bytes += page.bytes;
        if self.bytes > MAX_TOTAL_BYTES {
            return Err(FetchError::TooLarge);
        }
        let films = page.films.len() as u64;
        let done = WorkRecord::Done {
            slice,
            films,
            bytes: page.bytes,
        };
        let records = page.films.into_iter().map(Box::new).map(WorkRecord::Film);
        self.append(records.chain([done]).collect()).await?;
        self.progress.films += films;
        self.pending.pop_front();
        (self.failures, self.rate_limits) = (0, 0);
        self.pause(pause);
        Ok(())
    }

    async fn recover(
        &mut self,
        slice: FilmSlice,
        error: QueryServiceError,
        pause: Duration,
    ) -> Result<(), FetchError> {
        let year = slice.year();
        tracing::debug!(?slice, %error, "a query failed");
        if let QueryServiceError::RateLimited(wait) = error {
            self.rate_limits += 1;
            if self.rate_limits > MAX_RATE_LIMITS {
                return Err(FetchError::Service { year, error });
            }
            // Kept, because a new run must obey it too.
            let until = self.pause(wait);
            self.append(vec![WorkRecord::NotBefore(until)]).await?;
            return Ok(());
        }
        let parts = match error {
            QueryServiceError::TooMuch(_) => slice.split(),
            _ => Vec::new(),
        };
        if !parts.is_empty() {
            self.append(vec![WorkRecord::Split(slice)]).await?;
            self.pending.pop_front();
            for part in parts.into_iter().rev() {
                self.pending.push_front(part);
            }
            self.pause(pause);
            return Ok(());
        }
        let retry = RETRY_PAUSES.get(self.failures).copied();
        let is_final = matches!(error, QueryServiceError::Refused(_));
        let Some(retry) = retry.filter(|_| !is_final) else {
            return Err(FetchError::Service { year, error });
        };
        self.failures += 1;
        self.pause(retry.max(pause));
        Ok(())
    }

    async fn append(&self, records: Vec<WorkRecord>) -> io::Result<()> {
        let (work, lock) = (Arc::clone(&self.work), Arc::clone(&self.lock));
        in_thread(move || {
            let appended = work.append(&records);
            drop(lock);
            appended
        })
        .await
    }
}

/// What is left of the slices after earlier runs.
fn pending_slices(slices: Vec<FilmSlice>, so_far: &WorkSoFar) -> VecDeque<FilmSlice> {
    let mut pending = VecDeque::new();
    for slice in slices {
        if so_far.split.contains(&slice) {
            pending.extend(pending_slices(slice.split(), so_far));
        } else if !so_far.done.contains(&slice) {
            pending.push_back(slice);
        }
    }
    pending
}

async fn in_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}
