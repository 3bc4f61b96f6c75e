//! Handler for a member's diary page.

use std::sync::Arc;

use axum::extract::{Query, State};

use super::tabs::{self, DiaryRequest};
use crate::accounts::{Site, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::diary::EntryPageCache;
use crate::diary::components::RenderContext;
use crate::members::components::profile::{ProfileView, page};
use crate::members::diary_view::DiaryView;
use crate::members::page_meta;
use crate::members::queries::find_diary_owner;
use crate::paths;
use crate::stats::StatsCache;
use crate::web::{Error, Page};

/// `GET /users/{username}`: a member's diary, in the tab that `view` selects.
pub async fn show(
    path: paths::Member,
    viewer: Viewer,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(site): State<Site>,
    State(stats): State<Arc<StatsCache>>,
    State(lists): State<Arc<EntryPageCache>>,
    Query(params): Query<paths::DiaryParams>,
) -> Result<Page, Error> {
    let view = DiaryView::parse(&params)?;
    let owner = find_diary_owner(&db, &viewer, &path.username).await?;
    let owner = owner.ok_or(Error::NotFound)?;
    let numbers = stats.of_diary(&db, &viewer, owner.id, owner.revision_number());
    let overview = numbers.overview().await?;
    let request = DiaryRequest {
        db: &db,
        render_context: RenderContext::new(&viewer, clock.now()),
        today: owner.today(&clock, &site),
        owner: &owner,
        lists: &lists,
        stats: &numbers,
        overview: &overview,
        params: &params,
        view,
    };
    let content = tabs::load_tab(&request).await?;
    let tab = request.view.tab;
    let is_own = viewer.is(owner.id);
    let profile = ProfileView::new(&owner, &overview, request.today, tab, is_own);
    Ok(page(&profile, content).meta(page_meta::diary_page_meta(&owner, tab)))
}
