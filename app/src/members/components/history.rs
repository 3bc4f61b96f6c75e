//! The history tab as a list by month, with filters.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::filters::{FilterFormView, filter_form};
use super::{EntriesView, TabContent, diary_url};
use crate::diary::{Entry, month_key};
use crate::members::diary_view::{DiaryTab, DiaryView};
use crate::stats::Overview;
use crate::web::ui::plural;
use crate::web::ui::time::month_and_year;

#[derive(Debug)]
pub struct HistoryView<'a> {
    pub entries: EntriesView<'a>,
    pub overview: &'a Overview,
    pub filter_form: FilterFormView<'a>,
    pub view: &'a DiaryView,
}

pub fn history_content(history: &HistoryView<'_>) -> TabContent {
    let entries = &history.entries;
    let last = entries.previous_month();
    let items = entries.list_items(|previous, entry| {
        let before = previous.map(month_of).or(last);
        let month = month_of(entry);
        html! { @if before != Some(month) { (month_heading(history, entry.watched_on)) } }
    });
    let when_empty = if history.view.filter.is_empty() {
        html! { "Nothing was watched before then." }
    } else {
        html! {
            "No films match these filters. Remove one, or " a href=(diary_url(entries.owner, DiaryTab::History.params())) { "show the whole history" } "."
        }
    };
    let head = filter_form(entries.owner, entries.params, &history.filter_form);
    entries.tab_content(&head, items, &when_empty)
}

/// The month key; 0 for an unknown day.
fn month_of(entry: &Entry) -> i32 {
    entry.watched_on.map_or(0, month_key)
}

fn month_heading(history: &HistoryView<'_>, day: Option<NaiveDate>) -> Markup {
    let month_stats = day.and_then(|day| {
        let month = month_key(day);
        history
            .overview
            .months
            .iter()
            .find(|known| known.key == month)
    });
    html! {
        li.heading {
            h2 {
                @match day {
                    Some(day) => { (month_and_year(day)) },
                    None => "Day unknown",
                }
            }
            @if let Some(month) = month_stats.filter(|_| history.view.filter.is_empty()) {
                span.movies { (plural(month.tally.reviews, "film", "films")) }
            }
        }
    }
}
