//! What the pages of imports are drawn from, and what they share.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::import_film::ImportFilmState;
use entity::import_outcome::RowRole;
use maud::{Markup, html};

use crate::paths;
use crate::settings::import_answers::RawAnswers;
use crate::transfer::ImportCounts;
use crate::transfer::queries::{FilmCounts, ImportDetails, ImportSummary, ReasonCount};
use crate::web::FieldErrors;
use crate::web::ui::button;

/// Everything that changes while an import goes on.
pub const CONTENT_ID: &str = "import";

#[derive(Debug)]
pub struct ImportView<'a> {
    pub import: &'a ImportDetails,
    pub reasons: &'a [ReasonCount],
    pub films: &'a FilmCounts,
    /// Rows in the diary, by what they are.
    pub written: &'a HashMap<RowRole, i64>,
    pub answers: &'a AnswersView<'a>,
    pub username: &'a str,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

impl ImportView<'_> {
    pub fn id(&self) -> i64 {
        self.import.summary.id
    }

    pub fn counts(&self) -> ImportCounts {
        self.import.summary.counts.unwrap_or_default()
    }

    pub fn undecided_films(&self) -> i64 {
        let undecided = self.films.get(&ImportFilmState::Undecided);
        undecided.copied().unwrap_or_default()
    }
}

/// Answers that were posted and are shown again.
#[derive(Debug, Default)]
pub struct AnswersView<'a> {
    pub typed: Option<&'a RawAnswers>,
    pub errors: FieldErrors,
}

impl AnswersView<'_> {
    /// What was chosen, or else what is guessed.
    pub fn value(&self, field: &str, guess: &str) -> String {
        let typed = self.typed.map(|typed| typed.get(field));
        typed.unwrap_or(guess).to_owned()
    }
}

/// The heading of a state. A change of it is announced, because the element stays.
pub fn state_heading(text: &str) -> Markup {
    html! { h2.state { span #import-state role="status" { (text) } } }
}

pub fn file_names(summary: &ImportSummary) -> Markup {
    let (shown, rest) = summary.files.split_at(summary.files.len().min(3));
    html! {
        @for (index, file) in shown.iter().enumerate() {
            @if index > 0 { ", " }
            bdi { @if file.is_empty() { "A file without a name" } @else { (file) } }
        }
        @if !rest.is_empty() { " and " (rest.len()) " more" }
    }
}

pub fn delete_button(id: i64) -> Markup {
    button(paths::ImportDeletion { id }, "quiet", "Delete this import")
}

/// A number with its noun, as a tile.
pub fn tile(label: &str, count: i64) -> Markup {
    html! { div.tile { dt { (label) } dd { span.figure { (grouped(count)) } } } }
}

/// With commas between the thousands, as in `12,345`.
pub fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 film`, `12,345 films`.
pub fn count_of(count: i64, one: &str, many: &str) -> String {
    let noun = if count == 1 { one } else { many };
    format!("{} {noun}", grouped(count))
}

#[cfg(test)]
mod tests {
    use super::{count_of, grouped};

    #[test]
    fn thousands_are_grouped() {
        let numbers = [0, 7, 123, 1_234, 12_345, 1_234_567];
        let shown = ["0", "7", "123", "1,234", "12,345", "1,234,567"];
        assert_eq!(numbers.map(grouped), shown);
        assert_eq!(count_of(1, "film", "films"), "1 film");
        assert_eq!(count_of(1_000, "film", "films"), "1,000 films");
    }
}
