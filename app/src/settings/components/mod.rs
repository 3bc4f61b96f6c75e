//! Markup of the settings: the page of all sections, one section a file, and the pages for API
//! tokens, feeds, imports and exports.

mod deletion;
mod device;
pub mod exports;
pub mod feeds;
pub mod imports;
mod password;
mod profile;
mod sessions;
pub mod tokens;
mod visibility;

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::form::SettingsErrors;
use crate::accounts::queries::SessionRow;
use crate::accounts::{Member, Viewer, sign_out_button};
use crate::device::Device;
use crate::paths;
use crate::transfer::exports::ExportSize;

#[derive(Debug)]
pub struct SettingsView<'a> {
    pub member: &'a Member,
    pub viewer: &'a Viewer,
    pub sessions: &'a [SessionRow],
    /// The hash of the current session's secret.
    pub current_session: Option<&'a str>,
    /// The section that was just saved, or empty.
    pub saved: &'a str,
    pub errors: &'a SettingsErrors,
    pub device: &'a Device,
    /// What could be taken away before the account is deleted.
    pub export_size: ExportSize,
    pub now: DateTime<Utc>,
}

pub fn page(view: &SettingsView<'_>) -> Markup {
    html! {
        h1 { "Settings" }
        (account_links(view))
        (profile::profile_section(view))
        (device::device_section(view))
        (visibility::diary_section(view))
        (password::password_section(view))
        (sessions::sessions_section(view))
        (deletion::deletion_section(view))
    }
}

/// Links to the diary, to imports, exports and the admin page, and the sign-out button. Phones have
/// most of them only here.
fn account_links(view: &SettingsView<'_>) -> Markup {
    html! {
        div.actions.me {
            a.button href=(paths::Member::of(&view.member.username)) { "Your diary" }
            a.button href=(paths::Imports) { "Import" }
            a.button href=(paths::Exports) { "Export" }
            @if view.member.is_admin { a.button href=(paths::Admin) { "Admin" } }
            (sign_out_button())
        }
    }
}

/// Tells password managers which account this is. The input has no name, so it is not sent.
fn hidden_username(member: &Member) -> Markup {
    html! { input type="text" autocomplete="username" value=(member.username) readonly hidden; }
}

fn saved_note(is_saved: bool) -> Markup {
    html! { @if is_saved { p.saved role="status" { "Saved." } } }
}
