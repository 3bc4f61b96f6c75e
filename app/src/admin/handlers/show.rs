//! Handler of the admin page.

use std::sync::Arc;

use axum::extract::{Query, State};

use super::{admin_page, new_link};
use crate::accounts::{Accounts, Admin, Reveal, RevealHeaders, Viewer};
use crate::catalog::CatalogBuilds;
use crate::paths;
use crate::web::{Error, Origin, Page};

/// `GET /admin`: members, invitations and site settings.
pub async fn show(
    _: paths::Admin,
    Admin(admin): Admin,
    viewer: Viewer,
    origin: Origin,
    reveal: Reveal,
    State(accounts): State<Accounts>,
    State(builds): State<Arc<CatalogBuilds>>,
    Query(after): Query<paths::AfterParams>,
) -> Result<(RevealHeaders, Page), Error> {
    let link = new_link(&accounts.db, &origin, &admin, &reveal).await?;
    let shown = link.as_ref();
    let shown = shown.map(|(purpose, address)| (purpose.as_str(), address.as_str()));
    let page = admin_page(&accounts, &builds, &viewer, &after.after, shown).await?;
    Ok((reveal.count(link.is_some()), page))
}
