//! One review, as every list shows it.

use entity::Visibility;
use maud::{Markup, html};

use super::RenderContext;
use crate::accounts::visibility_name;
use crate::diary::Entry;
use crate::paths;
use crate::posters::{PosterSlot, poster};
use crate::web::ui::{linked_text, menu, movie_year, relative_time, stars, time};

/// Target of htmx swaps and of links with a fragment.
pub fn id(review: i64) -> String {
    format!("review-{review}")
}

/// `focus` moves the keyboard focus to the entry, when it replaces a form.
pub fn entry(entry: &Entry, context: RenderContext<'_>, focus: bool) -> Markup {
    html! {
        li.entry id=(id(entry.id)) {
            a.poster-link href=(paths::Movie { id: entry.movie_id }) tabindex="-1" aria-label=(entry.title) {
                (poster(entry.movie_id, &entry.title, &entry.poster, PosterSlot::Entry))
            }
            article {
                h2.title {
                    a dir="auto" href=(paths::Movie { id: entry.movie_id }) autofocus[focus] { (entry.title) }
                    " " (movie_year(entry.year))
                }
                div.facts { (marks(entry)) (byline(entry, context)) }
                (comment(entry))
                (tags(entry))
            }
            @if context.viewer.is(entry.member_id) { (actions(entry)) }
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

pub fn marks(entry: &Entry) -> Markup {
    html! {
        p.marks {
            @if let Some(rating) = entry.rating { (stars(rating)) }
            @if entry.liked { span.heart role="img" aria-label="Liked" { "♥" } }
            @if entry.rewatch { span.badge { "rewatch" } }
            @if entry.visibility != Visibility::Public { span.badge { (visibility_name(entry.visibility)) } }
        }
    }
}

/// On the pages of a diary, the style sheet hides who wrote it and when.
fn byline(entry: &Entry, context: RenderContext<'_>) -> Markup {
    html! {
        p.byline {
            a.writer dir="auto" href=(paths::Member::of(&entry.username)) { (entry.display_name) }
            a.quiet href=(paths::Review { id: entry.id }) { (day_watched(entry)) }
            span.logged {
                @match entry.known_log_time() {
                    Some(time) => (relative_time(time, context.now, context.viewer.zone)),
                    None => "imported",
                }
            }
        }
    }
}

pub fn day_watched(entry: &Entry) -> Markup {
    html! {
        @match entry.watched_on {
            Some(day) => time datetime=(day) { span.hidden { "Watched " } (time::format_date(day)) },
            None => "Day unknown",
        }
    }
}

/// The style sheet folds longer comments.
const FOLDED_LINES: usize = 12;

/// How many characters a line has on a phone.
const PHONE_LINE: usize = 34;

/// The same on a wide screen.
const WIDE_LINE: usize = 50;

fn is_long(comment: &str, line_chars: usize) -> bool {
    let lines = comment
        .lines()
        .map(|line| line.chars().count().div_ceil(line_chars).max(1));
    lines.sum::<usize>() > FOLDED_LINES
}

fn comment(entry: &Entry) -> Markup {
    html! {
        @if !entry.comment.is_empty() {
            @if entry.spoiler {
                details.comment { summary { "Gives the plot away – show it" } (folded_words(entry)) }
            } @else {
                div.comment { (folded_words(entry)) }
            }
        }
    }
}

/// A long comment is folded, and a link leads to the page of the review.
fn folded_words(entry: &Entry) -> Markup {
    let fits_wide_screens = !is_long(&entry.comment, WIDE_LINE);
    html! {
        @if is_long(&entry.comment, PHONE_LINE) {
            p.folded dir="auto" { (linked_text(&entry.comment)) }
            a.read-on.on-phones[fits_wide_screens] href=(paths::Review { id: entry.id }) { "Read on" span.hidden { ": " bdi { (entry.title) } } }
        } @else {
            p dir="auto" { (linked_text(&entry.comment)) }
        }
    }
}

/// A tag leads to the reviews of this diary that have it.
pub fn tags(entry: &Entry) -> Markup {
    html! {
        @if !entry.tags.is_empty() {
            ul.tags aria-label="Tags" {
                @for tag in &entry.tags { li { a dir="auto" href=(tagged_path(&entry.username, tag)) { (tag) } } }
            }
        }
    }
}

fn tagged_path(username: &str, tag: &str) -> String {
    let params = paths::DiaryParams {
        view: "history".to_owned(),
        tag: tag.to_owned(),
        ..paths::DiaryParams::default()
    };
    paths::with(paths::Member::of(username), params)
}

fn actions(entry: &Entry) -> Markup {
    let edit = paths::EditReview { id: entry.id };
    let delete = paths::ReviewDeletion { id: entry.id };
    let target = format!("#{}", id(entry.id));
    let label = format!("Edit or delete the review of {}", entry.title);
    let choices = html! {
        a.button.quiet href=(edit) hx-get=(edit) hx-target=(target) hx-swap="outerHTML" data-edit
            aria-label={ "Edit the review of " (entry.title) } { "Edit" }
        form method="post" action=(delete) hx-post=(delete) hx-target=(target) hx-swap="outerHTML" {
            button.quiet aria-label={ "Delete the review of " (entry.title) } { "Delete" }
        }
    };
    menu(&label, &choices)
}
