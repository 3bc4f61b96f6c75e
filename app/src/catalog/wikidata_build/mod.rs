//! Builds the local catalog from Wikidata: fetches all films politely, writes the new file beside
//! the current one, and swaps it in. A failure keeps the current one.

mod build_error;
mod build_lock;
mod builds;
mod fetch;
mod run;
mod status;
mod work_file;

pub use build_error::WikidataBuildError;
pub use build_lock::BuildLock;
pub use builds::{BuildActivity, BuildReport, BuildRun, CatalogBuilds, RequestBuildError};
pub use fetch::{FetchError, FetchProgress, FetchStep, WikidataFetch};
pub use status::{BuildStage, BuildStarter, BuildStatus};
pub use work_file::WORK_FILE;
