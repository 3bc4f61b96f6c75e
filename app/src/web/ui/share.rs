//! Passing an address on.

use std::fmt::Display;

use maud::{Markup, html};

/// A button that opens the system’s sheet to share a page, or copies its address where there is
/// none. Without JavaScript it is hidden: the address is in the browser’s address bar.
pub fn share_button(path: impl Display, title: &str) -> Markup {
    html! {
        button.quiet type="button" data-share=(path) data-title=(title) { "Share" }
    }
}

/// A secret or an address that has to get somewhere else: all of it can be seen, and a button copies
/// it.
pub fn copy_field(id: &str, label: &str, value: &str) -> Markup {
    html! {
        div.copy {
            span.label id={ (id) "-label" } { (label) }
            output id=(id) aria-labelledby={ (id) "-label" } { (value) }
            button type="button" data-copy=(id) { "Copy" }
        }
    }
}
