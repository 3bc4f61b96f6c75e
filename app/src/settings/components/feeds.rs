//! The settings page for feeds and for the embedded diary.

use chrono::{DateTime, Utc};
use entity::Visibility;
use maud::{Markup, html};

use crate::accounts::{Member, Viewer};
use crate::paths;
use crate::web::Origin;
use crate::web::ui::{button, relative_time};

#[derive(Debug)]
pub struct FeedSettingsView<'a> {
    pub member: &'a Member,
    pub viewer: &'a Viewer,
    pub origin: &'a Origin,
    /// When the current secret address was created.
    pub key_created_at: Option<DateTime<Utc>>,
    /// The secret address, right after it was created.
    pub new_secret: Option<&'a str>,
    pub now: DateTime<Utc>,
}

pub fn page(view: &FeedSettingsView<'_>) -> Markup {
    html! {
        h1 { "Feeds and embedding" }
        @if let Some(address) = view.new_secret { (new_secret(address)) }
        @match view.member.diary_visibility {
            Visibility::Public => { (public_feed(view)) (embed(view)) }
            Visibility::Members | Visibility::Private => (no_public_feed()),
        }
        (secret_feed(view))
    }
}

fn new_secret(address: &str) -> Markup {
    html! {
        section.card.highlight role="status" {
            h2 { "Your secret address" }
            p { "Copy it into your feed reader now; it won’t be shown again." }
            (address_field("secret", "Address", address))
        }
    }
}

fn public_feed(view: &FeedSettingsView<'_>) -> Markup {
    let path = paths::MemberFeed::of(&view.member.username);
    html! {
        section.card #feed {
            h2 { "Your feed" }
            p { "Anyone can follow your public reviews by adding this address to a feed reader." }
            (address_field("public", "Address", &view.origin.url_of(path)))
        }
    }
}

fn embed(view: &FeedSettingsView<'_>) -> Markup {
    let path = paths::Embed::of(&view.member.username);
    html! {
        section.card #embed {
            h2 { "Your diary on your own site" }
            p { "Paste this into a page to show the latest films in your diary. In the address, "
                code { "theme" } " can be light, dark or auto, and " code { "count" } " can be 1 to 20." }
            div.field {
                label for="snippet" { "HTML to copy" }
                textarea #snippet rows="4" readonly spellcheck="false" { (embed_snippet(view)) }
            }
            p { a href=(path) target="_blank" rel="noopener" { "See how it looks" } }
        }
    }
}

/// The `iframe` for another site. The inline style applies there, where our CSP does not.
fn embed_snippet(view: &FeedSettingsView<'_>) -> String {
    let params = paths::EmbedParams {
        theme: "auto".to_owned(),
        count: "5".to_owned(),
    };
    let path = paths::with(paths::Embed::of(&view.member.username), params);
    let title = format!("{}’s film diary", view.member.display_name);
    html! {
        iframe src=(view.origin.url_of(path)) title=(title) width="100%" height="560" loading="lazy"
            style="border: 0" {}
    }
    .into_string()
}

fn no_public_feed() -> Markup {
    html! {
        section.card #feed {
            h2 { "Your feed" }
            p { "Your diary isn’t public, so it has no public feed and other sites can’t show it. "
                "You can " a href=(paths::Settings) { "make it public" } " or create a secret address." }
        }
    }
}

fn secret_feed(view: &FeedSettingsView<'_>) -> Markup {
    html! {
        section.card #secret {
            h2 { "Secret address" }
            p { "The feed at a secret address has your whole diary, including reviews that only members or only you can see. "
                "Anyone who has the address can read it, so keep it as safe as a password." }
            @match view.key_created_at {
                Some(since) => {
                    p { "You created one " (relative_time(since, view.now, view.viewer.zone))
                        ". It can’t be shown again, but you can replace it with a new one." }
                    div.row {
                        (button(paths::SettingsFeedKey, "", "Create a new one"))
                        (button(paths::SettingsFeedKeyEnding, "danger", "Revoke it"))
                    }
                }
                None => (button(paths::SettingsFeedKey, "primary", "Create a secret address")),
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
