//! The local catalog: what is in it, and how its build goes.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use crate::catalog::local::CatalogInfo;
use crate::catalog::wikidata_build::{BuildActivity, BuildReport, BuildStage, BuildStatus};
use crate::paths;
use crate::web::ui::{button, plural, relative_time};

const CONTENT_ID: &str = "local-catalog";

#[derive(Debug)]
pub struct CatalogView {
    /// `None` if there is no catalog.
    pub info: Option<CatalogInfo>,
    pub report: BuildReport,
    /// Whether no other server may be asked.
    pub is_off: bool,
    pub refreshes_monthly: bool,
    pub zone: Tz,
    pub now: DateTime<Utc>,
}

/// For the page of all things that an admin looks after.
pub(super) fn card(view: &CatalogView) -> Markup {
    html! {
        section.card #catalog {
            h2 { "Local catalog" }
            (failure_message(view))
            (contents(view))
            @if view.report.activity != BuildActivity::Idle { p { "A build is running." } }
            p { a href=(paths::AdminCatalog) { "Build the local catalog anew" } }
        }
    }
}

pub fn page(view: &CatalogView) -> Markup {
    html! {
        h1 { "Local catalog" }
        p.lead { "Films are found in this file without asking another server, before the online sources." }
        (content(view))
    }
}

/// Everything that changes while a build runs.
pub fn content(view: &CatalogView) -> Markup {
    html! {
        div id=(CONTENT_ID) {
            section.card {
                h2 { "What is in it" }
                (contents(view))
            }
            section.card {
                h2 { "Build it from Wikidata" }
                @match view.report.activity {
                    BuildActivity::Idle => (idle_build(view)),
                    BuildActivity::Requested => (running_build(view, &html! { p { "A build is about to start." } })),
                    BuildActivity::RunningHere | BuildActivity::RunningElsewhere => (running_build(view, &progress(view))),
                }
            }
        }
    }
}

fn contents(view: &CatalogView) -> Markup {
    html! {
        @match &view.info {
            None => p { "There is no local catalog." },
            Some(info) => p {
                (plural(info.films, "film", "films")) " from " bdi { (info.origin.source) }
                // The starter is as old as the program.
                @if info.origin.starter.is_none() {
                    ", built " (relative_time(info.origin.built_at, view.now, view.zone))
                }
                "."
            },
        }
    }
}

/// While a build runs, how the one before ended is of no interest.
fn failure_message(view: &CatalogView) -> Markup {
    let latest = view.report.latest.as_ref();
    let failed = latest.filter(|latest| latest.stage == BuildStage::Failed);
    let is_idle = view.report.activity == BuildActivity::Idle;
    html! {
        @if let Some(failed) = failed.filter(|_| is_idle) {
            p.error role="alert" {
                "The latest build failed " (relative_time(failed.updated_at, view.now, view.zone)) ": "
                (failed.error.as_deref().unwrap_or_default()) ". The catalog stayed as it was."
            }
        }
    }
}

fn idle_build(view: &CatalogView) -> Markup {
    html! {
        (failure_message(view))
        @if let Some(latest) = &view.report.latest { (interruption(latest, view)) }
        p { "This fetches all films that Wikidata knows. It takes a few hours, because Wikidata limits how much one may ask. "
            "You can stop at any time: the next build goes on from there." }
        @if view.is_off {
            p.hint { "No other server is asked, because " code { "CATALOG" } " is " code { "off" } " or has no source that can be used." }
        } @else {
            (button(paths::AdminCatalogBuilds, "primary", if view.report.is_resumable { "Go on with the build" } else { "Build" }))
            p.hint {
                @if view.refreshes_monthly { "It is also built by itself once a month." }
                @else { "To do this once a month, set " code { "CATALOG_REFRESH" } " to " code { "monthly" } " and restart the server." }
            }
        }
    }
}

fn interruption(latest: &BuildStatus, view: &CatalogView) -> Markup {
    html! {
        @match latest.stage {
            BuildStage::Installed => {},
            BuildStage::Failed => p { (latest.progress_text()) },
            BuildStage::Stopped | BuildStage::Fetching | BuildStage::Writing => p {
                "The latest build was interrupted " (relative_time(latest.updated_at, view.now, view.zone)) ". "
                (latest.progress_text())
            },
        }
    }
}

fn progress(view: &CatalogView) -> Markup {
    html! {
        @if let Some(status) = &view.report.latest {
            p #build-progress { (status.progress_text()) }
            @if let Some((number, all)) = status.years() {
                progress aria-labelledby="build-progress" value=(number) max=(all) {}
            }
        }
    }
}

/// Asks for the content again until no build runs.
fn running_build(view: &CatalogView, progress: &Markup) -> Markup {
    html! {
        (progress)
        div #build-poll hidden hx-get=(paths::AdminCatalog) hx-trigger="every 2s" hx-target={ "#" (CONTENT_ID) }
            hx-swap="outerMorph" hx-sync="this:drop" {}
        noscript { p.hint { "Reload the page to see how far it is." } }
        @match view.report.activity {
            BuildActivity::RunningElsewhere => p.hint { "It was started on the command line or by another instance, and can be stopped there." },
            BuildActivity::Idle | BuildActivity::Requested | BuildActivity::RunningHere => (button(paths::AdminCatalogBuildEnding, "quiet", "Stop the build")),
        }
    }
}
