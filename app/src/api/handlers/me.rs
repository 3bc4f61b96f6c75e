//! One's own account.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::IF_MATCH;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::unchanged;
use crate::accounts::commands::ProfileChange;
use crate::accounts::{Accounts, Bearer, Member, RawProfile};
use crate::api::body::{Json, given, said};
use crate::api::caller::{Reader, Writer};
use crate::api::problem::Refusal;
use crate::api::schema::{Scope, Seen};
use crate::api::tag::{Tagged, expect};
use crate::diary::commands::{AccountChange, change_account};
use crate::web::Fields;

/// The member whose token is sent.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Me {
    /// The id of the member.
    id: i64,
    /// The name by which addresses and sign-in know the member. It never changes.
    #[schema(example = "ada")]
    username: String,
    /// The name that pages show.
    #[schema(example = "Ada")]
    display_name: String,
    /// The IANA time zone of the member, which decides when a day begins; `null` for the site’s.
    #[schema(example = "Europe/Lisbon")]
    time_zone: Option<String>,
    /// Who may see the diary.
    diary_visibility: Seen,
    /// Whether the member is an admin.
    is_admin: bool,
    /// What the token that is sent may do.
    scope: Scope,
}

/// A merge patch (RFC 7396) of your account: fields that are left out stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "time_zone": "Europe/Lisbon" }))]
pub(in crate::api) struct MyChange {
    /// The name that pages show; `null` for the username.
    #[serde(default, deserialize_with = "said")]
    display_name: Option<Option<String>>,
    /// An IANA time zone; `null` for the site’s.
    #[serde(default, deserialize_with = "said")]
    time_zone: Option<Option<String>>,
    /// Who may see the diary. No review can be seen by more people than that.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    diary_visibility: Option<Seen>,
}

/// Show your account
#[utoipa::path(
    get,
    path = "/api/me",
    tag = "Me",
    responses(
        (status = 200, description = "Your account.", body = Me),
    )
)]
pub(in crate::api) async fn show(Reader(bearer): Reader) -> Result<Tagged, Refusal> {
    shown(&bearer)
}

/// Change your account
///
/// A merge patch. With `if-match`, only if it has not changed since.
#[utoipa::path(
    patch,
    path = "/api/me",
    tag = "Me",
    request_body = MyChange,
    params(("if-match" = Option<String>, Header, description = "The ETag of the account as it was read.")),
    responses(
        (status = 200, description = "The account after the change.", body = Me),
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
    expect(&headers, &state(member))?;
    let made_of = headers.contains_key(IF_MATCH).then(|| member.clone());
    let change = change.check(&member.username).map_err(Refusal::Fields)?;
    let changed = change_account(db, clock, member.id, made_of, change).await;
    let member = changed.map_err(unchanged)?;
    shown(&Bearer { member, ..bearer })
}

/// What can be changed of a member.
fn state(member: &Member) -> impl Serialize {
    let zone = member.zone.map(|zone| zone.name());
    let visibility = Seen::from(member.diary_visibility);
    (member.display_name.clone(), zone, visibility)
}

impl MyChange {
    /// Checks it for the member called `username`.
    fn check(self, username: &str) -> Result<AccountChange, Fields> {
        let (is_named, is_placed) = (self.display_name.is_some(), self.time_zone.is_some());
        let form = RawProfile {
            display_name: self.display_name.flatten().unwrap_or_default(),
            time_zone: self.time_zone.flatten().unwrap_or_default(),
        };
        let checked = form.check(username)?;
        Ok(AccountChange {
            profile: ProfileChange {
                display_name: checked.display_name.filter(|_| is_named),
                zone: checked.zone.filter(|_| is_placed),
            },
            diary_visibility: self.diary_visibility.map(Seen::into),
        })
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
    Ok(Tagged::of(&me, &state(&bearer.member))?)
}
