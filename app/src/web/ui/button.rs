//! Buttons that do something by themselves.

use maud::{Markup, html};

/// A form of one button, which posts to `action`. `kind` is its class: `quiet`,
/// `danger` or nothing.
pub fn button(action: impl ToString, kind: &str, label: &str) -> Markup {
    html! {
        form method="post" action=(action.to_string()) {
            button class=(kind) { (label) }
        }
    }
}

/// A link that looks like a button.
pub fn link_button(to: impl ToString, kind: &str, label: &str) -> Markup {
    html! { a class={ "button " (kind) } href=(to.to_string()) { (label) } }
}
