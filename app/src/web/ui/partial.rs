//! A part of an answer that htmx puts somewhere else on the page.

use maud::{Markup, html};

/// Puts `content` at `target` (a CSS selector) in the way `swap` says.
pub fn partial(target: &str, swap: &str, content: &Markup) -> Markup {
    html! { hx-partial hx-target=(target) hx-swap=(swap) { (content) } }
}
