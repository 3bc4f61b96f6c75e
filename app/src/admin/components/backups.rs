//! What an admin should know about the backups.

use entity::backup_run;
use maud::{Markup, html};

use super::AdminView;
use crate::web::ui::size::megabytes;
use crate::web::ui::{plural, relative_time};

pub(super) fn card(view: &AdminView<'_>) -> Markup {
    let status = view.backups;
    html! {
        section.card #backups {
            h2 { "Backups" }
            @if let Some(failure) = &status.failure { (failure_message(failure, view)) }
            @if status.is_overdue(view.backup_config, view.now) {
                p.error role="alert" { "The next backup is overdue. Look into the server’s log." }
            }
            @match &status.last {
                Some(last) => (last_backup(last, view)),
                None => p { "There is no backup yet." }
            }
            @if view.backup_config.every.is_none() {
                p.hint { "To make backups automatically, set " code { "BACKUP_EVERY" } ", for example to " code { "1d" }
                    ", and restart the server." }
            }
        }
    }
}

fn failure_message(failure: &backup_run::Model, view: &AdminView<'_>) -> Markup {
    html! {
        p.error role="alert" {
            "The latest backup failed " (relative_time(failure.finished_at, view.now, view.viewer.zone)) ": "
            (failure.error.as_deref().unwrap_or_default()) "."
        }
    }
}

fn last_backup(last: &backup_run::Model, view: &AdminView<'_>) -> Markup {
    let bytes = last.bytes.and_then(|bytes| u64::try_from(bytes).ok());
    html! {
        p {
            "Last backup: " (relative_time(last.started_at, view.now, view.viewer.zone)) ", "
            (megabytes(bytes.unwrap_or_default())) ", read back without errors."
        }
        @if last.missing_posters > 0 {
            p.error role="alert" {
                "Files of " (plural(last.missing_posters, "poster", "posters")) " are missing, so they are not in it, and no older backup is deleted. Run "
                code { "movies-diary posters verify" } "."
            }
        }
        p.hint { code { (last.file) } }
    }
}
