//! What the form says when its review was changed or deleted elsewhere.

use maud::{Markup, html};

use super::super::entry;
use crate::accounts::visibility_name;
use crate::diary::Entry;
use crate::paths;
use crate::web::ui::{stars, time};

/// Shown with a 409.
pub const REVIEW_CHANGED: &str =
    "This review has changed since you opened it, in another window or on another device.";

/// The version that saving would replace.
pub(super) fn conflicting_version(saved: &Entry) -> Markup {
    html! {
        div.error role="alert" {
            p { (REVIEW_CHANGED) " What you typed is still here. Save again to replace this version:" }
            blockquote {
                p {
                    @match saved.rating { Some(rating) => (stars(rating)), None => "No rating" }
                    @if saved.liked { ", liked" }
                    @if saved.rewatch { ", seen before" }
                    @if saved.spoiler { ", gives the plot away" }
                    ", " (saved.watched_on.map_or("day unknown".to_owned(), time::format_date))
                    ", for " (visibility_name(saved.visibility).to_lowercase())
                }
                @if !saved.tags.is_empty() { p { "Tags: " bdi { (saved.tags.join(", ")) } } }
                p.comment dir="auto" { (saved.comment) }
            }
        }
    }
}

/// Replaces the form of a review that was deleted meanwhile, and shows the comment typed into it.
pub fn deleted_review_notice(review: i64, comment: &str) -> Markup {
    html! {
        li.entry.editing id=(entry::id(review)) {
            div.error role="alert" {
                p { "This review was deleted while you were editing it. Restore it under "
                    a href=(paths::DeletedReviews) { "Recently deleted" } ", then edit it again. This is what you wrote:" }
            }
            textarea dir="auto" rows="5" readonly aria-label="What you wrote" { "\n" (comment) }
        }
    }
}
