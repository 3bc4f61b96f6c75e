//! The profile section: display name and time zone.

use maud::{Markup, html};

use super::{SettingsView, saved_note};
use crate::accounts::components::zone;
use crate::accounts::form::RawProfile;
use crate::paths;
use crate::web::FieldErrors;
use crate::web::ui::Field;

pub(super) fn profile_section(view: &SettingsView<'_>) -> Markup {
    let saved = RawProfile {
        display_name: view.member.display_name.clone(),
        time_zone: view
            .member
            .zone
            .map(|zone| zone.name().to_owned())
            .unwrap_or_default(),
    };
    let none = FieldErrors::default();
    let (raw, errors) = match &view.errors.profile {
        Some((raw, errors)) => (raw, errors),
        None => (&saved, &none),
    };
    let hint = match view.member.zone {
        Some(_) => "So that films you log get the right date.",
        None => "Choose one, so that films you log get the right date.",
    };
    html! {
        section.card #profile {
            h2 { "Profile" }
            (saved_note(view.saved == "profile"))
            p { "Your username is " strong { (view.member.username) } "; your diary is at "
                a href=(paths::Member::of(&view.member.username)) { (paths::Member::of(&view.member.username)) } "." }
            form method="post" action=(paths::SettingsProfile) {
                (Field::text("display_name", "Display name", &raw.display_name).autocomplete("name").optional().render(errors))
                (zone::choice(&raw.time_zone, hint, errors))
                button.primary { "Save" }
            }
        }
    }
}
