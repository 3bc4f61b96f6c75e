//! Infinite scrolling of long lists.

use maud::{Markup, html};

/// A link to the next page of a list. With JavaScript, it loads that page and is replaced by it as
/// soon as it scrolls into view.
pub fn load_more_link(next_url: &str, label: &str) -> Markup {
    html! {
        li.older {
            a href=(next_url) rel="next" hx-get=(next_url) hx-trigger="revealed, click" hx-target="closest .older" hx-swap="outerHTML" {
                (label)
            }
        }
    }
}
