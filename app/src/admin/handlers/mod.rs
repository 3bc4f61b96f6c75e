//! Handlers of the admin page, one file for each subject.

pub mod catalog;
pub mod doubles;
pub mod invites;
pub mod members;
pub mod show;
pub mod site;

use axum_extra::routing::TypedPath;

use super::components::{self, AdminView};
use crate::accounts::{Accounts, Viewer, queries};
use crate::backup::backup_status;
use crate::catalog::CatalogBuilds;
use crate::config::SourceName;
use crate::paths;
use crate::secret::SecretCode;
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

/// The absolute address of a one-time link, on the host that the admin's browser uses.
fn link_address(origin: &Origin, path: impl TypedPath, code: &SecretCode) -> String {
    let code = paths::CodeParams {
        code: code.expose().to_owned(),
    };
    origin.url_of(paths::with(path, code))
}
