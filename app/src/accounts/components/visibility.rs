//! The visibility of a diary or review: its label and its form field.

use entity::Visibility;
use maud::{Markup, html};

pub fn name(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "Everybody",
        Visibility::Members => "Members of this site",
        Visibility::Private => "Only me",
    }
}

/// The form field `visibility`.
pub fn choice(label: &str, chosen: Visibility, id_prefix: &str) -> Markup {
    let id = format!("{id_prefix}visibility");
    html! {
        div.field {
            label for=(id) { (label) }
            select id=(id) name="visibility" {
                @for visibility in Visibility::ALL {
                    option value=(visibility.name()) selected[visibility == chosen] { (name(visibility)) }
                }
            }
        }
    }
}
