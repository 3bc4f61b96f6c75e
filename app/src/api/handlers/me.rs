//! One's own account.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::{Accounts, Bearer, Member, RawProfile, commands, queries};
use crate::api::body::{Json, given, said};
use crate::api::caller::{Reader, Writer};
use crate::api::problem::Refusal;
use crate::api::schema::{Scope, Seen};
use crate::api::tag::{Tagged, expect};
use crate::diary;
use crate::web::Error;

/// Whose token it is.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Me {
    /// Which member.
    id: i64,
    /// The name in addresses.
    #[schema(example = "ada")]
    username: String,
    /// The name that is shown.
    #[schema(example = "Ada")]
    display_name: String,
    /// The IANA time zone in which their days begin; none until somebody says so.
    #[schema(example = "Europe/Lisbon")]
    time_zone: Option<String>,
    /// Who may see their diary.
    diary_visibility: Seen,
    /// Whether they are an admin.
    is_admin: bool,
    /// What the token may do.
    scope: Scope,
}

/// What is to change; what is left out stays (RFC 7396).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "time_zone": "Europe/Lisbon" }))]
pub(in crate::api) struct MyChange {
    /// The name that is shown; `null` for the username.
    #[serde(default, deserialize_with = "said")]
    display_name: Option<Option<String>>,
    /// An IANA time zone; `null` for the site’s.
    #[serde(default, deserialize_with = "said")]
    time_zone: Option<Option<String>>,
    /// Who may see the diary: changes all reviews at once.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    diary_visibility: Option<Seen>,
}

/// Shows whose token it is
#[utoipa::path(
    get,
    path = "/api/me",
    tag = "Me",
    responses(
        (status = 200, description = "The member.", body = Me, headers(("etag" = String, description = "For `if-match` of a change."))),
    )
)]
pub(in crate::api) async fn show(Reader(bearer): Reader) -> Result<Tagged, Refusal> {
    shown(&bearer)
}

/// Changes one’s account
///
/// A JSON merge patch. With `if-match`, only while nobody has changed it since.
#[utoipa::path(
    patch,
    path = "/api/me",
    tag = "Me",
    request_body = MyChange,
    params(("if-match" = Option<String>, Header, description = "The ETag that the change is made of.")),
    responses(
        (status = 200, description = "As it is now.", body = Me, headers(("etag" = String, description = "For `if-match` of the next change."))),
    )
)]
pub(in crate::api) async fn change(
    Writer(bearer): Writer,
    State(accounts): State<Accounts>,
    headers: HeaderMap,
    Json(change): Json<MyChange>,
) -> Result<Tagged, Refusal> {
    let Accounts { db, clock, .. } = &accounts;
    let member = &bearer.member;
    expect(&headers, &Me::of(&bearer))?;
    if change.display_name.is_some() || change.time_zone.is_some() {
        let (name, zone) = profile(member, change.display_name, change.time_zone)
            .check(&member.username)
            .map_err(Refusal::Fields)?;
        commands::set_profile(db, clock, member.id, name, zone).await?;
    }
    if let Some(seen) = change.diary_visibility {
        diary::commands::set_diary_visibility(db, clock, member.id, seen.into()).await?;
    }
    let row = queries::enabled(db, member.id).await?;
    let member = Member::from(row.ok_or(Error::SignIn)?);
    shown(&Bearer { member, ..bearer })
}

/// The profile with what is to change in it.
fn profile(
    member: &Member,
    display_name: Option<Option<String>>,
    time_zone: Option<Option<String>>,
) -> RawProfile {
    let zone = member.zone.map(|zone| zone.name().to_owned());
    RawProfile {
        display_name: display_name
            .unwrap_or_else(|| Some(member.display_name.clone()))
            .unwrap_or_default(),
        time_zone: time_zone.unwrap_or(zone).unwrap_or_default(),
    }
}

impl Me {
    fn of(bearer: &Bearer) -> Self {
        let member = &bearer.member;
        Self {
            id: member.id,
            username: member.username.clone(),
            display_name: member.display_name.clone(),
            time_zone: member.zone.map(|zone| zone.name().to_owned()),
            diary_visibility: member.diary_visibility.into(),
            is_admin: member.is_admin,
            scope: bearer.scope.into(),
        }
    }
}

fn shown(bearer: &Bearer) -> Result<Tagged, Refusal> {
    let me = Me::of(bearer);
    Ok(Tagged::of(&me, &me)?)
}
