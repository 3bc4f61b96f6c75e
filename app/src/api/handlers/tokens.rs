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

/// A token in use.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Token {
    /// The id of the token.
    id: i64,
    /// The name that the member or the program gave it.
    #[schema(example = "Phone")]
    name: String,
    /// Whether it was made as a token; `false` if it came from signing in.
    is_personal: bool,
    /// What it may do.
    scope: Scope,
    /// The time at which it was made.
    created_at: DateTime<Utc>,
    /// The time at which it expires; `null` for never.
    expires_at: Option<DateTime<Utc>>,
    /// The time of its last use, to the hour; `null` if it was never used.
    last_used_at: Option<DateTime<Utc>>,
}

/// All tokens of a member.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Tokens {
    /// At most 100 tokens, newest first.
    tokens: Vec<Token>,
}

/// A token to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct TokenToMake {
    /// A name to recognise it by.
    #[schema(example = "Phone", min_length = 1, max_length = 100)]
    name: String,
    /// What it may do.
    scope: Scope,
    /// The time at which it is to expire: no later than the token of this request, which is also
    /// what holds if left out.
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct MadeToken {
    /// The id of the token.
    id: i64,
    /// The token, to be sent as `authorization: Bearer TOKEN`. It is shown only this once.
    token: String,
    /// The name that the member or the program gave it.
    name: String,
    /// What it may do.
    scope: Scope,
    /// The time at which it expires; `null` for never.
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

/// List your tokens
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

/// Make a token
///
/// It expires no later than the token of this request.
#[utoipa::path(
    post,
    path = "/api/me/tokens",
    tag = "Me",
    request_body = TokenToMake,
    responses(
        (status = 201, description = "The token, which is shown only this once.", body = MadeToken),
        (status = 409, description = "You have 100 tokens already.", body = Problem, content_type = "application/problem+json"),
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

/// End a token
#[utoipa::path(
    delete,
    path = "/api/me/tokens/{id}",
    tag = "Me",
    params(("id" = i64, Path, description = "The id of the token.")),
    responses(
        (status = 204, description = "The token has ended."),
    )
)]
pub(in crate::api) async fn end(
    Writer(bearer): Writer,
    State(accounts): State<Accounts>,
    Id(id): Id,
) -> Result<StatusCode, Refusal> {
    ended(commands::end_token(&accounts.db, bearer.member.id, id).await?)
}
