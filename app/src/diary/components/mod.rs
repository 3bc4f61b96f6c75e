//! The HTML of diaries. One function draws each component, for pages, fragments and tests.

pub mod change_movie;
pub mod entry;
mod follow_notices;
pub mod form;
pub mod list;
pub mod log_box;
pub mod movie_choice;
pub mod review_page;
pub mod search_box;

pub use entry::entry;
pub use follow_notices::{follow_notices, toast};

use chrono::{DateTime, Utc};

use crate::accounts::Viewer;

/// Who a page is rendered for, and when.
#[derive(Clone, Copy, Debug)]
pub struct RenderContext<'a> {
    pub viewer: &'a Viewer,
    pub now: DateTime<Utc>,
}

impl<'a> RenderContext<'a> {
    pub fn new(viewer: &'a Viewer, now: DateTime<Utc>) -> Self {
        Self { viewer, now }
    }
}
