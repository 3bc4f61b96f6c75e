//! The settings page for feeds and for the embedded diary.

use chrono::{DateTime, Utc};
use entity::{AddressPurpose, Visibility};
use maud::{Markup, html};

use crate::accounts::components::secret_address::{address_buttons, address_field, new_address};
use crate::accounts::{Member, Viewer};
use crate::paths;
use crate::web::Origin;

#[derive(Debug)]
pub struct FeedSettingsView<'a> {
    pub member: &'a Member,
    pub viewer: &'a Viewer,
    pub origin: &'a Origin,
    /// When the current secret address of the feed was created.
    pub feed_created_at: Option<DateTime<Utc>>,
    /// When the current secret address of the calendar was created.
    pub calendar_created_at: Option<DateTime<Utc>>,
    /// The secret address that was just created.
    pub new: Option<(AddressPurpose, &'a str)>,
}

pub fn page(view: &FeedSettingsView<'_>) -> Markup {
    html! {
        h1 { "Feeds and embedding" }
        @match view.member.diary_visibility {
            Visibility::Public => { (public_feed(view)) (embed(view)) }
            Visibility::Members | Visibility::Private => (no_public_feed()),
        }
        (secret_feed(view))
        (calendar(view))
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
            h2 { "Secret feed" }
            @if let Some(address) = new_of(view, AddressPurpose::Feed) { (new_address("secret", address)) }
            p { "A feed at a secret address has your whole diary, including reviews that only members or only you can see. "
                "Anyone who has the address can read it, so keep it as safe as a password." }
            (address_buttons(view.feed_created_at, view.viewer.zone, paths::SettingsFeedKey, paths::SettingsFeedKeyEnding))
        }
    }
}

fn calendar(view: &FeedSettingsView<'_>) -> Markup {
    html! {
        section.card #calendar {
            h2 { "Calendar" }
            @if let Some(address) = new_of(view, AddressPurpose::Calendar) { (new_address("calendar", address)) }
            p { "A calendar app can show the days on which you saw films, and when films on your watchlist come out. "
                "Subscribe to its secret address there. Anyone who has the address can read it, so keep it as safe as a password." }
            (address_buttons(view.calendar_created_at, view.viewer.zone, paths::SettingsCalendarAddress, paths::SettingsCalendarAddressEnding))
        }
    }
}

fn new_of<'a>(view: &FeedSettingsView<'a>, purpose: AddressPurpose) -> Option<&'a str> {
    let new = view.new.filter(|(created, _)| *created == purpose);
    new.map(|(_, address)| address)
}
