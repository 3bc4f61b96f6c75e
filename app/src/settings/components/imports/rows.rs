//! The rows of an import, with what becomes of each.

use chrono::NaiveDate;
use entity::import_outcome::RowState;
use maud::{Markup, html};

use crate::paths;
use crate::settings::import_form::row_state_word;
use crate::transfer::RowFact;
use crate::transfer::messages::reason_message;
use crate::transfer::queries::{ImportRowPage, ImportRowView, ImportSummary};
use crate::web::ui::time::format_date;
use crate::web::ui::{empty_state, load_more_link};

#[derive(Debug)]
pub struct RowsView<'a> {
    pub import: &'a ImportSummary,
    pub page: &'a ImportRowPage,
    pub params: &'a paths::ImportListParams,
    /// The only state that is shown, if there is one.
    pub state: Option<RowState>,
}

const STATES: [RowState; 6] = [
    RowState::Matched,
    RowState::Written,
    RowState::Undecided,
    RowState::Duplicate,
    RowState::Skipped,
    RowState::Failed,
];

pub fn page(view: &RowsView<'_>) -> Markup {
    let id = view.import.id;
    html! {
        h1 { "Every row" }
        p.lead { "What the files say, row by row, and what becomes of it." }
        (state_links(id, view.state))
        @if view.page.rows.is_empty() {
            (empty_state(&html! { "There are no such rows." }))
        } @else {
            ol.import-rows { (items(view)) }
        }
        p.row {
            a.button href=(paths::Import { id }) { "Back to the import" }
            a.button.quiet href=(paths::ImportProblems { id }) download { "Download what was left out" }
        }
    }
}

fn state_links(id: i64, current: Option<RowState>) -> Markup {
    let link = |state: Option<RowState>, label: &str| {
        let word = state.map(row_state_word).unwrap_or_default();
        let path = paths::with(paths::ImportRows { id }, paths::ImportListParams::of(&word));
        html! { a.chip href=(path) aria-current=[(state == current).then_some("page")] { (label) } }
    };
    html! {
        nav.chips aria-label="Rows" {
            (link(None, "All"))
            @for state in STATES { (link(Some(state), state_label(state))) }
        }
    }
}

fn state_label(state: RowState) -> &'static str {
    match state {
        RowState::Matched => "Ready",
        RowState::Undecided => "To decide",
        RowState::Skipped => "Left out",
        RowState::Written => "In your diary",
        RowState::Duplicate => "There already",
        RowState::Failed => "Failed",
    }
}

pub fn items(view: &RowsView<'_>) -> Markup {
    let last = view.page.rows.last().map(|row| row.row);
    let next = last.filter(|_| view.page.has_more).map(|last| {
        let params = paths::ImportListParams {
            after: Some(last),
            ..view.params.clone()
        };
        paths::with(paths::ImportRows { id: view.import.id }, params)
    });
    html! {
        @for row in &view.page.rows { li { (row_line(row)) } }
        @if let Some(next) = next { (load_more_link(&next, "More rows")) }
    }
}

fn row_line(row: &ImportRowView) -> Markup {
    html! {
        p.byline {
            span.title dir="auto" { @if row.title.is_empty() { "No title" } @else { (row.title) } }
            @if let Some(year) = row.year { " " span.year { (year) } }
            " " span.badge { (state_label(row.state)) }
        }
        p.note {
            bdi { (row.file) } ", "
            @if let Some(array) = &row.array { bdi { (array) } ", " }
            (if row.is_item { "item" } else { "line" }) " " (row.line)
            @if let Some(play) = row.play { ", entry " (play) }
            @if let Some(fact) = &row.fact { ": " (fact_label(fact)) }
            @if row.merged_into.is_some() { ", part of another row’s viewing" }
        }
        @if let Some(reason) = &row.reason { p.reason { (reason_message(reason, row.detail.as_ref())) } }
        @else if row.fact.is_none() { p.reason { "It could not be read." } }
    }
}

fn fact_label(fact: &RowFact) -> String {
    match fact {
        RowFact::Viewing(seen) => with_day("seen", seen.watched_on),
        RowFact::Watched => "seen, day unknown".to_owned(),
        RowFact::Rating { rating, rated_on } => {
            let stars = rating.map(|rating| format!("rated {rating} stars"));
            with_day(stars.as_deref().unwrap_or("rated"), *rated_on)
        }
        RowFact::Comment { written_on, .. } => with_day("comment", *written_on),
        RowFact::Watchlist { added_on, .. } => with_day("on the watchlist", *added_on),
        RowFact::ListEntry { .. } => "on a list".to_owned(),
        RowFact::Like { liked_on } => with_day("liked", *liked_on),
        RowFact::Goal(goal) => format!("goal of {} films for {}", goal.films, goal.year),
        RowFact::Settings(_) => "your settings".to_owned(),
        RowFact::Correction { field, .. } => format!("corrected {field}"),
        RowFact::Picture { .. } => "poster".to_owned(),
    }
}

fn with_day(what: &str, day: Option<NaiveDate>) -> String {
    match day {
        Some(day) => format!("{what} {}", format_date(day)),
        None => what.to_owned(),
    }
}
