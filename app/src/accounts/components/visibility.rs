//! Who may see something: the choice, and its name.

use entity::Visibility;
use maud::{Markup, html};

/// What a visibility is called.
pub fn name(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "Everybody",
        Visibility::Members => "Members of this site",
        Visibility::Private => "Only me",
    }
}

/// The choice of one, for the field `visibility`.
pub fn choice(label: &str, chosen: Visibility, within: &str) -> Markup {
    let id = format!("{within}visibility");
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
