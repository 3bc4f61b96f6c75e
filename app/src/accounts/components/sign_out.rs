//! The button to sign out.

use maud::{Markup, html};

use crate::paths;

/// Scripts then also remove what they keep on the device for the member.
pub fn sign_out_button() -> Markup {
    html! {
        form method="post" action=(paths::Logout) data-forgets { button.quiet { "Sign out" } }
    }
}
