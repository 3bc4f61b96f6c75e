//! The page of exports.

use chrono_tz::Tz;
use entity::export::ExportState;
use maud::{Markup, html};

use crate::paths;
use crate::transfer::MAX_IMPORT_BYTES;
use crate::transfer::exports::queries::WrittenArchive;
use crate::transfer::exports::{ExportFormat, ExportSize};
use crate::web::ui::size::megabytes;
use crate::web::ui::time::format_date;
use crate::web::ui::{button, plural};

/// The section that changes while an archive is written.
const ARCHIVE_ID: &str = "archive";

#[derive(Debug)]
pub struct ExportsView {
    pub size: ExportSize,
    pub archive: Option<WrittenArchive>,
    pub zone: Tz,
}

pub fn page(view: &ExportsView) -> Markup {
    html! {
        h1 { "Take your diary with you" }
        p.lead { "Everything you have logged here is yours. Download it whenever you like, and as often as you like." }
        (archive_section(view))
        (diary_section())
        (services_section())
        (programs_section())
    }
}

pub fn archive_section(view: &ExportsView) -> Markup {
    html! {
        section.card id=(ARCHIVE_ID) {
            h2 { "Everything" }
            p { "Reviews, also those you deleted in the last day, your watchlist, your lists, goals, settings, corrections "
                "and the posters you chose. “Import” reads it back without loss, here or on another server." }
            @match &view.archive {
                Some(archive) if archive.state == ExportState::Writing => (being_written(archive)),
                Some(archive) if archive.state == ExportState::Ready => (ready(archive, view)),
                Some(_) => {
                    p.error role="alert" { "The archive could not be written. Try again." }
                    (begin_button())
                }
                None if view.size.is_large() => {
                    (begin_button())
                    p.hint { (contents(view.size)) ". It takes a while to write, so it is done in the background." }
                    (how_to_read_back(view.size.archive_bytes()))
                }
                None => {
                    p { a.button.primary href=(paths::Export::of(ExportFormat::Archive.name())) download { "Download the archive" } }
                    p.hint { (contents(view.size)) "." }
                    (how_to_read_back(view.size.archive_bytes()))
                }
            }
        }
    }
}

/// `312 reviews and 4 posters, about 0.1 MB`.
fn contents(size: ExportSize) -> String {
    let reviews = plural(size.reviews, "review", "reviews");
    let pictures = match size.pictures {
        0 => String::new(),
        pictures => format!(" and {}", plural(pictures, "poster", "posters")),
    };
    format!(
        "{reviews}{pictures}, {}",
        about_megabytes(size.archive_bytes())
    )
}

/// A size in words: `about 1.3 MB`.
pub fn about_megabytes(bytes: i64) -> String {
    // Nobody cares how much less than this it is.
    let bytes = u64::try_from(bytes).unwrap_or_default().max(100_000);
    format!("about {}", megabytes(bytes))
}

/// Larger ones are not accepted as uploads.
fn how_to_read_back(bytes: i64) -> Markup {
    let is_too_large = usize::try_from(bytes).is_ok_and(|bytes| bytes > MAX_IMPORT_BYTES);
    html! {
        @if is_too_large {
            p.hint { "An archive of more than 64 MB is read back on the server, with " code { "movies-diary import" } "." }
        }
    }
}

fn begin_button() -> Markup {
    button(paths::Archives, "primary", "Write the archive")
}

fn being_written(archive: &WrittenArchive) -> Markup {
    let total = (archive.total > 0).then_some(archive.total);
    html! {
        p #archive-progress role="status" { "Your archive is being written." }
        progress aria-labelledby="archive-progress" value=[total.and(Some(archive.done))] max=[total] {}
        p.hint { "You can leave this page. It goes on, even if the server restarts." }
        div #archive-poll hidden hx-get=(paths::Exports) hx-trigger="every 1s" hx-target={ "#" (ARCHIVE_ID) }
            hx-swap="outerMorph" hx-sync="this:drop" {}
        noscript { p.hint { "Reload the page to see how far it is." } }
        (button(paths::ArchiveDeletion { id: archive.id }, "quiet", "Stop"))
    }
}

fn ready(archive: &WrittenArchive, view: &ExportsView) -> Markup {
    let bytes = archive.bytes.and_then(|bytes| u64::try_from(bytes).ok());
    html! {
        p role="status" { "Your archive is ready: " (megabytes(bytes.unwrap_or_default())) ". It is kept until "
            (until(archive, view.zone)) ", and only you can download it." }
        div.row {
            a.button.primary href=(paths::Archive { id: archive.id }) download { "Download the archive" }
            (button(paths::Archives, "", "Write it anew"))
            (button(paths::ArchiveDeletion { id: archive.id }, "quiet", "Delete it"))
        }
        (how_to_read_back(archive.bytes.unwrap_or_default()))
    }
}

/// `30 Nov 2026, 08:15`.
fn until(archive: &WrittenArchive, zone: Tz) -> String {
    let until = archive.kept_until().with_timezone(&zone);
    format!(
        "{}, {}",
        format_date(until.date_naive()),
        until.format("%H:%M")
    )
}

fn diary_section() -> Markup {
    html! {
        section.card {
            h2 { "Your diary" }
            p { "One row for each viewing, with all there is to know about it." }
            div.row {
                (download_link(ExportFormat::Csv, "CSV, for spreadsheets"))
                (download_link(ExportFormat::Json, "JSON, for programs"))
            }
        }
    }
}

fn services_section() -> Markup {
    html! {
        section.card {
            h2 { "For another service" }
            dl.exports {
                dt { (download_link(ExportFormat::Letterboxd, "Letterboxd")) }
                dd { "A zip of CSV files. Unzip it, and import each file at letterboxd.com/import. "
                    "Films without a day are in a file of their own." }
                dt { (download_link(ExportFormat::Imdb, "IMDb")) }
                dd { "Your latest rating of each film that has an IMDb id, in the form of IMDb’s own export." }
                dt { (download_link(ExportFormat::Trakt, "Trakt")) }
                dd { "A zip of JSON files in the form of Trakt’s own export: plays, ratings, comments, hearts, watchlist and lists." }
            }
        }
    }
}

fn programs_section() -> Markup {
    html! {
        section.card {
            h2 { "Every night, by itself" }
            p { "With an " a href=(paths::SettingsTokens) { "API token" } " that may only read, a program can fetch the archive: "
                "see “Exports” in the " a href=(paths::ApiDocs) { "API documentation" } "." }
        }
    }
}

fn download_link(format: ExportFormat, label: &str) -> Markup {
    html! { a.button href=(paths::Export::of(format.name())) download { (label) } }
}
