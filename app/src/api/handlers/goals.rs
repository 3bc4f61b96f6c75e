//! `/api/goals`: the caller's goals for a year.

use axum::extract::State;
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::no_content_if;
use crate::AppState;
use crate::accounts::Viewer;
use crate::api::body::{Json, PathYear};
use crate::api::caller::{ReadAccess, WriteAccess};
use crate::api::etag::{JsonWithEtag, check_if_match};
use crate::api::problem::ApiError;
use crate::goals::commands::{self, SetGoalError};
use crate::goals::queries::{find_goal, own_overview};
use crate::goals::{Goal, RawGoal, goal_years};
use crate::stats::Overview;
use crate::web::Error;

/// A goal for a year, and how far it is.
#[derive(Serialize, ToSchema)]
#[schema(as = Goal)]
pub struct GoalBody {
    /// The calendar year.
    #[schema(example = 2026)]
    year: i32,
    /// The number of movies to watch in the year.
    #[schema(example = 52, minimum = 1, maximum = 1000)]
    films: u32,
    /// Whether rewatches count, too.
    rewatches_count: bool,
    /// The number of reviews in the year that count so far.
    #[schema(example = 14)]
    seen: u32,
}

/// A goal to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "films": 52 }))]
pub struct GoalToSet {
    /// The number of movies to watch in the year.
    #[schema(minimum = 1, maximum = 1000)]
    films: i64,
    /// Whether rewatches count, too. If left out, only first viewings count.
    #[serde(default)]
    rewatches_count: bool,
}

/// Show your goal for a year
#[utoipa::path(
    get,
    path = "/api/goals/{year}",
    tag = "Goals",
    params(("year" = String, Path, description = "The year, as four digits.", pattern = "^[0-9]{4}$", example = "2026")),
    responses((status = 200, description = "The goal.", body = GoalBody))
)]
pub async fn show(
    ReadAccess(bearer): ReadAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    PathYear(year): PathYear,
) -> Result<JsonWithEtag, ApiError> {
    let AppState { db, stats, .. } = &state;
    let goal = find_goal(db, bearer.member.id, year).await?;
    let goal = goal.ok_or(Error::NotFound)?;
    let overview = own_overview(db, stats, &viewer, bearer.member.id).await?;
    goal_response(&goal, &overview)
}

/// Set your goal for a year
///
/// It replaces an earlier goal for that year. A year can be one of your diary, last year, this year
/// or next year. With `if-match`, it fails if the goal has changed in the meantime.
#[utoipa::path(
    put,
    path = "/api/goals/{year}",
    tag = "Goals",
    request_body = GoalToSet,
    params(
        ("year" = String, Path, description = "The year, as four digits.", pattern = "^[0-9]{4}$", example = "2026"),
        ("if-match" = Option<String>, Header, description = "The ETag of the goal as it was read."),
    ),
    responses(
        (status = 200, description = "The goal, which replaces an earlier one.", body = GoalBody),
        (status = 201, description = "The goal, the first one for that year.", body = GoalBody),
    )
)]
pub async fn set(
    WriteAccess(bearer): WriteAccess,
    viewer: Viewer,
    State(state): State<AppState>,
    PathYear(year): PathYear,
    headers: HeaderMap,
    Json(body): Json<GoalToSet>,
) -> Result<Response, ApiError> {
    let AppState { db, stats, .. } = &state;
    let member = bearer.member.id;
    let expected = expected_goal(find_goal(db, member, year).await?, &headers)?;
    let overview = own_overview(db, stats, &viewer, member).await?;
    let years = goal_years(&overview, state.clock.today(viewer.zone));
    let goal = body.into_form().check(year, &years);
    let goal = goal.map_err(ApiError::InvalidFields)?;
    let set = commands::set_goal(db, member, goal, expected).await;
    let status = match set.map_err(set_goal_error)? {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    Ok((status, goal_response(&goal, &overview)?).into_response())
}

/// Remove your goal for a year
///
/// With `if-match`, it fails if the goal has changed in the meantime.
#[utoipa::path(
    delete,
    path = "/api/goals/{year}",
    tag = "Goals",
    params(
        ("year" = String, Path, description = "The year, as four digits.", pattern = "^[0-9]{4}$", example = "2026"),
        ("if-match" = Option<String>, Header, description = "The ETag of the goal as it was read."),
    ),
    responses((status = 204, description = "The goal was removed."))
)]
pub async fn remove(
    WriteAccess(bearer): WriteAccess,
    State(state): State<AppState>,
    PathYear(year): PathYear,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let (db, member) = (&state.db, bearer.member.id);
    let goal = find_goal(db, member, year).await?.ok_or(Error::NotFound)?;
    let expected = expected_goal(Some(goal), &headers)?;
    match commands::remove_goal(db, member, year, expected).await? {
        false if expected.is_some() => Err(ApiError::PreconditionFailed),
        was_there => no_content_if(was_there),
    }
}

/// Checks `if-match` against the `current` goal and returns that. `None` if the header is missing.
fn expected_goal(current: Option<Goal>, headers: &HeaderMap) -> Result<Option<Goal>, ApiError> {
    if !headers.contains_key(IF_MATCH) {
        return Ok(None);
    }
    let goal = current.ok_or(ApiError::PreconditionFailed)?;
    check_if_match(headers, &editable_state(&goal))?;
    Ok(Some(goal))
}

/// The fields that a change can touch, for the ETag.
fn editable_state(goal: &Goal) -> impl Serialize {
    (goal.films, goal.rewatches_count)
}

fn goal_response(goal: &Goal, overview: &Overview) -> Result<JsonWithEtag, ApiError> {
    let body = GoalBody {
        year: goal.year,
        films: goal.films,
        rewatches_count: goal.rewatches_count,
        seen: goal.count_seen(overview),
    };
    Ok(JsonWithEtag::strong(&body, &editable_state(goal))?)
}

fn set_goal_error(why: SetGoalError) -> ApiError {
    match why {
        SetGoalError::Stale => ApiError::PreconditionFailed,
        other => ApiError::Web(other.into()),
    }
}

impl GoalToSet {
    fn into_form(self) -> RawGoal {
        RawGoal {
            films: self.films.to_string(),
            rewatches_count: if self.rewatches_count { "on" } else { "" }.to_owned(),
        }
    }
}
