//! `/api/me`: the caller's own account.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::IF_MATCH;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::change_error;
use crate::accounts::commands::ProfileChange;
use crate::accounts::{Accounts, Bearer, Member, RawProfile};
use crate::api::body::Json;
use crate::api::caller::{ReadAccess, WriteAccess};
use crate::api::etag::{JsonWithEtag, check_if_match};
use crate::api::fields::{double_option, non_null};
use crate::api::problem::ApiError;
use crate::api::schema::{Scope, VisibilityField};
use crate::diary::commands::{AccountChange, change_account};
use crate::web::{Error, FieldErrors};

/// The member whose token is sent.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// The id of the member.
    id: i64,
    /// The name in addresses and for signing in. It never changes.
    #[schema(example = "ada")]
    username: String,
    /// The name shown on pages.
    #[schema(example = "Ada")]
    display_name: String,
    /// The IANA time zone in which the member’s days begin and end; `null` for the site’s.
    #[schema(example = "Europe/Lisbon")]
    time_zone: Option<String>,
    /// Who may see the diary.
    diary_visibility: VisibilityField,
    /// Whether the member is an admin.
    is_admin: bool,
    /// What the token that is sent may do.
    scope: Scope,
}

/// A merge patch (RFC 7396) of your account: fields that are left out stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "time_zone": "Europe/Lisbon" }))]
pub struct MyChange {
    /// The name shown on pages; `null` for the username.
    #[serde(default, deserialize_with = "double_option")]
    display_name: Option<Option<String>>,
    /// An IANA time zone; `null` for the site’s.
    #[serde(default, deserialize_with = "double_option")]
    time_zone: Option<Option<String>>,
    /// Who may see the diary. No review in it is visible to anybody else.
    #[serde(default, deserialize_with = "non_null")]
    #[schema(nullable = false)]
    diary_visibility: Option<VisibilityField>,
}

/// Show your own account
#[utoipa::path(
    get,
    path = "/api/me",
    tag = "Me",
    responses(
        (status = 200, description = "Your account.", body = Me),
    )
)]
pub async fn show(ReadAccess(bearer): ReadAccess) -> Result<JsonWithEtag, ApiError> {
    account_response(&bearer)
}

/// Change your own account
///
/// With `if-match`, the change fails if the account has changed in the meantime.
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
pub async fn change(
    WriteAccess(bearer): WriteAccess,
    State(accounts): State<Accounts>,
    headers: HeaderMap,
    Json(change): Json<MyChange>,
) -> Result<JsonWithEtag, ApiError> {
    let Accounts { db, clock, .. } = &accounts;
    let member = &bearer.member;
    check_if_match(&headers, &editable_state(member))?;
    let expected = headers.contains_key(IF_MATCH).then(|| member.clone());
    let change = change
        .check(&accounts, &member.username)
        .await?
        .map_err(ApiError::InvalidFields)?;
    let changed = change_account(db, clock, member.id, expected, change).await;
    let member = changed.map_err(change_error)?;
    account_response(&Bearer { member, ..bearer })
}

/// The fields that a change can touch, for the ETag.
fn editable_state(member: &Member) -> impl Serialize {
    let zone = member.zone.map(|zone| zone.name());
    let visibility = VisibilityField::from(member.diary_visibility);
    (member.display_name.clone(), zone, visibility)
}

impl MyChange {
    async fn check(
        self,
        accounts: &Accounts,
        username: &str,
    ) -> Result<Result<AccountChange, FieldErrors>, Error> {
        let (has_name, has_zone) = (self.display_name.is_some(), self.time_zone.is_some());
        let form = RawProfile {
            display_name: self.display_name.flatten().unwrap_or_default(),
            time_zone: self.time_zone.flatten().unwrap_or_default(),
        };
        let diary_visibility = self.diary_visibility.map(VisibilityField::into);
        let checked = form.check(accounts, username).await?;
        Ok(checked.map(|checked| AccountChange {
            profile: ProfileChange {
                display_name: checked.display_name.filter(|_| has_name),
                zone: checked.zone.filter(|_| has_zone),
            },
            diary_visibility,
        }))
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

fn account_response(bearer: &Bearer) -> Result<JsonWithEtag, ApiError> {
    let me = Me::of(bearer);
    Ok(JsonWithEtag::strong(&me, &editable_state(&bearer.member))?)
}
