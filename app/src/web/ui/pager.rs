//! The way on in a long list.

use maud::{Markup, html};

/// A link to where the list goes on, as `label` says. With JavaScript it is followed when it
/// comes into sight, and what it leads to takes its place.
pub fn way_on(to: &str, label: &str) -> Markup {
    html! {
        li.older {
            a href=(to) rel="next" hx-get=(to) hx-trigger="revealed, click" hx-target="closest .older" hx-swap="outerHTML" {
                (label)
            }
        }
    }
}
