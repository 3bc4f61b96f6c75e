//! Loads the data of each tab of a diary page.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use maud::Markup;

use crate::db::Db;
use crate::diary::components::RenderContext;
use crate::diary::queries::list_oldest_first;
use crate::diary::{EntryPage, EntryPageCache, Filter, ListScope, month_key};
use crate::goals::components::{GoalsView, diary_goals, year_goal};
use crate::goals::queries::{find_goal, goals_of};
use crate::members::components::filters::FilterFormView;
use crate::members::components::{
    EntriesView, TabContent, calendar, history, ratings, recent_content, trends,
};
use crate::members::diary_view::{DiaryTab, DiaryView};
use crate::members::queries::DiaryOwner;
use crate::paths;
use crate::stats::{
    DiaryStats, MonthRange, Overview, Period, first_day_of_month, last_day_of_month,
};
use crate::web::Error;

/// What the tabs need to load and render one diary for one viewer.
pub(super) struct DiaryRequest<'a> {
    pub(super) db: &'a Db,
    pub(super) render_context: RenderContext<'a>,
    pub(super) today: NaiveDate,
    pub(super) owner: &'a DiaryOwner,
    pub(super) lists: &'a EntryPageCache,
    pub(super) stats: &'a DiaryStats<'a>,
    pub(super) overview: &'a Overview,
    pub(super) params: &'a paths::DiaryParams,
    pub(super) view: DiaryView,
}

pub(super) async fn load_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    match request.view.tab {
        DiaryTab::Recent => recent_tab(request).await,
        DiaryTab::Ratings => ratings_tab(request).await,
        DiaryTab::History if request.view.is_calendar => calendar_tab(request).await,
        DiaryTab::History => history_tab(request).await,
        DiaryTab::Trends => trends_tab(request).await,
    }
}

async fn recent_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    let list = load_list(request, ListScope::Diary(request.owner.id)).await?;
    let goals = recent_goals(request).await?;
    Ok(recent_content(&entries_view(request, &list)).below(&goals))
}

/// Only on the first page of the list.
async fn recent_goals(request: &DiaryRequest<'_>) -> Result<Markup, Error> {
    if request.view.cursor.is_some() {
        return Ok(Markup::default());
    }
    let goals = goals_of(request.db, request.owner.id).await?;
    Ok(diary_goals(&goals_view(request), &goals))
}

fn goals_view<'a>(request: &'a DiaryRequest<'_>) -> GoalsView<'a> {
    GoalsView {
        username: &request.owner.username,
        overview: request.overview,
        today: request.today,
        is_own: request.render_context.viewer.is(request.owner.id),
    }
}

async fn ratings_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    let list = load_list(request, ListScope::Ratings(request.owner.id)).await?;
    let rating_counts = request.stats.rating_counts(None).await?;
    Ok(ratings::ratings_content(&ratings::RatingsView {
        entries: entries_view(request, &list),
        selected_rating: request.view.filter.rating,
        rating_counts: &rating_counts,
        tally: request.overview.tally,
    }))
}

async fn history_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    let list = load_list(request, ListScope::Diary(request.owner.id)).await?;
    let choices = request.stats.filter_choices().await?;
    Ok(history::history_content(&history::HistoryView {
        entries: entries_view(request, &list),
        overview: request.overview,
        filter_form: FilterFormView {
            overview: request.overview,
            choices: &choices,
        },
        view: &request.view,
    }))
}

async fn calendar_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    let this_month = month_key(request.today);
    let last = request.overview.months.last().map(|month| month.key);
    let month = request.view.month.or(last).unwrap_or(this_month);
    let filter = Filter {
        days: Some((first_day_of_month(month), last_day_of_month(month))),
        ..Filter::default()
    };
    let viewer = request.render_context.viewer;
    let entries = list_oldest_first(request.db, viewer, request.owner.id, &filter).await?;
    Ok(calendar::calendar_content(&calendar::CalendarView {
        owner: request.owner,
        overview: request.overview,
        entries: &entries,
        month,
        today: request.today,
    }))
}

async fn trends_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    let months = request.view.period.months(request.today);
    let of_days = months.unwrap_or_else(|| heat_map_months(request));
    let trends = request.stats.trends(months).await?;
    let rating_counts = request.stats.rating_counts(months).await?;
    let days = request.stats.days(of_days).await?;
    Ok(trends::trends_content(&trends::TrendsView {
        owner: request.owner,
        overview: request.overview,
        goal: &period_goal(request).await?,
        period: request.view.period,
        months,
        today: request.today,
        trends: &trends,
        rating_counts: &rating_counts,
        heat_map_months: of_days,
        days: &days,
    }))
}

/// The goal of the year, if the period is one.
async fn period_goal(request: &DiaryRequest<'_>) -> Result<Markup, Error> {
    let Period::Year(year) = request.view.period else {
        return Ok(Markup::default());
    };
    let goal = find_goal(request.db, request.owner.id, year).await?;
    Ok(year_goal(&goals_view(request), year, goal))
}

/// The heat map of all time shows one year: the requested one, or else the last with a review.
fn heat_map_months(request: &DiaryRequest<'_>) -> MonthRange {
    let last = request.overview.years().last().copied();
    let year = request.view.heat_map_year.or(last);
    MonthRange::of_year(year.unwrap_or_else(|| request.today.year()))
}

async fn load_list(request: &DiaryRequest<'_>, scope: ListScope) -> Result<Arc<EntryPage>, Error> {
    let (db, viewer) = (request.db, request.render_context.viewer);
    let DiaryView { filter, .. } = &request.view;
    let (start, revision) = (request.view.start_cursor(), request.owner.revision_number());
    let list = request
        .lists
        .filtered_page(db, viewer, scope, filter, start, revision)
        .await?;
    Ok(list)
}

fn entries_view<'a>(request: &'a DiaryRequest<'_>, list: &'a EntryPage) -> EntriesView<'a> {
    EntriesView {
        owner: request.owner,
        list,
        render_context: request.render_context,
        params: request.params,
        after: request.view.cursor,
    }
}
