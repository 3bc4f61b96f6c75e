//! The tokens of one's own programs.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use entity::api_token::Origin;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ended;
use crate::accounts::queries::OpenToken;
use crate::accounts::{Accounts, Bearer, By, NewToken, TOKEN_NAME, commands, queries};
use crate::api::body::{Id, Json};
use crate::api::caller::{Reader, Writer};
use crate::api::problem::{Problem, Refusal};
use crate::api::schema::Scope;
use crate::api::tag::Tagged;
use crate::web::Fields;

/// A token that works.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Token {
    /// Names it where it is ended.
    id: i64,
    /// What it is for.
    #[schema(example = "Phone")]
    name: String,
    /// Whether it was made by the member, rather than by signing in.
    is_personal: bool,
    /// What it may do.
    scope: Scope,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it ends; never, if nobody said so.
    expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the hour.
    last_used_at: Option<DateTime<Utc>>,
}

/// All of them: there are at most a hundred.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Tokens {
    /// The newest first.
    tokens: Vec<Token>,
}

/// A token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct TokenToMake {
    /// What it is for, in at most 100 characters.
    #[schema(example = "Phone", min_length = 1, max_length = 100)]
    name: String,
    /// What it may do.
    scope: Scope,
    /// When it is to end. No later than the token that makes it.
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct MadeToken {
    /// Names it where it is ended.
    id: i64,
    /// What to send as `authorization: Bearer TOKEN`. It is told only this once.
    token: String,
    /// What it is for.
    name: String,
    /// What it may do.
    scope: Scope,
    /// When it ends.
    expires_at: Option<DateTime<Utc>>,
}

impl From<OpenToken> for Token {
    fn from(open: OpenToken) -> Self {
        Self {
            id: open.id,
            name: open.name,
            is_personal: open.origin == Origin::Personal,
            scope: open.scope.into(),
            created_at: open.created_at,
            expires_at: open.expires_at,
            last_used_at: open.used_at,
        }
    }
}

/// Lists one’s tokens
#[utoipa::path(
    get,
    path = "/api/me/tokens",
    tag = "Me",
    responses(
        (status = 200, description = "The tokens.", body = Tokens),
    )
)]
pub(in crate::api) async fn list(
    Reader(bearer): Reader,
    State(accounts): State<Accounts>,
) -> Result<Tagged, Refusal> {
    let open = queries::tokens(&accounts.db, &accounts.clock, bearer.member.id).await?;
    let tokens = open.into_iter().map(Token::from).collect();
    Ok(Tagged::new(&Tokens { tokens })?)
}

/// Makes a token
///
/// It ends no later than the one that makes it.
#[utoipa::path(
    post,
    path = "/api/me/tokens",
    tag = "Me",
    request_body = TokenToMake,
    responses(
        (status = 201, description = "The token, told only this once.", body = MadeToken),
        (status = 409, description = "There are a hundred already.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::api) async fn create(
    Writer(bearer): Writer,
    State(accounts): State<Accounts>,
    Json(body): Json<TokenToMake>,
) -> Result<(StatusCode, Json<MadeToken>), Refusal> {
    let Accounts { db, clock, .. } = &accounts;
    let (name, expires_at) = checked(&body, &bearer, clock.now()).map_err(Refusal::Fields)?;
    let new = NewToken {
        origin: Origin::Personal,
        name: name.clone(),
        scope: body.scope.into(),
        expires_at,
    };
    let by = By::Token(bearer.token);
    let (id, token) = commands::make_token(db, clock, &bearer.member, by, new).await?;
    let made = MadeToken {
        id,
        token: token.expose().to_owned(),
        name,
        scope: body.scope,
        expires_at,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

fn checked(
    body: &TokenToMake,
    bearer: &Bearer,
    now: DateTime<Utc>,
) -> Result<(String, Option<DateTime<Utc>>), Fields> {
    let mut errors = Fields::default();
    let name = errors.some_line("name", &body.name, TOKEN_NAME);
    let expires_at = match (body.expires_at, bearer.expires_at) {
        (Some(end), _) if end <= now => Err("This is over already.".to_owned()),
        (Some(end), Some(last)) if end > last => {
            Err("This is later than the token ends that makes it.".to_owned())
        }
        (end, last) => Ok(end.or(last)),
    };
    let expires_at = errors.keep("expires_at", expires_at);
    match (name, expires_at) {
        (Some(name), Some(expires_at)) => Ok((name, expires_at)),
        _ => Err(errors),
    }
}

/// Ends a token
#[utoipa::path(
    delete,
    path = "/api/me/tokens/{id}",
    tag = "Me",
    params(("id" = i64, Path, description = "Which token.")),
    responses(
        (status = 204, description = "It works no more."),
    )
)]
pub(in crate::api) async fn end(
    Writer(bearer): Writer,
    State(accounts): State<Accounts>,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    ended(commands::end_token(&accounts.db, bearer.member.id, id).await?)
}
