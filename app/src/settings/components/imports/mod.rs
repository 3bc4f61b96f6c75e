//! The pages of imports: one page for each import, which shows what can be done in its state.

mod choices;
pub mod film_search;
pub mod films;
mod left_out;
mod preview;
mod progress;
mod questions;
mod results;
pub mod rows;
pub mod start;
pub mod view;

use entity::import::ImportState;
use maud::{Markup, html};

use self::view::{CONTENT_ID, ImportView, delete_button, file_names, state_heading};
use crate::paths;
use crate::transfer::messages::source_name;
use crate::transfer::queries::ImportSummary;
use crate::web::ui::relative_time;

/// Names the service, as in `Import from Letterboxd`.
pub fn title(summary: &ImportSummary) -> String {
    match summary.source.as_str() {
        "" | "generic" | "several" => "Your import".to_owned(),
        source => format!("Import from {}", source_name(source)),
    }
}

pub fn page(view: &ImportView<'_>) -> Markup {
    let summary = &view.import.summary;
    html! {
        h1 { (title(summary)) }
        p.lead { (file_names(summary)) ", " (relative_time(summary.created_at, view.now, view.zone)) }
        (content(view))
        p { a href=(paths::Imports) { "All imports" } }
    }
}

pub fn content(view: &ImportView<'_>) -> Markup {
    html! {
        div.import id=(CONTENT_ID) {
            @match view.import.summary.state {
                ImportState::Reading | ImportState::Writing | ImportState::Undoing => (progress::running(view)),
                ImportState::Questions => (questions::form(view)),
                ImportState::Ready => { (preview::section(view)) (choices::form(view)) }
                ImportState::Done => (results::done(view)),
                ImportState::Undone => (results::undone(view)),
                ImportState::Failed => (failed(view)),
            }
        }
    }
}

fn failed(view: &ImportView<'_>) -> Markup {
    html! {
        section.card {
            (state_heading("Nothing could be made of these files"))
            p.error role="alert" { "The files could not be read to their end. Upload them again." }
            p { "Nothing of it is in your diary." }
            (delete_button(view.id()))
        }
    }
}
