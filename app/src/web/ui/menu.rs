//! A quiet menu of actions, which opens without JavaScript too.

use maud::{Markup, html};

/// `label` says what the actions are for.
pub fn menu(label: &str, actions: &Markup) -> Markup {
    html! {
        details.menu {
            summary aria-label=(label) { span aria-hidden="true" { "⋯" } }
            div.actions { (actions) }
        }
    }
}
