//! The admin page: members, invitations, backups, the local catalog, films and site settings.

mod backups;
pub mod catalog;
pub mod doubles;

use chrono::{DateTime, Utc};
use entity::member::Role;
use entity::one_time_link;
use maud::{Markup, html};

use crate::accounts::Viewer;
use crate::accounts::components::zone;
use crate::accounts::queries::AdminMemberRow;
use crate::backup::BackupStatus;
use crate::config::BackupConfig;
use crate::paths;
use crate::web::FieldErrors;
use crate::web::ui::{button, button_for, copy_field, relative_time, share_button};
use catalog::CatalogView;

#[derive(Debug)]
pub struct AdminView<'a> {
    pub viewer: &'a Viewer,
    pub members: &'a [AdminMemberRow],
    /// Address of the next page of members.
    pub next_page: Option<String>,
    pub invites: &'a [one_time_link::Model],
    /// The purpose and address of a one-time link that was just created.
    pub new_link: Option<(&'a str, &'a str)>,
    pub backups: &'a BackupStatus,
    pub backup_config: &'a BackupConfig,
    pub catalog: &'a CatalogView,
    pub uses_tmdb: bool,
    pub site_zone: &'a str,
    pub now: DateTime<Utc>,
}

pub fn page(view: &AdminView<'_>) -> Markup {
    html! {
        h1 { "Admin" }
        @if let Some((purpose, address)) = view.new_link { (new_link(purpose, address)) }
        section.card {
            h2 { "Invite someone" }
            p { "An invitation is a link that creates one account. It works once and expires after 7 days." }
            (button(paths::AdminInvites, "primary", "Create an invitation"))
            @if !view.invites.is_empty() { (invite_list(view)) }
        }
        section.card {
            h2 { "Members" }
            ul.members {
                @for member in view.members { (member_item(member, view)) }
            }
            @if let Some(next_page) = &view.next_page { p { a href=(next_page) rel="next" { "More members" } } }
        }
        (backups::card(view))
        (catalog::card(view.catalog))
        section.card {
            h2 { "Films" }
            p { "Some films may be here twice, under spellings that differ in punctuation only." }
            p { a href=(paths::AdminDoubles) { "Films that may be the same" } }
        }
        @if !view.uses_tmdb {
            section.card {
                h2 { "Posters" }
                p { "Without a key for TMDB, few films have a poster: Wikimedia Commons has posters of old films only. "
                    "A free key from " a href="https://www.themoviedb.org/settings/api" rel="noopener" { "TMDB" }
                    " brings posters for nearly all films. Set it as " code { "TMDB_API_KEY" } " and restart the server." }
            }
        }
        section.card {
            h2 { "Site settings" }
            form method="post" action=(paths::AdminSite) {
                (zone::choice(view.site_zone, "Visitors without an account see times in this time zone.", &FieldErrors::default()))
                button { "Save" }
            }
        }
    }
}

fn new_link(purpose: &str, address: &str) -> Markup {
    html! {
        section.card.highlight role="status" {
            h2 dir="auto" { (purpose) }
            p { "Send this link now. It works once and expires after 7 days. It is still here if you reload this page once, and then it won’t be shown again." }
            (copy_field("link", "Link", address))
            (share_button(address, purpose))
        }
    }
}

fn invite_list(view: &AdminView<'_>) -> Markup {
    html! {
        h3 { "Not used yet" }
        ul.sessions {
            @for invite in view.invites {
                li {
                    span { "Created " (relative_time(invite.created_at, view.now, view.viewer.zone)) }
                    (button(paths::AdminInviteEnding { id: invite.id }, "quiet", "Revoke"))
                }
            }
        }
    }
}

fn member_item(member: &AdminMemberRow, view: &AdminView<'_>) -> Markup {
    let is_disabled = member.disabled_at.is_some();
    html! {
        li.disabled[is_disabled] {
            div {
                a dir="auto" href=(paths::Member::of(&member.username)) { (member.display_name) }
                " " span.hint { (member.username) }
                @if member.role == Role::Admin { " " span.badge { "admin" } }
                @if is_disabled { " " span.badge { "disabled" } }
                p.hint { "Joined " (relative_time(member.created_at, view.now, view.viewer.zone)) }
            }
            div.actions { (actions(member)) }
        }
    }
}

fn actions(member: &AdminMemberRow) -> Markup {
    let AdminMemberRow { id, role, .. } = *member;
    let name = member.display_name.as_str();
    html! {
        @if member.disabled_at.is_some() {
            (button_for(paths::AdminEnabling { id }, "quiet", "Enable", name))
        } @else {
            (button_for(paths::AdminReset { id }, "quiet", "Reset password", name))
            @match role {
                Role::Member => (button_for(paths::AdminPromotion { id }, "quiet", "Make admin", name)),
                Role::Admin => (button_for(paths::AdminDemotion { id }, "quiet", "Remove as admin", name)),
            }
            (button_for(paths::AdminDisabling { id }, "quiet", "Disable", name))
        }
    }
}
