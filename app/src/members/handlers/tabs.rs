//! Loads the data of each tab of a diary page.

use chrono::{Datelike, NaiveDate};
use maud::Markup;

use crate::diary::components::RenderContext;
use crate::diary::queries::{PAGE_SIZE, list_oldest_first};
use crate::diary::{
    DiaryPages, DiarySelection, EntryPage, SelectedReviews, SelectionTotals, month_key,
};
use crate::goals::components::{GoalsView, diary_goals, year_goal};
use crate::goals::queries::{find_goal, goals_of};
use crate::members::components::{
    EntriesView, FilterView, TabContent, calendar, films, history, ratings, recent_content, trends,
};
use crate::members::diary_view::{DiaryTab, DiaryView};
use crate::members::queries::DiaryOwner;
use crate::paths;
use crate::stats::{
    DiaryStats, FilterChoices, MonthRange, Overview, Period, first_day_of_month, last_day_of_month,
};
use crate::web::Error;

const VIEWINGS_PER_PAGE: usize = 50;

/// It fills rows of 3, 4, 6, 8 and 12.
const FILMS_PER_PAGE: usize = 48;

/// What the tabs need to load and render one diary for one viewer.
pub(super) struct DiaryRequest<'a> {
    pub(super) diaries: &'a DiaryPages,
    pub(super) render_context: RenderContext<'a>,
    pub(super) today: NaiveDate,
    pub(super) owner: &'a DiaryOwner,
    pub(super) stats: &'a DiaryStats<'a>,
    pub(super) overview: &'a Overview,
    pub(super) params: &'a paths::DiaryParams,
    pub(super) view: DiaryView,
}

pub(super) async fn load_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    match request.view.tab {
        DiaryTab::Recent => recent_tab(request).await,
        DiaryTab::Films => films_tab(request).await,
        DiaryTab::Ratings => ratings_tab(request).await,
        DiaryTab::History if request.view.is_calendar => calendar_tab(request).await,
        DiaryTab::History => history_tab(request).await,
        DiaryTab::Trends => trends_tab(request).await,
    }
}

async fn recent_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    let list = load_reviews(request, PAGE_SIZE).await?;
    Ok(recent_content(&entries_view(request, &list.page)))
}

/// The goals of the diary, for the head of its first page. The trends of a year have its goal
/// themselves.
pub(super) async fn load_goals(request: &DiaryRequest<'_>) -> Result<Markup, Error> {
    if request.view.tab != DiaryTab::Recent || request.view.cursor.is_some() {
        return Ok(Markup::default());
    }
    let goals = goals_of(&request.diaries.db, request.owner.id).await?;
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

async fn films_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    let selection = selection(request, FILMS_PER_PAGE);
    let selected = request.diaries.films(&selection).await?;
    let choices = request.stats.filter_choices().await?;
    Ok(films::films_content(&films::FilmsView {
        viewer: request.render_context.viewer,
        films: &selected,
        filters: filter_view(request, &choices),
    }))
}

async fn ratings_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    let list = load_reviews(request, FILMS_PER_PAGE).await?;
    let rating_counts = request.stats.rating_counts(None).await?;
    Ok(ratings::ratings_content(&ratings::RatingsView {
        entries: entries_view(request, &list.page),
        selected_rating: request.view.filter.rating,
        rating_counts: &rating_counts,
        tally: request.overview.tally,
    }))
}

async fn history_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    let list = load_reviews(request, VIEWINGS_PER_PAGE).await?;
    let choices = request.stats.filter_choices().await?;
    Ok(history::history_content(&history::HistoryView {
        entries: entries_view(request, &list.page),
        filters: filter_view(request, &choices),
        totals: list.totals.unwrap_or_else(|| whole_diary(request)),
    }))
}

fn whole_diary(request: &DiaryRequest<'_>) -> SelectionTotals {
    let tally = request.overview.tally;
    SelectionTotals {
        count: tally.reviews,
        rated: tally.rated,
        half_stars: tally.half_stars,
    }
}

async fn calendar_tab(request: &DiaryRequest<'_>) -> Result<TabContent, Error> {
    let this_month = month_key(request.today);
    let last = request.overview.months.last().map(|month| month.key);
    let month = request.view.month.or(last).unwrap_or(this_month);
    let days = (first_day_of_month(month), last_day_of_month(month));
    let viewer = request.render_context.viewer;
    let entries = list_oldest_first(&request.diaries.db, viewer, request.owner.id, days).await?;
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
    let goal = find_goal(&request.diaries.db, request.owner.id, year).await?;
    Ok(year_goal(&goals_view(request), year, goal))
}

/// The heat map of all time shows one year: the requested one, or else the last with a review.
fn heat_map_months(request: &DiaryRequest<'_>) -> MonthRange {
    let last = request.overview.years().last().copied();
    let year = request.view.heat_map_year.or(last);
    MonthRange::of_year(year.unwrap_or_else(|| request.today.year()))
}

async fn load_reviews(request: &DiaryRequest<'_>, size: usize) -> Result<SelectedReviews, Error> {
    Ok(request.diaries.reviews(&selection(request, size)).await?)
}

fn selection<'a>(request: &'a DiaryRequest<'_>, size: usize) -> DiarySelection<'a> {
    DiarySelection {
        viewer: request.render_context.viewer,
        member: request.owner.id,
        revision: request.owner.revision_number(),
        filter: &request.view.filter,
        order: request.view.order,
        cursor: request.view.start_cursor(),
        size,
    }
}

fn filter_view<'a>(request: &'a DiaryRequest<'_>, choices: &'a FilterChoices) -> FilterView<'a> {
    FilterView {
        owner: request.owner,
        params: request.params,
        view: &request.view,
        overview: request.overview,
        choices,
    }
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
