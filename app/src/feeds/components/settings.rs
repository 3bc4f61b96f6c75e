//! Where one finds the addresses of one's feeds, and what shows one's diary elsewhere.

use chrono::{DateTime, Utc};
use entity::Visibility;
use maud::{Markup, html};

use crate::accounts::{Member, Viewer};
use crate::paths;
use crate::web::Origin;
use crate::web::ui::{button, moment};

/// What the page shows.
#[derive(Debug)]
pub struct Shown<'a> {
    /// Whose feeds.
    pub member: &'a Member,
    /// Who looks, and in which zone.
    pub viewer: &'a Viewer,
    /// Stands before every address.
    pub origin: &'a Origin,
    /// Since when there is a secret address.
    pub key_since: Option<DateTime<Utc>>,
    /// The secret address, where it was just made.
    pub secret: Option<&'a str>,
    /// What time it is.
    pub now: DateTime<Utc>,
}

/// The whole page.
pub fn page(shown: &Shown<'_>) -> Markup {
    html! {
        h1 { "Feeds and embed" }
        @if let Some(address) = shown.secret { (new_secret(address)) }
        @match shown.member.diary_visibility {
            Visibility::Public => { (feed(shown)) (embed(shown)) }
            Visibility::Members | Visibility::Private => (closed()),
        }
        (secret(shown))
    }
}

fn new_secret(address: &str) -> Markup {
    html! {
        section.card.highlight role="status" {
            h2 { "Your secret address" }
            p { "Give it to your feed reader now: it is shown only this once." }
            (address_field("secret", "The address", address))
        }
    }
}

fn feed(shown: &Shown<'_>) -> Markup {
    let path = paths::UserFeed::of(&shown.member.username);
    html! {
        section.card #feed {
            h2 { "Your feed" }
            p { "Whoever gives this address to a feed reader sees what you log for everybody to see." }
            (address_field("public", "The address", &shown.origin.at(path)))
        }
    }
}

fn embed(shown: &Shown<'_>) -> Markup {
    let path = paths::Embed::of(&shown.member.username);
    html! {
        section.card #embed {
            h2 { "Your diary on your own site" }
            p { "Put this where the last films of your diary are to be seen. In the address, "
                code { "theme" } " can be light, dark or auto, and " code { "count" } " 1 to 20." }
            div.field {
                label for="snippet" { "HTML to copy" }
                textarea #snippet rows="4" readonly spellcheck="false" { (snippet(shown)) }
            }
            p { a href=(path) target="_blank" rel="noopener" { "See how it looks" } }
        }
    }
}

/// What another site puts into its page. The style there is that site's own business.
fn snippet(shown: &Shown<'_>) -> String {
    let look = paths::EmbedLook {
        theme: "auto".to_owned(),
        count: "5".to_owned(),
    };
    let path = paths::with(paths::Embed::of(&shown.member.username), look);
    let title = format!("{}’s film diary", shown.member.display_name);
    html! {
        iframe src=(shown.origin.at(path)) title=(title) width="100%" height="560" loading="lazy"
            style="border: 0" {}
    }
    .into_string()
}

fn closed() -> Markup {
    html! {
        section.card #feed {
            h2 { "Your feed" }
            p { "Your diary is not open to everybody, so it has no public feed, and other sites cannot show it. "
                "You can " a href=(paths::Settings) { "open it" } ", or make a secret address." }
        }
    }
}

fn secret(shown: &Shown<'_>) -> Markup {
    html! {
        section.card #secret {
            h2 { "A secret address" }
            p { "Its feed has all of your own diary, with what only members or only you may see. "
                "Whoever has the address can read it, so keep it as you keep a password." }
            @match shown.key_since {
                Some(since) => {
                    p { "You made one " (moment(since, shown.now, shown.viewer.zone))
                        ". It cannot be shown again; another one takes its place." }
                    div.row {
                        (button(paths::SettingsFeedKey, "", "Make another one"))
                        (button(paths::SettingsFeedKeyEnding, "danger", "Take it back"))
                    }
                }
                None => (button(paths::SettingsFeedKey, "primary", "Make a secret address")),
            }
        }
    }
}

fn address_field(id: &str, label: &str, address: &str) -> Markup {
    html! {
        div.field {
            label for={ (id) "-address" } { (label) }
            input id={ (id) "-address" } readonly value=(address);
        }
    }
}
