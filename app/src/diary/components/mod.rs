//! What diaries are made of. Each is drawn by one function, in the page, in the
//! fragment and in the test.

pub mod entry;
pub mod film;
pub mod form;
pub mod list;
pub mod log_box;

pub use entry::entry;

use chrono::{DateTime, Utc};

use crate::accounts::Viewer;

/// By whose eyes, and when, something is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Eye<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// What time it is.
    pub now: DateTime<Utc>,
}

impl<'a> Eye<'a> {
    /// `viewer`'s, at `now`.
    pub fn new(viewer: &'a Viewer, now: DateTime<Utc>) -> Self {
        Self { viewer, now }
    }
}
