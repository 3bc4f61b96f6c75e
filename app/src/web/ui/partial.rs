//! Out-of-band updates: parts of a response that htmx swaps in elsewhere on the page.

use maud::{Markup, html};

/// `target` is a CSS selector, `swap` a value of `hx-swap`.
pub fn partial(target: &str, swap: &str, content: &Markup) -> Markup {
    html! { hx-partial hx-target=(target) hx-swap=(swap) { (content) } }
}
