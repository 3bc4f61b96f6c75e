//! The members' administration.

use chrono::{DateTime, Utc};
use entity::member::Role;
use entity::one_time_link;
use maud::{Markup, html};

use super::zone;
use crate::accounts::Viewer;
use crate::accounts::queries::Listed;
use crate::paths;
use crate::web::Fields;
use crate::web::ui::{button, button_for, moment};

/// What the page shows.
#[derive(Debug)]
pub struct Shown<'a> {
    /// Who looks.
    pub viewer: &'a Viewer,
    /// The members of this page.
    pub members: &'a [Listed],
    /// Where the next members are.
    pub more: Option<String>,
    /// Invitations that nobody has used.
    pub invites: &'a [one_time_link::Model],
    /// A link that was just made: what it is for, and its address.
    pub link: Option<(&'a str, &'a str)>,
    /// Whether TMDB is asked about movies.
    pub asks_tmdb: bool,
    /// The site's zone.
    pub site_zone: &'a str,
    /// What time it is.
    pub now: DateTime<Utc>,
}

/// The whole page.
pub fn page(shown: &Shown<'_>) -> Markup {
    html! {
        h1 { "Admin" }
        @if let Some((purpose, address)) = shown.link { (new_link(purpose, address)) }
        section.card {
            h2 { "Invite somebody" }
            p { "An invitation is a link that makes one account. It works once, for 7 days." }
            (button(paths::AdminInvites, "primary", "Make an invitation"))
            @if !shown.invites.is_empty() { (invites(shown)) }
        }
        section.card {
            h2 { "Everybody here" }
            ul.members {
                @for member in shown.members { (line(member, shown)) }
            }
            @if let Some(more) = &shown.more { p { a href=(more) rel="next" { "More members" } } }
        }
        @if !shown.asks_tmdb {
            section.card {
                h2 { "Posters" }
                p { "Without a key, few films have a poster: Wikimedia Commons has those of old ones only. "
                    "A key of " a href="https://www.themoviedb.org/settings/api" rel="noopener" { "TMDB" }
                    ", free of charge, brings nearly all of them. Set it as " code { "TMDB_API_KEY" } " and start the server again." }
            }
        }
        section.card {
            h2 { "The site" }
            form method="post" action=(paths::AdminSite) {
                (zone::choice(shown.site_zone, "Readers without an account see times in this zone.", &Fields::default()))
                button { "Save" }
            }
        }
    }
}

fn new_link(purpose: &str, address: &str) -> Markup {
    html! {
        section.card.highlight role="status" {
            h2 { (purpose) }
            p { "Send this link to them now: it is shown only this once, and works once, for 7 days." }
            div.field {
                label for="link" { "The link" }
                input #link readonly value=(address);
            }
        }
    }
}

fn invites(shown: &Shown<'_>) -> Markup {
    html! {
        h3 { "Not used yet" }
        ul.sessions {
            @for invite in shown.invites {
                li {
                    span { "Made " (moment(invite.created_at, shown.now, shown.viewer.zone)) }
                    (button(paths::AdminInviteEnding { id: invite.id }, "quiet", "Take back"))
                }
            }
        }
    }
}

fn line(member: &Listed, shown: &Shown<'_>) -> Markup {
    let is_disabled = member.disabled_at.is_some();
    html! {
        li.disabled[is_disabled] {
            div {
                a href=(paths::User::of(&member.username)) { (member.display_name) }
                " " span.hint { (member.username) }
                @if member.role == Role::Admin { " " span.badge { "admin" } }
                @if is_disabled { " " span.badge { "disabled" } }
                p.hint { "Here since " (moment(member.created_at, shown.now, shown.viewer.zone)) }
            }
            div.actions { (actions(member)) }
        }
    }
}

fn actions(member: &Listed) -> Markup {
    let Listed { id, role, .. } = *member;
    let whom = member.display_name.as_str();
    html! {
        @if member.disabled_at.is_some() {
            (button_for(paths::AdminEnabling { id }, "quiet", "Enable", whom))
        } @else {
            (button_for(paths::AdminReset { id }, "quiet", "Reset password", whom))
            @match role {
                Role::Member => (button_for(paths::AdminPromotion { id }, "quiet", "Make admin", whom)),
                Role::Admin => (button_for(paths::AdminDemotion { id }, "quiet", "Make member", whom)),
            }
            (button_for(paths::AdminDisabling { id }, "quiet", "Disable", whom))
        }
    }
}
