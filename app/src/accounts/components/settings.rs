//! The settings of one's own account.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{visibility, zone};
use crate::accounts::form::{RawProfile, Trouble};
use crate::accounts::queries::OpenSession;
use crate::accounts::{Member, Viewer};
use crate::device::{self, Device};
use crate::paths;
use crate::web::Fields;
use crate::web::ui::{Field, button, button_for, moment};

/// What the page shows.
#[derive(Debug)]
pub struct Shown<'a> {
    /// Whose settings.
    pub member: &'a Member,
    /// Who looks, and in which zone.
    pub viewer: &'a Viewer,
    /// Where they are signed in.
    pub sessions: &'a [OpenSession],
    /// The session that asks, by the hash of its secret.
    pub current: Option<&'a str>,
    /// The part that was just saved.
    pub saved: &'a str,
    /// What was typed and could not be saved.
    pub trouble: &'a Trouble,
    /// What was chosen for the device in their hands.
    pub device: &'a Device,
    /// What time it is.
    pub now: DateTime<Utc>,
}

/// The whole page.
pub fn page(shown: &Shown<'_>) -> Markup {
    html! {
        h1 { "Settings" }
        (way_out(shown))
        (profile(shown))
        (device(shown))
        (diary(shown))
        (password(shown))
        (sessions(shown))
        (deletion(shown))
    }
}

fn profile(shown: &Shown<'_>) -> Markup {
    let saved = RawProfile {
        display_name: shown.member.display_name.clone(),
        time_zone: shown
            .member
            .zone
            .map(|zone| zone.name().to_owned())
            .unwrap_or_default(),
    };
    let none = Fields::default();
    let (raw, errors) = match &shown.trouble.profile {
        Some((raw, errors)) => (raw, errors),
        None => (&saved, &none),
    };
    let hint = match shown.member.zone {
        Some(_) => "It decides which day it is when you log a film.",
        None => "Choose it once, so that a film you log gets the right day.",
    };
    html! {
        section.card #profile {
            h2 { "You" }
            (saved_note(shown.saved == "profile"))
            p { "Your username is " strong { (shown.member.username) } "; your diary is at "
                a href=(paths::User::of(&shown.member.username)) { (paths::User::of(&shown.member.username)) } "." }
            form method="post" action=(paths::SettingsProfile) {
                (Field::text("display_name", "Display name", &raw.display_name).autocomplete("name").optional().draw(errors))
                (zone::choice(&raw.time_zone, hint, errors))
                button.primary { "Save" }
            }
        }
    }
}

/// Where else somebody goes from here: on a phone the only way.
fn way_out(shown: &Shown<'_>) -> Markup {
    html! {
        div.actions.me {
            a.button href=(paths::User::of(&shown.member.username)) { "Your diary" }
            @if shown.member.is_admin { a.button href=(paths::Admin) { "Admin" } }
            (button(paths::Logout, "quiet", "Sign out"))
        }
    }
}

fn device(shown: &Shown<'_>) -> Markup {
    html! {
        section.card #device {
            h2 { "This device" }
            (saved_note(shown.saved == "device"))
            (device::settings(shown.device, &shown.member.mark()))
        }
    }
}

fn diary(shown: &Shown<'_>) -> Markup {
    html! {
        section.card #diary {
            h2 { "Your diary" }
            (saved_note(shown.saved == "diary"))
            form method="post" action=(paths::SettingsVisibility) {
                (visibility::choice("Who may see it", shown.member.diary_visibility, "diary-"))
                p.hint { "A review can be stricter than the diary, never more open. Changing this changes all your reviews at once." }
                button.primary { "Save" }
            }
            p { a href=(paths::SettingsFeeds) { "Feeds, and your diary on other sites" } }
            p { a href=(paths::DeletedReviews) { "Recently deleted reviews" } }
        }
    }
}

fn password(shown: &Shown<'_>) -> Markup {
    let errors = &shown.trouble.password;
    html! {
        section.card #password {
            h2 { "Password" }
            (saved_note(shown.saved == "password"))
            form method="post" action=(paths::SettingsPassword) {
                (for_password_managers(shown.member))
                (Field::password("current_password", "Current password", "current-password").draw(errors))
                (Field::password("new_password", "New password", "new-password")
                    .hint("At least 8 characters. Changing it signs you out everywhere else, programs too.").draw(errors))
                button.primary { "Change password" }
            }
        }
    }
}

fn sessions(shown: &Shown<'_>) -> Markup {
    html! {
        section.card #sessions {
            h2 { "Where you are signed in" }
            (saved_note(shown.saved == "sessions"))
            ul.sessions {
                @for session in shown.sessions {
                    @let is_current = shown.current == Some(session.secret_hash.as_str());
                    li {
                        div {
                            strong { (browser(&session.user_agent)) }
                            @if is_current { " " span.badge { "this browser" } }
                            p.hint { "Since " (moment(session.created_at, shown.now, shown.viewer.zone))
                                ", last seen " (moment(session.seen_at, shown.now, shown.viewer.zone)) }
                        }
                        @if !is_current {
                            (button_for(paths::SettingsSessionEnding { id: session.id }, "quiet", "Sign out there", &browser(&session.user_agent)))
                        }
                    }
                }
            }
            p { a href=(paths::SettingsTokens) { "Programs that use your diary" } }
            (button(paths::SettingsOtherSessionsEnding, "", "Sign out everywhere else"))
            p.hint { "Programs are signed out as well." }
        }
    }
}

fn deletion(shown: &Shown<'_>) -> Markup {
    html! {
        section.card.danger-zone #deletion {
            h2 { "Delete your account" }
            p { "This deletes your account, your diary with every review, tag and heart in it, and your sessions, at once and for good. "
                "Facts about movies stay, and nobody else can ever take your username." }
            form method="post" action=(paths::SettingsDeletion) {
                (for_password_managers(shown.member))
                (Field::password("password", "Your password", "current-password").within("deletion-").draw(&shown.trouble.deletion))
                button.danger { "Delete my account and all my reviews" }
            }
        }
    }
}

/// Tells them whose password it is. It has no name, so it is not sent.
fn for_password_managers(member: &Member) -> Markup {
    html! { input type="text" autocomplete="username" value=(member.username) readonly hidden; }
}

fn saved_note(is_saved: bool) -> Markup {
    html! { @if is_saved { p.saved role="status" { "Saved." } } }
}

/// `Firefox on Linux`: enough for a person to tell their browsers apart.
fn browser(user_agent: &str) -> String {
    let first = |known: &[(&'static str, &'static str)]| {
        known
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let program = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}
