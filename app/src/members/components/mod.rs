//! HTML of the list of members and of diary pages.

pub mod calendar;
mod chips;
pub mod entries;
mod filter_view;
pub mod films;
pub mod filters;
pub mod history;
pub mod list;
pub mod profile;
pub mod ratings;
pub mod trends;

pub use entries::{EntriesView, recent_content};
pub use filter_view::FilterView;

use maud::{Markup, html};

use super::diary_view::format_month;
use super::queries::DiaryOwner;
use crate::diary::SelectionTotals;
use crate::paths;
use crate::stats::Tally;
use crate::stats::components::average_stars;
use crate::web::page_meta::MetaPicture;

#[derive(Debug)]
pub struct TabContent {
    pub content: Markup,
    /// The next page of a list, if the request was for one.
    pub next_page: Option<Markup>,
    /// For screen readers, when htmx adds the next page.
    pub announce: String,
    /// Posters for link previews, the most recent first.
    pub pictures: Vec<MetaPicture>,
}

impl TabContent {
    /// A tab without a paged list.
    pub fn new(content: Markup) -> Self {
        Self {
            content,
            next_page: None,
            announce: String::new(),
            pictures: Vec::new(),
        }
    }
}

/// A chip that shows another view of the diary.
fn view_chip(to: &str, is_current: bool, label: &Markup) -> Markup {
    html! {
        a.chip href=(to) aria-current=[is_current.then_some("true")]
            hx-get=(to) hx-target="#view" hx-swap="outerMorph" hx-push-url="true" { (label) }
    }
}

/// How many viewings or films are listed, and their average rating.
fn selection_totals(totals: SelectionTotals, count: impl Fn(u32) -> String) -> Markup {
    let tally = Tally {
        reviews: totals.count,
        rated: totals.rated,
        half_stars: totals.half_stars,
    };
    html! {
        (count(totals.count))
        @if totals.rated > 0 { " · " (average_stars(tally)) }
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
