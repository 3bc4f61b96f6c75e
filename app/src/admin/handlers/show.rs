//! Handler of the admin page.

use std::sync::Arc;

use axum::extract::{Query, State};

use super::admin_page;
use crate::accounts::{Accounts, Admin, Viewer};
use crate::catalog::CatalogBuilds;
use crate::paths;
use crate::web::{Error, Page};

/// `GET /admin`: members, invitations and site settings.
pub async fn show(
    _: paths::Admin,
    _: Admin,
    viewer: Viewer,
    State(accounts): State<Accounts>,
    State(builds): State<Arc<CatalogBuilds>>,
    Query(after): Query<paths::AfterParams>,
) -> Result<Page, Error> {
    admin_page(&accounts, &builds, &viewer, &after.after, None).await
}
