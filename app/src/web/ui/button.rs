//! Buttons that do something by themselves.

use maud::{Markup, html};

/// A form of one button, which posts to `action`. `kind` is its class: `quiet`,
/// `danger` or nothing.
pub fn button(action: impl ToString, kind: &str, label: &str) -> Markup {
    button_for(action, kind, label, "")
}

/// The same where several buttons of one page have the same label: `whom` it is for is
/// said to those who do not see what stands beside it.
pub fn button_for(action: impl ToString, kind: &str, label: &str, whom: &str) -> Markup {
    html! {
        form method="post" action=(action.to_string()) {
            button class=(kind) { (label) @if !whom.is_empty() { span.hidden { ": " (whom) } } }
        }
    }
}
