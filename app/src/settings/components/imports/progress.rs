//! What happens while a worker reads, writes or takes back an import.

use entity::import::{ImportStage, ImportState};
use maud::{Markup, html};

use super::view::{CONTENT_ID, ImportView, delete_button, grouped, state_heading};
use crate::paths;
use crate::web::ui::button;

pub fn running(view: &ImportView<'_>) -> Markup {
    let import = view.import;
    let is_paused = import.summary.is_paused;
    let (total, done) = (import.total, import.done.min(import.total));
    html! {
        section.card {
            (state_heading(heading(view)))
            p #import-progress {
                (step(import.summary.state, import.stage))
                @if total > 0 { ": " (grouped(done)) " of " (grouped(total)) " " (unit(import.stage)) }
            }
            progress aria-labelledby="import-progress" value=[(total > 0).then_some(done)] max=[(total > 0).then_some(total)] {}
            @if !is_paused { (poll(view.id())) }
            (actions(view))
        }
    }
}

fn heading(view: &ImportView<'_>) -> &'static str {
    match view.import.summary.state {
        ImportState::Writing if view.import.summary.is_paused => "The import is paused",
        ImportState::Writing => "Your films are moving in",
        ImportState::Undoing => "The import is being taken back",
        _ => "Your files are being read",
    }
}

fn step(state: ImportState, stage: ImportStage) -> &'static str {
    match (state, stage) {
        (ImportState::Writing, ImportStage::Lists) => "Writing lists and the watchlist",
        (ImportState::Writing, ImportStage::Account) => "Writing goals, corrections and posters",
        (ImportState::Writing, _) => "Writing your diary",
        (ImportState::Undoing, ImportStage::Lists) => "Emptying lists and the watchlist",
        (ImportState::Undoing, _) => "Taking reviews out of your diary",
        (_, ImportStage::Films) => "Finding the films",
        (_, ImportStage::Plan) => "Comparing them with your diary",
        _ => "Reading",
    }
}

fn unit(stage: ImportStage) -> &'static str {
    match stage {
        ImportStage::Films | ImportStage::Plan => "films",
        ImportStage::Rows | ImportStage::Reviews | ImportStage::Lists | ImportStage::Account => {
            "rows"
        }
    }
}

/// Asks for the content again until the work is done.
fn poll(id: i64) -> Markup {
    html! {
        div #import-poll hidden hx-get=(paths::Import { id }) hx-trigger="every 1s" hx-target={ "#" (CONTENT_ID) }
            hx-swap="outerMorph" hx-sync="this:drop" {}
        noscript { p.hint { "Reload the page to see how far it is." } }
    }
}

fn actions(view: &ImportView<'_>) -> Markup {
    let id = view.id();
    html! {
        @match view.import.summary.state {
            ImportState::Writing if view.import.summary.is_paused => div.row {
                (button(paths::ImportResuming { id }, "primary", "Go on"))
                (button(paths::ImportUndoing { id }, "danger", "Take it back"))
            },
            ImportState::Writing => {
                p.hint { "You can leave this page. The import goes on, even if the server restarts." }
                (button(paths::ImportPausing { id }, "quiet", "Pause"))
            }
            ImportState::Reading => {
                p.hint { "You can leave this page and come back later. Nothing is saved in your diary yet." }
                (delete_button(id))
            }
            _ => p.hint { "You can leave this page. What you edited since the import stays." },
        }
    }
}
