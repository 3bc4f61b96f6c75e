//! Why a build brought no new catalog.

use std::io;

use super::fetch::FetchError;
use crate::catalog::local::{BuildError, InstallError};

#[derive(Debug, thiserror::Error)]
pub enum WikidataBuildError {
    #[error("another build is running")]
    AlreadyRunning,
    #[error("it was stopped")]
    Stopped,
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("the new catalog has only {films} films, and the current one {current}")]
    TooFew { films: u32, current: u32 },
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(transparent)]
    Install(#[from] InstallError),
    #[error(transparent)]
    Io(#[from] io::Error),
}
