//! `/api/users`: members and their statistics.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::AppState;
use crate::accounts::Viewer;
use crate::api::body::{PathUsername, StrictQuery};
use crate::api::etag::JsonWithEtag;
use crate::api::pagination::{RequestUri, list_response};
use crate::api::problem::ApiError;
use crate::api::schema::{
    ALL_TIME, Member, MemberQuery, Members, Stats, StatsParts, parse_stats_period,
};
use crate::members::{DiaryOwner, find_diary_owner};
use crate::stats::Period;
use crate::web::Error;

/// List members
///
/// Only members whose diaries you may see.
#[utoipa::path(
    get,
    path = "/api/users",
    tag = "Members",
    security((), ("token" = [])),
    params(MemberQuery),
    responses((status = 200, description = "A page of members.", body = Members))
)]
pub async fn list(
    viewer: Viewer,
    State(state): State<AppState>,
    uri: RequestUri,
    StrictQuery(MemberQuery { order, cursor }): StrictQuery<MemberQuery>,
) -> Result<Response, ApiError> {
    let page = state
        .stats
        .list_members(&state.db, &viewer, order.into(), &cursor)
        .await?;
    let page = Members {
        next: uri.next_page(page.after.as_ref()),
        members: page.members.iter().map(Into::into).collect(),
    };
    list_response(&page, page.next.as_deref())
}

async fn find_visible_owner(
    state: &AppState,
    viewer: &Viewer,
    username: &str,
) -> Result<DiaryOwner, Error> {
    let owner = find_diary_owner(&state.db, viewer, username).await?;
    owner.ok_or(Error::NotFound)
}

/// Show a member
///
/// With totals over the reviews that you may see.
#[utoipa::path(
    get,
    path = "/api/users/{username}",
    tag = "Members",
    security((), ("token" = [])),
    params(("username" = String, Path, description = "The username of the member.")),
    responses((status = 200, description = "The member.", body = Member))
)]
pub async fn show(
    PathUsername(username): PathUsername,
    viewer: Viewer,
    State(state): State<AppState>,
) -> Result<JsonWithEtag, ApiError> {
    let owner = find_visible_owner(&state, &viewer, &username).await?;
    let numbers = state
        .stats
        .of_diary(&state.db, &viewer, owner.id, owner.revision_number());
    let overview = numbers.overview().await?;
    Ok(JsonWithEtag::weak(&Member::of(owner, &overview))?)
}

/// The period of the statistics.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatsQuery {
    /// A year, `12months` for this month and the eleven months before it, or `all`. If left out,
    /// `all`.
    #[param(example = "2024", pattern = "^([1-9][0-9]{3}|12months|all)$")]
    period: Option<String>,
}

/// Show a member’s statistics
///
/// Over the reviews that you may see.
#[utoipa::path(
    get,
    path = "/api/users/{username}/stats",
    tag = "Members",
    security((), ("token" = [])),
    params(("username" = String, Path, description = "The username of the member."), StatsQuery),
    responses((status = 200, description = "The statistics.", body = Stats))
)]
pub async fn stats(
    PathUsername(username): PathUsername,
    viewer: Viewer,
    State(state): State<AppState>,
    StrictQuery(StatsQuery { period: name }): StrictQuery<StatsQuery>,
) -> Result<JsonWithEtag, ApiError> {
    let name = name.as_deref().unwrap_or(ALL_TIME);
    let period =
        parse_stats_period(name).ok_or_else(|| Error::BadRequest(INVALID_PERIOD.to_owned()))?;
    let owner = find_visible_owner(&state, &viewer, &username).await?;
    let stats = stats_of_period(&state, &viewer, &owner, period).await?;
    Ok(JsonWithEtag::weak(&stats)?)
}

const INVALID_PERIOD: &str = "The period must be a year, 12months or all.";

async fn stats_of_period(
    state: &AppState,
    viewer: &Viewer,
    owner: &DiaryOwner,
    period: Period,
) -> Result<Stats, Error> {
    let numbers = state
        .stats
        .of_diary(&state.db, viewer, owner.id, owner.revision_number());
    let months = period.months(owner.today(&state.clock, &state.site));
    let overview = numbers.overview().await?;
    let days = match months {
        Some(months) => Some(numbers.days(months).await?),
        None => None,
    };
    Ok(Stats::from(StatsParts {
        period,
        months: match months {
            Some(months) => overview.months_in(months),
            None => overview.months.clone(),
        },
        trends: &*numbers.trends(months).await?,
        ratings: &numbers.rating_counts(months).await?,
        days: days.as_deref().map(Vec::as_slice),
    }))
}
