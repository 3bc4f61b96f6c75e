//! The page on which an import begins, with all imports so far.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::import::ImportState;
use maud::{Markup, html};

use super::view::{count_of, file_names};
use crate::paths;
use crate::transfer::messages::source_name;
use crate::transfer::queries::ImportSummary;
use crate::transfer::{FILE_FIELD, MAX_IMPORT_BYTES, export_help};
use crate::web::FieldErrors;
use crate::web::ui::field::described_by;
use crate::web::ui::{field_error, relative_time};

/// The form that `upload.js` replaces when it comes back with an error.
const FORM_ID: &str = "import-files";

/// Also read by `upload.js`, which checks the size before the upload.
pub const FILES_TOO_LARGE: &str =
    "These files are too large. All together may have 64 MB. Import them one after the other.";

#[derive(Debug)]
pub struct ImportsView<'a> {
    pub imports: &'a [ImportSummary],
    pub errors: &'a FieldErrors,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

pub fn page(view: &ImportsView<'_>) -> Markup {
    html! {
        h1 { "Bring your diary with you" }
        p.lead { "Years of films, ratings, reviews, lists and likes, from another service or a table of your own. "
            "You see everything before it is saved, and you can take it all back." }
        (upload_form(view.errors))
        (help())
        @if !view.imports.is_empty() { (imports_so_far(view)) }
    }
}

pub fn upload_form(errors: &FieldErrors) -> Markup {
    let error = errors.get(FILE_FIELD);
    let id = "import-file";
    html! {
        section.card id=(FORM_ID) {
            form method="post" action=(paths::Imports) enctype="multipart/form-data"
                data-upload={ "#" (FORM_ID) } data-most=(MAX_IMPORT_BYTES) data-too-large=(FILES_TOO_LARGE) {
                div.field {
                    label for=(id) { "Your files" }
                    div.drop {
                        input id=(id) type="file" name=(FILE_FIELD) multiple required autofocus[error.is_some()]
                            aria-invalid=[error.map(|_| "true")] aria-describedby=[described_by(id, error.is_some(), true)];
                        p aria-hidden="true" { strong { "Drop your files here" } " or choose them. One zip, or several CSV files." }
                    }
                    p.hint id={ (id) "-hint" } {
                        "The export of another service, or any CSV with a list of films. Up to 64 MB."
                    }
                    (field_error(id, error))
                }
                progress hidden max="1" value="0" aria-label="Uploading the files" {}
                button.primary { "Look what’s inside" }
            }
        }
    }
}

fn help() -> Markup {
    html! {
        section.import-help aria-labelledby="import-help" {
            h2 #import-help { "Bring from elsewhere" }
            @for (service, steps) in export_help() { (service_help(service, steps)) }
            (service_help("Another service, or a spreadsheet", &ANY_TABLE))
        }
    }
}

/// How a table becomes one that can be read.
const ANY_TABLE: [&str; 3] = [
    "Save it as a CSV file with one film a row.",
    "A column with the title is enough; year, day, rating and comment are welcome.",
    "If it isn’t clear which column is which, you are asked.",
];

fn service_help(service: &str, steps: &[&str]) -> Markup {
    html! {
        details {
            summary { (service) }
            ul { @for step in steps { li { (step) } } }
        }
    }
}

fn imports_so_far(view: &ImportsView<'_>) -> Markup {
    html! {
        section aria-labelledby="imports" {
            h2 #imports { "Your imports" }
            ul.lists { @for summary in view.imports { li { (line(summary, view)) } } }
        }
    }
}

fn line(summary: &ImportSummary, view: &ImportsView<'_>) -> Markup {
    let counts = summary.counts.unwrap_or_default();
    html! {
        p.byline {
            a.title href=(paths::Import { id: summary.id }) { (source_name(&summary.source)) } " "
            span.badge { (state_label(summary)) }
        }
        p.note {
            (relative_time(summary.created_at, view.now, view.zone)) ": " (file_names(summary))
            @if summary.counts.is_some() { ". " (count_of(counts.viewings, "viewing", "viewings")) " of " (count_of(counts.films, "film", "films")) }
            @if counts.undecided > 0 { ", " (counts.undecided) " still to decide" }
        }
    }
}

fn state_label(summary: &ImportSummary) -> &'static str {
    match summary.state {
        ImportState::Reading => "Being read",
        ImportState::Questions => "Has questions for you",
        ImportState::Ready => "Ready to import",
        ImportState::Writing if summary.is_paused => "Paused",
        ImportState::Writing => "Being imported",
        ImportState::Done => "In your diary",
        ImportState::Failed => "Failed",
        ImportState::Undoing => "Being taken back",
        ImportState::Undone => "Taken back",
    }
}
