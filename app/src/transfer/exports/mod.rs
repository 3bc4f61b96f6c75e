//! Taking everything away: a member’s diary in the formats of other services, and the archive of all
//! that is theirs.
//!
//! An export is never in memory as a whole. A task reads it page by page (`read`), a thread writes
//! the pages in the format (`formats`), and what is written goes out in chunks. Each waits for the
//! next, so a slow browser slows down the reading, and one that breaks off ends it.

mod chunks;
pub mod commands;
mod format;
mod formats;
mod limits;
pub mod queries;
mod read;
mod response;
mod size;
mod stream;
pub mod work;

pub use format::ExportFormat;
pub use limits::{ExportPermit, Exports};
pub use size::{ExportSize, export_size};
pub use stream::{ExportError, ExportStream, Exporter};
