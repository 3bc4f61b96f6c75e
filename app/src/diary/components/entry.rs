//! One review, as every list shows it.

use chrono::Datelike;
use entity::Visibility;
use maud::{Markup, html};

use super::RenderContext;
use crate::accounts::visibility_name;
use crate::diary::Entry;
use crate::paths;
use crate::posters::{PosterSlot, poster};
use crate::web::ui::{movie_year, relative_time, stars, time};

/// Target of htmx swaps and of links with a fragment.
pub fn id(review: i64) -> String {
    format!("review-{review}")
}

/// `focus` moves the keyboard focus to the entry, when it replaces a form.
pub fn entry(entry: &Entry, context: RenderContext<'_>, focus: bool) -> Markup {
    html! {
        li.entry id=(id(entry.id)) {
            (leaf(entry))
            a.poster-link href=(paths::Movie { id: entry.movie_id }) tabindex="-1" aria-label=(entry.title) {
                (poster(entry.movie_id, &entry.title, &entry.poster, PosterSlot::Entry))
            }
            article {
                h2.title {
                    a dir="auto" href=(paths::Movie { id: entry.movie_id }) autofocus[focus] { (entry.title) }
                    " " (movie_year(entry.year))
                }
                (marks(entry))
                (byline(entry, context))
                (comment(entry))
                (tags(entry))
                @if context.viewer.is(entry.member_id) { (actions(entry)) }
            }
        }
    }
}

/// Stands in for a deleted review and offers to undo. If `is_lapsing`, a script removes it later.
pub fn deleted_entry(entry: &Entry, is_lapsing: bool) -> Markup {
    let restore = paths::ReviewRestoration { id: entry.id };
    let target = format!("#{}", id(entry.id));
    html! {
        li.entry.gone id=(id(entry.id)) data-lapse[is_lapsing] {
            p { "Deleted " strong dir="auto" { (entry.title) } " " (movie_year(entry.year)) "." }
            form method="post" action=(restore) hx-post=(restore) hx-target=(target) hx-swap="outerHTML" {
                button autofocus[is_lapsing] { "Undo" }
            }
        }
    }
}

/// The day watched, drawn as a leaf of a calendar.
fn leaf(entry: &Entry) -> Markup {
    html! {
        @match entry.watched_on {
            Some(day) => time.leaf datetime=(day) {
                span.hidden { "Watched " (time::format_date(day)) }
                span.month aria-hidden="true" { (time::short_month_name(day)) }
                span.day aria-hidden="true" { (day.day()) }
                span.of-year aria-hidden="true" { (day.year()) }
            },
            None => span.leaf.unknown role="img" aria-label="Day unknown" title="Day unknown" {
                span.day aria-hidden="true" { "?" }
            },
        }
    }
}

fn marks(entry: &Entry) -> Markup {
    html! {
        p.marks {
            @if let Some(rating) = entry.rating { (stars(rating)) " " }
            @if entry.liked { span.heart role="img" aria-label="Liked" { "♥" } " " }
            @if entry.rewatch { span.badge { "rewatch" } " " }
            @if entry.visibility != Visibility::Public { span.badge { (visibility_name(entry.visibility)) } }
        }
    }
}

fn byline(entry: &Entry, context: RenderContext<'_>) -> Markup {
    html! {
        p.byline {
            a dir="auto" href=(paths::Member::of(&entry.username)) { (entry.display_name) }
            " · "
            a.quiet href=(paths::Review { id: entry.id }) {
                @match entry.known_log_time() {
                    Some(time) => (relative_time(time, context.now, context.viewer.zone)),
                    None => "imported",
                }
            }
        }
    }
}

fn comment(entry: &Entry) -> Markup {
    html! {
        @if !entry.comment.is_empty() {
            @if entry.spoiler {
                details.comment { summary { "Gives the plot away – show it" } p dir="auto" { (entry.comment) } }
            } @else {
                div.comment { p dir="auto" { (entry.comment) } }
            }
        }
    }
}

fn tags(entry: &Entry) -> Markup {
    html! {
        @if !entry.tags.is_empty() {
            ul.tags aria-label="Tags" { @for tag in &entry.tags { li dir="auto" { (tag) } } }
        }
    }
}

fn actions(entry: &Entry) -> Markup {
    let edit = paths::EditReview { id: entry.id };
    let delete = paths::ReviewDeletion { id: entry.id };
    let target = format!("#{}", id(entry.id));
    html! {
        div.actions {
            a.button.quiet href=(edit) hx-get=(edit) hx-target=(target) hx-swap="outerHTML"
                aria-label={ "Edit the review of " (entry.title) } { "Edit" }
            form method="post" action=(delete) hx-post=(delete) hx-target=(target) hx-swap="outerHTML" {
                button.quiet aria-label={ "Delete the review of " (entry.title) } { "Delete" }
            }
        }
    }
}
