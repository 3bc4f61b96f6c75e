//! The header, footer and mobile navigation around every page.

use std::fmt::Display;

use maud::{Markup, html};

use crate::accounts::{Member, sign_out_button};
use crate::config::Config;
use crate::device::{self, Device};
use crate::paths;
use crate::web::ui::{Icon, icon};

/// `here` is the path of the current page, whose link gets `aria-current`.
pub fn site_header(config: &Config, member: Option<&Member>, here: &str) -> Markup {
    html! {
        header.site {
            a.brand dir="auto" href=(paths::Feed) { (config.site_name) }
            nav aria-label="Site" {
                @if let Some(member) = member {
                    div.own {
                        (nav_link(paths::Feed, "Feed", here, false))
                        (nav_link(paths::Member::of(&member.username), "Diary", here, false))
                    }
                }
                (nav_link(paths::Movies, "Films", here, true))
                (nav_link(paths::Members, "Members", here, false))
                @match member {
                    Some(member) => (member_links(member, here)),
                    None => {
                        (nav_link(paths::Login, "Sign in", here, false))
                        @if config.allow_registration { (nav_link(paths::Register, "Create account", here, false)) }
                    }
                }
            }
        }
    }
}

/// Links for the signed-in member. On phones, the bottom bar and the settings page replace them.
fn member_links(member: &Member, here: &str) -> Markup {
    html! {
        div.own.ends {
            a.button.primary href=(paths::NewReview) data-log data-log-box=(log_box_path()) { "Log" }
            @if member.is_admin { (nav_link(paths::Admin, "Admin", here, false)) }
            (nav_link(paths::Settings, "Settings", here, false))
            (sign_out_button())
        }
    }
}

/// The box for a film alone, which a script shows in a dialog.
fn log_box_path() -> String {
    let params = paths::NewReviewParams {
        dialog: "1".to_owned(),
        ..paths::NewReviewParams::default()
    };
    paths::with(paths::NewReview, params)
}

fn nav_link(to: impl Display, label: &str, here: &str, is_search: bool) -> Markup {
    let to = to.to_string();
    html! { a href=(to) aria-current=[aria_current(&to, here)] data-search[is_search] { (label) } }
}

fn aria_current(to: &str, here: &str) -> Option<&'static str> {
    (to == here).then_some("page")
}

/// The navigation bar at the bottom of the screen on phones.
pub fn bottom_bar(member: &Member, here: &str) -> Markup {
    html! {
        nav.bar aria-label="Your diary" {
            (bar_link(paths::Feed, Icon::Feed, "Feed", here, false))
            (bar_link(paths::NewReview, Icon::Log, "Log", here, true))
            (bar_link(paths::Member::of(&member.username), Icon::Diary, "Diary", here, false))
            (bar_link(paths::Settings, Icon::Profile, "Me", here, false))
        }
    }
}

fn bar_link(to: impl Display, sign: Icon, label: &str, here: &str, opens_log: bool) -> Markup {
    let to = to.to_string();
    html! {
        a href=(to) aria-current=[aria_current(&to, here)] data-log[opens_log] { (icon(sign)) span { (label) } }
    }
}

/// For browsers that may be on http, where they ignore the session’s cookie. `url` is the address
/// of the page on `site`.
pub fn sign_in_notice(site: &str, url: &str) -> Markup {
    html! {
        p.notice.narrow {
            span {
                "Your browser seems to be at another address than "
                a href=(url) { (site) }
                ". You can sign in only there."
            }
        }
    }
}

/// Whoever started the server has the link for the first account.
pub fn setup_notice() -> Markup {
    html! {
        p.notice role="status" {
            span { strong { "There is no account here yet." } " Follow the link that the server printed when it started, and create the first one." }
        }
    }
}

/// The reviews that wait to be sent. `offline.js` fills it, and reads its addresses from it.
pub fn waiting() -> Markup {
    html! {
        div #waiting hidden data-feed=(paths::Feed) data-reviews=(paths::Reviews)
            data-by-hand=(paths::by_hand("")) data-logout=(paths::Logout)
            data-device=(paths::SettingsDevice) data-deletion=(paths::SettingsDeletion) {}
    }
}

pub fn site_footer(device: &Device, here: &str) -> Markup {
    html! { footer.site { (device::theme_switch(device, here)) } }
}
