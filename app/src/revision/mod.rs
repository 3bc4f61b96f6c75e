//! Revisions: numbers that rise with each change of the site, of a member and of a movie. A cached
//! value is valid while its revision stays the same, in this process and in any other.
//!
//! Record a change last in its transaction. Every transaction updates the site's row, so one that
//! holds it must not wait for another lock.

mod cache;
mod read;
mod record;

use chrono::{DateTime, Utc};

pub use cache::RevisionCache;
pub use read::{RevisionKind, RevisionRow, member_revision, site_revision, with_revision};
pub use record::{Change, ChangedReview, movies_reviewed_by, record_change, record_review_change};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Incremented by each change.
    pub number: i64,
    /// Time of the last change.
    pub changed_at: DateTime<Utc>,
}

/// 0 while no change is recorded.
pub fn revision_number(revision: Option<Revision>) -> i64 {
    revision.map_or(0, |revision| revision.number)
}
