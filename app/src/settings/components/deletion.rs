//! The section that deletes the account.

use maud::{Markup, html};

use super::exports::about_megabytes;
use super::{SettingsView, hidden_username};
use crate::paths;
use crate::web::ui::Field;

pub(super) fn deletion_section(view: &SettingsView<'_>) -> Markup {
    html! {
        section.card.danger-zone #deletion {
            h2 { "Delete your account" }
            p { "This deletes your account and your diary, with every review, tag and heart, immediately and for good. "
                "Facts about films stay, and nobody else can ever take your username." }
            @if view.export_size.items() > 0 {
                p { a href=(paths::Exports) { "Take everything with you first" } ": your whole archive, "
                    (about_megabytes(view.export_size.archive_bytes())) "." }
            }
            form method="post" action=(paths::SettingsDeletion) {
                (hidden_username(view.member))
                (Field::password("password", "Your password", "current-password").id_prefix("deletion-").render(&view.errors.deletion))
                button.danger { "Delete my account and all my reviews" }
            }
        }
    }
}
