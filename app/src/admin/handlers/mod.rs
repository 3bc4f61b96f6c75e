//! Handlers of the admin page, one file for each subject.

pub mod catalog;
pub mod doubles;
pub mod invites;
pub mod members;
pub mod show;
pub mod site;

use axum_extra::routing::TypedPath;

use super::components::{self, AdminView};
use crate::accounts::{Accounts, Member, MemberId, Reveal, Viewer, queries};
use crate::backup::backup_status;
use crate::catalog::CatalogBuilds;
use crate::config::SourceName;
use crate::db::Db;
use crate::paths;
use crate::web::{Error, Origin, Page};

/// The admin page; `new_link` is the purpose and address of a link that was just created.
async fn admin_page(
    accounts: &Accounts,
    builds: &CatalogBuilds,
    viewer: &Viewer,
    after: &str,
    new_link: Option<(&str, &str)>,
) -> Result<Page, Error> {
    let (members, next_page) = queries::members_after(&accounts.db, after).await?;
    let invites = queries::open_invites(&accounts.db, &accounts.clock).await?;
    let backups = backup_status(&accounts.db).await?;
    let view = AdminView {
        viewer,
        members: &members,
        next_page: next_page.map(|after| paths::with(paths::Admin, paths::AfterParams { after })),
        invites: &invites,
        new_link,
        backups: &backups,
        catalog: &catalog::catalog_view(builds, viewer, accounts.clock.now()).await,
        backup_config: &accounts.config.backup,
        uses_tmdb: accounts.config.catalog.sources.contains(&SourceName::Tmdb),
        site_zone: accounts.site.zone().name(),
        now: accounts.clock.now(),
    };
    Ok(Page::new("Admin", components::page(&view)))
}

/// What the link of a new invitation is revealed as.
const NEW_INVITATION: &str = "invitation";

/// What the link to reset a member’s password is revealed as.
fn reset_purpose(member: MemberId) -> String {
    format!("reset-{member}")
}

/// The purpose and the absolute address of a one-time link that `admin` has just created.
async fn new_link(
    db: &Db,
    origin: &Origin,
    admin: &Member,
    reveal: &Reveal,
) -> Result<Option<(String, String)>, Error> {
    if let Some(code) = reveal.secret(admin, NEW_INVITATION) {
        let address = link_address(origin, paths::Register, code);
        return Ok(Some(("New invitation".to_owned(), address)));
    }
    let member = reveal.purpose().and_then(|of| of.strip_prefix("reset-"));
    let Some(member) = member.and_then(|id| id.parse().ok()) else {
        return Ok(None);
    };
    let Some(code) = reveal.secret(admin, &reset_purpose(member)) else {
        return Ok(None);
    };
    let member = queries::find_enabled(db, member).await?;
    Ok(member.map(|member| {
        let purpose = format!("Password reset link for {}", member.display_name);
        (purpose, link_address(origin, paths::Reset, code))
    }))
}

/// The absolute address of a one-time link, on the host that the admin's browser uses.
fn link_address(origin: &Origin, path: impl TypedPath, code: &str) -> String {
    let code = paths::CodeParams {
        code: code.to_owned(),
    };
    origin.url_of(paths::with(path, code))
}
