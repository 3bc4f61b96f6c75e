//! `/api/me/tokens`: the caller's tokens.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use entity::api_token::TokenOrigin;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::no_content_if;
use crate::accounts::queries::TokenRow;
use crate::accounts::{
    Accounts, AuthMethod, Bearer, MAX_TOKEN_NAME, NewToken, SecurityEvent, commands,
    log_security_event, queries,
};
use crate::api::body::{Json, PathId};
use crate::api::caller::{ReadAccess, WriteAccess};
use crate::api::etag::JsonWithEtag;
use crate::api::problem::{ApiError, Problem};
use crate::api::schema::Scope;
use crate::web::{ClientAddress, FieldErrors};

/// A token that has neither expired nor been revoked.
#[derive(Serialize, ToSchema)]
pub struct Token {
    /// The id of the token.
    id: i64,
    /// The name that the member or the program gave the token.
    #[schema(example = "Phone")]
    name: String,
    /// Whether the token was made in the settings or by `POST /api/me/tokens`; `false` if it was
    /// received by signing in.
    is_personal: bool,
    /// What the token may do.
    scope: Scope,
    /// The time at which the token was made.
    created_at: DateTime<Utc>,
    /// The time at which the token expires; `null` for never.
    expires_at: Option<DateTime<Utc>>,
    /// The time of the last use, accurate to an hour; `null` if the token was never used.
    last_used_at: Option<DateTime<Utc>>,
}

/// All tokens of a member.
#[derive(Serialize, ToSchema)]
pub struct Tokens {
    /// At most 100 tokens, newest first.
    tokens: Vec<Token>,
}

/// A token to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenToMake {
    /// A name to recognise the token by.
    #[schema(example = "Phone", min_length = 1, max_length = 100)]
    name: String,
    /// What the token may do.
    scope: Scope,
    /// The time at which the token expires, no later than the token of this request. If left out,
    /// both expire at the same time.
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
}

/// A new token, with the secret that is shown only once.
#[derive(Serialize, ToSchema)]
pub struct MadeToken {
    /// The id of the token.
    id: i64,
    /// The token. Send it as `authorization: Bearer TOKEN`. It is shown only once.
    token: String,
    /// The name that the member or the program gave the token.
    name: String,
    /// What the token may do.
    scope: Scope,
    /// The time at which the token expires; `null` for never.
    expires_at: Option<DateTime<Utc>>,
}

impl From<TokenRow> for Token {
    fn from(open: TokenRow) -> Self {
        Self {
            id: open.id,
            name: open.name,
            is_personal: open.origin == TokenOrigin::Personal,
            scope: open.scope.into(),
            created_at: open.created_at,
            expires_at: open.expires_at,
            last_used_at: open.used_at,
        }
    }
}

/// List your API tokens
#[utoipa::path(
    get,
    path = "/api/me/tokens",
    tag = "Me",
    responses(
        (status = 200, description = "The tokens.", body = Tokens),
    )
)]
pub async fn list(
    ReadAccess(bearer): ReadAccess,
    State(accounts): State<Accounts>,
) -> Result<JsonWithEtag, ApiError> {
    let open = queries::tokens_of(&accounts.db, &accounts.clock, bearer.member.id).await?;
    let tokens = open.into_iter().map(Token::from).collect();
    Ok(JsonWithEtag::weak(&Tokens { tokens })?)
}

/// Make an API token
///
/// The new token expires no later than the token of this request.
#[utoipa::path(
    post,
    path = "/api/me/tokens",
    tag = "Me",
    request_body = TokenToMake,
    responses(
        (status = 201, description = "The token, which is shown only once.", body = MadeToken),
        (status = 409, description = "You already have 100 tokens.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    WriteAccess(bearer): WriteAccess,
    State(accounts): State<Accounts>,
    client: ClientAddress,
    Json(body): Json<TokenToMake>,
) -> Result<(StatusCode, Json<MadeToken>), ApiError> {
    let now = accounts.clock.now();
    let (name, expires_at) =
        check_new_token(&body, &bearer, now).map_err(ApiError::InvalidFields)?;
    let new = NewToken {
        origin: TokenOrigin::Personal,
        name: name.clone(),
        scope: body.scope.into(),
        expires_at,
    };
    let by = AuthMethod::Token(bearer.token);
    let (id, token) = commands::create_token(&accounts, client, &bearer.member, by, new).await?;
    let made = MadeToken {
        id,
        token: token.expose().to_owned(),
        name,
        scope: body.scope,
        expires_at,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

fn check_new_token(
    body: &TokenToMake,
    bearer: &Bearer,
    now: DateTime<Utc>,
) -> Result<(String, Option<DateTime<Utc>>), FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.required_line("name", &body.name, MAX_TOKEN_NAME);
    let expires_at = match (body.expires_at, bearer.expires_at) {
        (Some(end), _) if end <= now => Err("This time has already passed.".to_owned()),
        (Some(end), Some(last)) if end > last => {
            Err("This is later than the expiry of the token that you sent.".to_owned())
        }
        (end, last) => Ok(end.or(last)),
    };
    let expires_at = errors.ok_or_add("expires_at", expires_at);
    match (name, expires_at) {
        (Some(name), Some(expires_at)) => Ok((name, expires_at)),
        _ => Err(errors),
    }
}

/// Revoke one of your tokens
#[utoipa::path(
    delete,
    path = "/api/me/tokens/{id}",
    tag = "Me",
    params(("id" = i64, Path, description = "The id of the token.")),
    responses(
        (status = 204, description = "The token was revoked."),
    )
)]
pub async fn revoke(
    WriteAccess(bearer): WriteAccess,
    State(accounts): State<Accounts>,
    client: ClientAddress,
    PathId(id): PathId,
) -> Result<StatusCode, ApiError> {
    let member = &bearer.member;
    let is_revoked = commands::revoke_token(&accounts.db, member.id, id).await?;
    if is_revoked {
        log_security_event(SecurityEvent::TokenRevoked, client, Some(&member.username));
    }
    no_content_if(is_revoked)
}
