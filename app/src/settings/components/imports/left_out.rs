//! What an import leaves out and why, and what its member should know.

use std::collections::BTreeMap;

use entity::import_outcome::RowState;
use maud::{Markup, html};
use serde_json::Value;

use super::view::{ImportView, count_of, grouped};
use crate::paths;
use crate::settings::import_form::row_state_word;
use crate::transfer::WarningCode;
use crate::transfer::messages::{reason_message, warning_message};
use crate::transfer::queries::ReasonCount;

/// More places than these are not listed.
const MAX_PLACES: usize = 20;

pub fn left_out_section(view: &ImportView<'_>) -> Markup {
    let of_state = |state| {
        view.reasons
            .iter()
            .filter(move |count| count.state == state)
    };
    let skipped: Vec<_> = of_state(RowState::Skipped).collect();
    let failed: Vec<_> = of_state(RowState::Failed).collect();
    html! {
        (reasons_list(view, RowState::Failed, &failed, "could not be written"))
        (reasons_list(view, RowState::Skipped, &skipped, "left out"))
        @if !skipped.is_empty() || !failed.is_empty() {
            p { a href=(paths::ImportProblems { id: view.id() }) download { "Download what was left out as CSV" } }
        }
    }
}

fn reasons_list(
    view: &ImportView<'_>,
    state: RowState,
    reasons: &[&ReasonCount],
    what: &str,
) -> Markup {
    let rows: i64 = reasons.iter().map(|count| count.rows).sum();
    let params = paths::ImportListParams::of(&row_state_word(state));
    html! {
        @if rows > 0 {
            details.more {
                summary { (count_of(rows, "row", "rows")) " " (what) }
                ul.reasons {
                    @for count in reasons {
                        li { span.number { (grouped(count.rows)) } " " span { (reason_message(&count.reason, None)) } }
                    }
                }
                p { a href=(paths::with(paths::ImportRows { id: view.id() }, params)) { "See these rows" } }
            }
        }
    }
}

pub fn warnings_section(view: &ImportView<'_>) -> Markup {
    let mut by_code: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for warning in &view.import.warnings {
        let code = warning["code"].as_str().unwrap_or_default();
        by_code.entry(code).or_default().push(warning);
    }
    let total = view.counts().warnings;
    html! {
        @if !by_code.is_empty() {
            details.more {
                summary { (count_of(total, "thing", "things")) " to know" }
                ul.reasons { @for (code, warnings) in &by_code { (warnings_of_code(code, warnings)) } }
            }
        }
    }
}

fn warnings_of_code(code: &str, warnings: &[&Value]) -> Markup {
    let Ok(known) = serde_json::from_value::<WarningCode>(code.into()) else {
        return html! {};
    };
    html! {
        li {
            span.number { (warnings.len()) } " "
            div {
                (warning_message(known)) "."
                ul.places {
                    @for warning in warnings.iter().take(MAX_PLACES) { li { (place_of(warning)) } }
                    @if warnings.len() > MAX_PLACES { li { "and " (warnings.len() - MAX_PLACES) " more" } }
                }
            }
        }
    }
}

/// File, row and column, and what was made of them.
fn place_of(warning: &Value) -> Markup {
    let text = |name: &str| warning[name].as_str();
    let row = warning["line"].as_i64().map(|line| ("line", line));
    let row = row.or_else(|| warning["item"].as_i64().map(|item| ("item", item)));
    let left_out: Vec<&str> = warning["left_out"]
        .as_array()
        .map(|tags| tags.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let ratings = warning["kept"].as_f64().zip(warning["also"].as_f64());
    html! {
        bdi { (text("file").unwrap_or_default()) }
        @if let Some(array) = text("array") { ", " bdi { (array) } }
        @if let Some((what, number)) = row { ", " (what) " " (number) }
        @if let Some(column) = text("column") { ", column “" bdi { (column) } "”" }
        @if let Some(read_as) = text("read_as") { ", read as " (read_as) }
        @if !left_out.is_empty() { ": " bdi { (left_out.join(", ")) } }
        @if let Some((kept, also)) = ratings { ": kept " (kept) " stars, not " (also) }
    }
}
