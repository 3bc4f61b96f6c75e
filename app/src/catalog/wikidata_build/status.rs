//! How the latest build went or is going, kept in a file: the server, its other instances on this
//! machine and the command line all tell the same.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::build_error::WikidataBuildError;
use super::fetch::FetchProgress;

const STATUS_FILE: &str = "catalog-build.json";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildStarter {
    Admin,
    /// By itself, because of `CATALOG_REFRESH`.
    Schedule,
    CommandLine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildStage {
    Fetching,
    /// All films are there, and the file is being written and checked.
    Writing,
    Installed,
    Stopped,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildStatus {
    pub started_by: BuildStarter,
    pub started_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    pub stage: BuildStage,
    pub first_year: i32,
    /// The year of the films that are fetched.
    pub year: i32,
    pub last_year: i32,
    pub films: u64,
    /// The query service asked us to wait until then.
    pub waits_until: Option<DateTime<Utc>>,
    /// Why it failed.
    pub error: Option<String>,
}

impl BuildStatus {
    pub(super) fn begin(started_by: BuildStarter, now: DateTime<Utc>) -> Self {
        Self {
            started_by,
            started_at: now,
            updated_at: now,
            stage: BuildStage::Fetching,
            first_year: 0,
            year: 0,
            last_year: 0,
            films: 0,
            waits_until: None,
            error: None,
        }
    }

    pub(super) fn set_progress(&mut self, progress: FetchProgress) {
        let FetchProgress {
            first_year,
            year,
            last_year,
            films,
        } = progress;
        (self.first_year, self.year, self.last_year) = (first_year, year, last_year);
        self.films = films;
    }

    pub(super) fn end<T>(&mut self, outcome: &Result<T, WikidataBuildError>) {
        self.stage = match outcome {
            Ok(_) => BuildStage::Installed,
            Err(WikidataBuildError::Stopped) => BuildStage::Stopped,
            Err(_) => BuildStage::Failed,
        };
        self.waits_until = None;
        let failure = outcome.as_ref().err();
        let failure = failure.filter(|_| self.stage == BuildStage::Failed);
        self.error = failure.map(ToString::to_string);
    }

    /// Whether it ended, well or not.
    pub fn has_ended(&self) -> bool {
        match self.stage {
            BuildStage::Fetching | BuildStage::Writing => false,
            BuildStage::Installed | BuildStage::Stopped | BuildStage::Failed => true,
        }
    }

    /// The number of the current year, and of all years. `None` before the first one.
    pub fn years(&self) -> Option<(i32, i32)> {
        let number = |year: i32| (year - self.first_year + 1).max(1);
        (self.first_year > 0).then(|| (number(self.year), number(self.last_year)))
    }

    /// A sentence about a build that runs, or was interrupted.
    pub fn progress_text(&self) -> String {
        let Self { year, films, .. } = self;
        let text = match (self.stage, self.years()) {
            (BuildStage::Fetching, None) => "It is starting.".to_owned(),
            (BuildStage::Fetching, Some((number, all))) => {
                format!("Fetching films of {year}, year {number} of {all}; {films} films so far.")
            }
            (BuildStage::Writing, _) => format!("Writing the new catalog: {films} films."),
            (BuildStage::Installed | BuildStage::Stopped | BuildStage::Failed, _) => {
                format!("It came to {year}, with {films} films.")
            }
        };
        match self.waits_until {
            Some(until) => format!(
                "{text} No request is sent before {}.",
                until.format("%H:%M UTC")
            ),
            None => text,
        }
    }

    /// `None` if no build ever ran here.
    pub(super) async fn read(folder: &Path) -> io::Result<Option<Self>> {
        let path = folder.join(STATUS_FILE);
        let read = spawn_blocking(move || fs::read(path)).await;
        match read.map_err(io::Error::other)? {
            // One of another release, or garbage, says nothing.
            Ok(json) => Ok(serde_json::from_slice(&json).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn write(&self, folder: &Path) -> io::Result<()> {
        let (json, folder) = (serde_json::to_vec(self)?, folder.to_owned());
        let written = spawn_blocking(move || {
            let mut file = tempfile::NamedTempFile::new_in(&folder)?;
            file.write_all(&json)?;
            file.persist(folder.join(STATUS_FILE))?;
            Ok(())
        });
        written.await.map_err(io::Error::other)?
    }
}
