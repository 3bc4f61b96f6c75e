//! A diary by month, filtered.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::filters::{Choices, filters};
use super::{Entries, Part, address};
use crate::diary::{Entry, month_key};
use crate::members::look::{Looked, View};
use crate::stats::Overview;
use crate::web::ui::plural;
use crate::web::ui::time::month_and_year;

/// What is shown.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The entries.
    pub entries: Entries<'a>,
    /// The whole diary.
    pub overview: &'a Overview,
    /// What can be filtered by.
    pub choices: Choices<'a>,
    /// How it is looked at.
    pub looked: &'a Looked,
}

/// Entries under the months in which they were watched.
pub fn part(shown: &Shown<'_>) -> Part {
    let entries = &shown.entries;
    let last = entries.month_before();
    let items = entries.items(|previous, entry| {
        let before = previous.map(month_of).or(last);
        let month = month_of(entry);
        html! { @if before != Some(month) { (heading(shown, entry.watched_on)) } }
    });
    let when_empty = match shown.looked.filter.is_empty() {
        true => html! { "Nothing was watched before that." },
        false => html! {
            "No film fits. Ask for less at once, or " a href=(address(entries.owner, View::History.look())) { "look at all of them" } "."
        },
    };
    let head = filters(entries.owner, entries.look, &shown.choices);
    entries.part(&head, items, &when_empty)
}

/// Unknown days have month 0.
fn month_of(entry: &Entry) -> i32 {
    entry.watched_on.map_or(0, month_key)
}

fn heading(shown: &Shown<'_>, day: Option<NaiveDate>) -> Markup {
    let known = day.and_then(|day| {
        let month = month_key(day);
        shown
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
            @if let Some(month) = known.filter(|_| shown.looked.filter.is_empty()) {
                span.films { (plural(month.tally.reviews, "film", "films")) }
            }
        }
    }
}
