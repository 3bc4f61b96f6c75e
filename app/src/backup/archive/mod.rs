//! The format of a backup: a tar archive, compressed with zstd.
//!
//! Its entries are, in this order, `manifest.json`, the rows of each table in pieces
//! (`tables/review/000001.jsonl`), `id_counters.json`, the poster files and `trailer.json`. The
//! tables come in an order in which they can be inserted.

mod reader;
mod writer;

use std::collections::BTreeMap;
use std::io;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::db::Table;

pub use reader::{ArchiveEntry, read_archive};
pub use writer::ArchiveWriter;

/// Increase this when older programs can no longer read the format.
pub const FORMAT: u32 = 1;

const MANIFEST: &str = "manifest.json";
const TABLES: &str = "tables";
const ID_COUNTERS: &str = "id_counters.json";
const POSTERS: &str = "posters";
const TRAILER: &str = "trailer.json";

/// The first entry. Programs that know only an older format can still read `format`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupManifest {
    pub format: u32,
    /// Version of the program that made the backup.
    pub program: String,
    pub created_at: DateTime<Utc>,
    /// Names of the migrations that were applied.
    pub schema: Vec<String>,
    pub tables: Vec<Table>,
    pub has_posters: bool,
}

/// The last entry: what a complete archive contains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupTrailer {
    /// Rows per table.
    pub rows: BTreeMap<String, u64>,
    pub poster_files: u64,
    /// Of the names and contents of all entries before this one.
    pub sha256: String,
}

/// What a backup was found to contain.
#[derive(Clone, Debug)]
pub struct ArchiveContents {
    pub manifest: BackupManifest,
    pub trailer: BackupTrailer,
}

impl ArchiveContents {
    pub fn rows_of(&self, table: &str) -> u64 {
        self.trailer.rows.get(table).copied().unwrap_or_default()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("this is not a backup of Movies Diary")]
    NotABackup,
    #[error(
        "the backup was made by a newer version of Movies Diary ({0}): update the program, then try again"
    )]
    Newer(String),
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    #[error("the backup cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// The receiver of its entries has stopped.
    #[error("reading the backup was interrupted")]
    Interrupted,
}

/// A digest of names and contents, as in [`BackupTrailer::sha256`].
#[derive(Clone, Default)]
struct EntryDigest(Sha256);

impl EntryDigest {
    fn add(&mut self, name: &str, content: &[u8]) {
        for part in [name.as_bytes(), content] {
            self.0.update((part.len() as u64).to_be_bytes());
            self.0.update(part);
        }
    }

    fn finish(self) -> String {
        crate::secret::hex(&self.0.finalize())
    }
}
