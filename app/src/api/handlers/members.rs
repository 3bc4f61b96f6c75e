//! Members, and their diaries in numbers.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::AppState;
use crate::accounts::Viewer;
use crate::api::body::{Name, Query};
use crate::api::list::{Here, listed};
use crate::api::problem::Refusal;
use crate::api::schema::{ALL, Counted, Member, MemberList, Members, Stats, period};
use crate::api::tag::Tagged;
use crate::members::{Owner, owner};
use crate::stats::{Period, members};
use crate::web::Error;

/// List members
///
/// Those whose diaries you may see something of.
#[utoipa::path(
    get,
    path = "/api/users",
    tag = "Members",
    security((), ("token" = [])),
    params(MemberList),
    responses((status = 200, description = "A page of members.", body = Members))
)]
pub(in crate::api) async fn list(
    viewer: Viewer,
    State(state): State<AppState>,
    here: Here,
    Query(MemberList { order, cursor }): Query<MemberList>,
) -> Result<Response, Refusal> {
    let standings = members(&state.db, &viewer, order.into(), &cursor).await?;
    let page = Members {
        next: here.after(standings.after),
        members: standings.members.into_iter().map(Into::into).collect(),
    };
    listed(&page, page.next.as_deref())
}

async fn find(state: &AppState, viewer: &Viewer, username: &str) -> Result<Owner, Error> {
    let owner = owner(&state.db, viewer, username).await?;
    owner.ok_or(Error::NotFound)
}

/// Show a member
#[utoipa::path(
    get,
    path = "/api/users/{username}",
    tag = "Members",
    security((), ("token" = [])),
    params(("username" = String, Path, description = "The username of the member.")),
    responses((status = 200, description = "The member.", body = Member))
)]
pub(in crate::api) async fn show(
    Name(username): Name,
    viewer: Viewer,
    State(state): State<AppState>,
) -> Result<Tagged, Refusal> {
    let owner = find(&state, &viewer, &username).await?;
    let numbers = state
        .stats
        .of(&state.db, &viewer, owner.id, owner.revision());
    let overview = numbers.overview().await?;
    Ok(Tagged::new(&Member::of(owner, &overview))?)
}

/// The period of the numbers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Over {
    /// A year, `12months` for this month and the eleven before it, or `all`. If left out, `all`.
    #[param(example = "2024", pattern = "^([1-9][0-9]{3}|12months|all)$")]
    period: Option<String>,
}

/// Show a member’s diary in numbers
///
/// Over those reviews that you may see.
#[utoipa::path(
    get,
    path = "/api/users/{username}/stats",
    tag = "Members",
    security((), ("token" = [])),
    params(("username" = String, Path, description = "The username of the member."), Over),
    responses((status = 200, description = "The numbers.", body = Stats))
)]
pub(in crate::api) async fn stats(
    Name(username): Name,
    viewer: Viewer,
    State(state): State<AppState>,
    Query(Over { period: name }): Query<Over>,
) -> Result<Tagged, Refusal> {
    let name = name.as_deref().unwrap_or(ALL);
    let period = period(name).ok_or_else(|| Error::BadRequest(NO_PERIOD.to_owned()))?;
    let owner = find(&state, &viewer, &username).await?;
    let counted = count(&state, &viewer, &owner, period).await?;
    Ok(Tagged::new(&counted)?)
}

const NO_PERIOD: &str = "A period is a year, 12months or all.";

async fn count(
    state: &AppState,
    viewer: &Viewer,
    owner: &Owner,
    period: Period,
) -> Result<Stats, Error> {
    let numbers = state
        .stats
        .of(&state.db, viewer, owner.id, owner.revision());
    let months = period.months(state.clock.today(viewer.zone));
    let overview = numbers.overview().await?;
    let days = match months {
        Some(months) => Some(numbers.days(months).await?),
        None => None,
    };
    Ok(Stats::from(Counted {
        period,
        months: match months {
            Some(months) => overview.over(months),
            None => overview.months.clone(),
        },
        trends: &*numbers.trends(months).await?,
        ratings: &numbers.ratings(months).await?,
        days: days.as_deref().map(Vec::as_slice),
    }))
}
