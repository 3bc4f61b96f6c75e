//! Buttons that submit a form of their own.

use maud::{Markup, html};

/// A button that posts to `action`. `class` is `quiet`, `danger` or empty.
pub fn button(action: impl ToString, class: &str, label: &str) -> Markup {
    button_for(action, class, label, "")
}

/// Like [`button`], if several buttons on the page have the same label. Screen readers read
/// `context` after the label to tell them apart.
pub fn button_for(action: impl ToString, class: &str, label: &str, context: &str) -> Markup {
    html! {
        form method="post" action=(action.to_string()) {
            button class=(class) { (label) @if !context.is_empty() { span.hidden { ": " bdi { (context) } } } }
        }
    }
}
