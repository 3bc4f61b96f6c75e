//! Handler for a member's diary page.

use std::sync::Arc;

use axum::extract::{Query, State};
use chrono::Datelike;
use maud::Markup;

use super::tabs::{self, DiaryRequest};
use crate::accounts::{Site, Viewer};
use crate::clock::Clock;
use crate::diary::DiaryPages;
use crate::diary::components::RenderContext;
use crate::members::components::TabContent;
use crate::members::components::profile::{ProfileView, page};
use crate::members::diary_view::DiaryView;
use crate::members::page_meta;
use crate::members::queries::find_diary_owner;
use crate::paths;
use crate::stats::{MonthRange, StatsCache};
use crate::web::{Error, Page};

/// `GET /users/{username}`: a member's diary, in the tab that `view` selects.
pub async fn show(
    path: paths::Member,
    viewer: Viewer,
    State(diaries): State<DiaryPages>,
    State(clock): State<Clock>,
    State(site): State<Site>,
    State(stats): State<Arc<StatsCache>>,
    Query(params): Query<paths::DiaryParams>,
) -> Result<Page, Error> {
    let view = DiaryView::parse(&params)?;
    let owner = find_diary_owner(&diaries.db, &viewer, &path.username).await?;
    let owner = owner.ok_or(Error::NotFound)?;
    let numbers = stats.of_diary(&diaries.db, &viewer, owner.id, owner.revision_number());
    let overview = numbers.overview().await?;
    let today = owner.today(&clock, &site);
    let request = DiaryRequest {
        diaries: &diaries,
        render_context: RenderContext::new(&viewer, clock.now()),
        today,
        owner: &owner,
        stats: &numbers,
        overview: &overview,
        params: &params,
        view,
    };
    let content = tabs::load_tab(&request).await?;
    let head = DiaryHead {
        films_this_year: numbers.films_in(MonthRange::of_year(today.year())).await?,
        goals: tabs::load_goals(&request).await?,
    };
    Ok(diary_page(&request, content, &head))
}

/// What the head of a diary shows besides its totals.
struct DiaryHead {
    films_this_year: u32,
    goals: Markup,
}

fn diary_page(request: &DiaryRequest<'_>, mut content: TabContent, head: &DiaryHead) -> Page {
    let viewer = request.render_context.viewer;
    let profile = ProfileView {
        owner: request.owner,
        overview: request.overview,
        films_this_year: head.films_this_year,
        today: request.today,
        tab: request.view.tab,
        is_own: viewer.is(request.owner.id),
        goals: &head.goals,
    };
    let pictures = std::mem::take(&mut content.pictures);
    let meta = page_meta::diary_page_meta(&profile, viewer.member.is_none(), pictures);
    page(&profile, content).meta(meta)
}
