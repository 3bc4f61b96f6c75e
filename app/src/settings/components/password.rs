//! The section that changes the password.

use maud::{Markup, html};

use super::{SettingsView, hidden_username, saved_note};
use crate::paths;
use crate::web::ui::Field;

pub(super) fn password_section(view: &SettingsView<'_>) -> Markup {
    let errors = &view.errors.password;
    html! {
        section.card #password {
            h2 { "Password" }
            (saved_note(view.saved == "password"))
            form method="post" action=(paths::SettingsPassword) {
                (hidden_username(view.member))
                (Field::password("current_password", "Current password", "current-password").render(errors))
                (Field::password("new_password", "New password", "new-password")
                    .hint("At least 8 characters. Changing it signs you out everywhere else and revokes your API tokens.").render(errors))
                button.primary { "Change password" }
            }
        }
    }
}
