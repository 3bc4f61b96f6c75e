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
