//! What stands above and under every page.

use std::fmt::Display;

use maud::{Markup, html};

use crate::accounts::Member;
use crate::config::Config;
use crate::device::{self, Device};
use crate::paths;
use crate::web::ui::{Icon, button, icon};

/// The head of the page at `here`.
pub fn header(config: &Config, member: Option<&Member>, here: &str) -> Markup {
    html! {
        header.site {
            a.brand href=(paths::Feed) { (config.site_name) }
            nav aria-label="Site" {
                (way(paths::Movies, "Movies", here, true))
                (way(paths::Users, "Members", here, false))
                @match member {
                    Some(member) => (own(member, here)),
                    None => {
                        (way(paths::Login, "Sign in", here, false))
                        @if config.allow_registration { (way(paths::Register, "Create account", here, false)) }
                    }
                }
            }
        }
    }
}

/// What is the member's own. On a phone the bar and the settings have it.
fn own(member: &Member, here: &str) -> Markup {
    html! {
        div.own {
            (way(paths::User::of(&member.username), "Diary", here, false))
            @if member.is_admin { (way(paths::Admin, "Admin", here, false)) }
            (way(paths::Settings, "Settings", here, false))
            (button(paths::Logout, "quiet", "Sign out"))
        }
    }
}

fn way(to: impl Display, label: &str, here: &str, finds: bool) -> Markup {
    let to = to.to_string();
    html! { a href=(to) aria-current=[current(&to, here)] data-search[finds] { (label) } }
}

fn current(to: &str, here: &str) -> Option<&'static str> {
    (to == here).then_some("page")
}

/// The bar at the foot of a phone.
pub fn bar(member: &Member, here: &str) -> Markup {
    html! {
        nav.bar aria-label="Your diary" {
            (place(paths::Feed, Icon::Feed, "Feed", here, false))
            (place(paths::NewReview, Icon::Log, "Log", here, true))
            (place(paths::User::of(&member.username), Icon::Diary, "Diary", here, false))
            (place(paths::Settings, Icon::Me, "Me", here, false))
        }
    }
}

fn place(to: impl Display, sign: Icon, label: &str, here: &str, logs: bool) -> Markup {
    let to = to.to_string();
    html! {
        a href=(to) aria-current=[current(&to, here)] data-log[logs] { (icon(sign)) span { (label) } }
    }
}

/// The reviews that wait to be sent. `offline.js` fills it, and takes its addresses from it.
pub fn waiting() -> Markup {
    html! {
        div #waiting hidden data-feed=(paths::Feed) data-reviews=(paths::Reviews)
            data-by-hand=(paths::by_hand("")) data-logout=(paths::Logout)
            data-device=(paths::SettingsDevice) data-deletion=(paths::SettingsDeletion) {}
    }
}

/// The foot of the page `here`.
pub fn footer(device: &Device, here: &str) -> Markup {
    html! { footer.site { (device::switch(device, here)) } }
}
