//! The history tab as a list: a dense row for each viewing, under headings of months.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use super::filter_view::FilterView;
use super::filters::{filters, totals_and_order};
use super::{EntriesView, TabContent, diary_url, selection_totals};
use crate::diary::components::entry;
use crate::diary::{DiaryOrder, Entry, SelectionTotals, month_key};
use crate::members::diary_view::DiaryTab;
use crate::paths;
use crate::posters::{PosterSlot, poster};
use crate::web::ui::time::{format_date, month_and_year, short_month_name, short_weekday_name};
use crate::web::ui::{movie_year, plural, stars};

#[derive(Debug)]
pub struct HistoryView<'a> {
    pub entries: EntriesView<'a>,
    pub filters: FilterView<'a>,
    /// Of everything that is listed, on all pages.
    pub totals: SelectionTotals,
}

pub fn history_content(history: &HistoryView<'_>) -> TabContent {
    let entries = &history.entries;
    let last = entries.previous_month();
    let is_by_day = history.filters.view.order == DiaryOrder::Day;
    let items = entries.list_items(|previous, entry| {
        let before = previous.map(month_of).or(last);
        let month = month_of(entry);
        html! {
            @if is_by_day && before != Some(month) { (month_heading(history, entry.watched_on)) }
            (viewing_row(entry, is_by_day))
        }
    });
    let when_empty = if history.filters.view.filter.is_empty() {
        html! { "Nothing was watched before then." }
    } else {
        html! {
            "No films match these filters. Remove one, or " a href=(diary_url(entries.owner, DiaryTab::History.params())) { "show the whole history" } "."
        }
    };
    let head = html! {
        (filters(&history.filters))
        (totals_and_order(&history.filters, &selection_totals(history.totals, |count| plural(count, "viewing", "viewings"))))
    };
    entries.tab_content(&head, ("rows", items), &when_empty)
}

/// The month key; 0 for an unknown day.
fn month_of(entry: &Entry) -> i32 {
    entry.watched_on.map_or(0, month_key)
}

fn month_heading(history: &HistoryView<'_>, day: Option<NaiveDate>) -> Markup {
    let month_stats = day.and_then(|day| {
        let month = month_key(day);
        let mut months = history.filters.overview.months.iter();
        months.find(|known| known.key == month)
    });
    let is_whole = history.filters.view.filter.is_empty();
    html! {
        li.heading {
            h2 {
                @match day {
                    Some(day) => { (month_and_year(day)) },
                    None => "Day unknown",
                }
            }
            @if let Some(month) = month_stats.filter(|_| is_whole) {
                span.movies { (plural(month.tally.reviews, "viewing", "viewings")) }
            }
        }
    }
}

/// One viewing. Its title leads to the review, where everything else about it is.
fn viewing_row(entry: &Entry, is_under_month: bool) -> Markup {
    html! {
        li.viewing id=(entry::id(entry.id)) {
            (day_watched(entry.watched_on, is_under_month))
            a.poster-link href=(paths::Movie { id: entry.movie_id }) tabindex="-1" aria-hidden="true" {
                (poster(entry.movie_id, &entry.title, &entry.poster, PosterSlot::Line))
            }
            div.what {
                h3.title { a dir="auto" href=(paths::Review { id: entry.id }) { (entry.title) } " " (movie_year(entry.year)) }
                p.marks {
                    @if let Some(rating) = entry.rating { (stars(rating)) " " }
                    @if entry.liked { span.heart role="img" aria-label="Liked" { "♥" } " " }
                    @if entry.rewatch { span.rewatch { "rewatch" } " " }
                    @if !entry.comment.is_empty() { span.has-words role="img" aria-label="With words" { "¶" } }
                }
            }
        }
    }
}

/// Under the heading of a month, the day of the month is enough.
fn day_watched(day: Option<NaiveDate>, is_under_month: bool) -> Markup {
    html! {
        @match day {
            Some(day) => time.on datetime=(day) {
                span.hidden { (format_date(day)) }
                span.day aria-hidden="true" { (day.day()) }
                span.rest aria-hidden="true" {
                    @if is_under_month { (short_weekday_name(day)) }
                    @else { (short_month_name(day)) " " (day.year()) }
                }
            },
            None => span.on { span.hidden { "Day unknown" } span.day aria-hidden="true" { "?" } },
        }
    }
}
