//! Handlers of the local catalog and its builds.

use std::sync::Arc;

use axum::extract::State;
use chrono::{DateTime, Utc};

use crate::accounts::{Admin, Viewer};
use crate::admin::components::catalog::{self, CatalogView};
use crate::catalog::CatalogBuilds;
use crate::catalog::wikidata_build::BuildActivity;
use crate::clock::Clock;
use crate::paths;
use crate::web::form::EmptyForm;
use crate::web::{Done, Error, Form, Page};

/// `GET /admin/catalog`: what is in the local catalog, and how its build goes. While one runs, htmx
/// asks for the fragment again and again.
pub async fn show(
    _: paths::AdminCatalog,
    _: Admin,
    viewer: Viewer,
    State(builds): State<Arc<CatalogBuilds>>,
    State(clock): State<Clock>,
) -> Page {
    let view = catalog_view(&builds, &viewer, clock.now()).await;
    let page = Page::new("Local catalog", catalog::page(&view)).fragment(catalog::content(&view));
    match view.report.activity {
        BuildActivity::Idle => page.announce("The build has ended."),
        BuildActivity::Requested | BuildActivity::RunningHere | BuildActivity::RunningElsewhere => {
            page
        }
    }
}

/// `POST /admin/catalog/builds`: starts a build in the background, or goes on with the last one.
pub async fn create_build(
    _: paths::AdminCatalogBuilds,
    _: Admin,
    State(builds): State<Arc<CatalogBuilds>>,
    _: Form<EmptyForm>,
) -> Result<Done, Error> {
    let requested = builds.request().await;
    requested.map_err(|error| Error::Conflict(error.to_string()))?;
    Ok(Done::redirect_to(paths::AdminCatalog))
}

/// `POST /admin/catalog/builds/ending`: stops the build. What was fetched is kept.
pub async fn stop_build(
    _: paths::AdminCatalogBuildEnding,
    _: Admin,
    State(builds): State<Arc<CatalogBuilds>>,
    _: Form<EmptyForm>,
) -> Done {
    builds.stop();
    Done::redirect_to(paths::AdminCatalog)
}

pub(super) async fn catalog_view(
    builds: &CatalogBuilds,
    viewer: &Viewer,
    now: DateTime<Utc>,
) -> CatalogView {
    CatalogView {
        info: builds.catalog_info().await,
        report: builds.report().await,
        is_off: builds.is_off(),
        refreshes_monthly: builds.refreshes_monthly(),
        zone: viewer.zone,
        now,
    }
}
