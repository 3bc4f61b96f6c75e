//! HTML of the list of members and of diary pages.

pub mod calendar;
pub mod entries;
pub mod filters;
pub mod history;
pub mod list;
pub mod profile;
pub mod ratings;
pub mod trends;

pub use entries::{EntriesView, recent_content};

use maud::{Markup, html};

use super::diary_view::format_month;
use super::queries::DiaryOwner;
use crate::paths;

#[derive(Debug)]
pub struct TabContent {
    pub content: Markup,
    /// The next page of a list, if the request was for one.
    pub next_page: Option<Markup>,
    /// For screen readers, when htmx adds the next page.
    pub announce: String,
}

impl TabContent {
    /// A tab without a paged list.
    pub fn new(content: Markup) -> Self {
        Self {
            content,
            next_page: None,
            announce: String::new(),
        }
    }

    /// The same tab below something else.
    pub fn below(self, first: &Markup) -> Self {
        Self {
            content: html! { (first) (self.content) },
            ..self
        }
    }
}

fn diary_url(owner: &DiaryOwner, params: paths::DiaryParams) -> String {
    paths::with(paths::Member::of(&owner.username), params)
}

/// The history tab from `month` (a month key) back.
fn history_url(owner: &DiaryOwner, month: i32) -> String {
    let params = paths::DiaryParams {
        month: format_month(month),
        ..super::diary_view::DiaryTab::History.params()
    };
    diary_url(owner, params)
}
