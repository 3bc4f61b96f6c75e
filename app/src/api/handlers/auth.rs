//! `/api/auth`: signing in, registering and signing out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use entity::api_token::{self, TokenOrigin};
use entity::member::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::commands::{self, CreateAccountError, Registration};
use crate::accounts::{Accounts, AuthMethod, Member, NewToken, RawAccount};
use crate::api::body::Json;
use crate::api::caller::{ClientName, ReadAccess};
use crate::api::problem::{ApiError, Problem};
use crate::api::schema::Scope;
use crate::paths;
use crate::web::{ClientAddress, Error, FieldErrors};

/// The credentials of a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The username of the member.
    #[schema(example = "ada")]
    username: String,
    /// The password of the member.
    #[schema(example = "correct horse battery staple", format = Password)]
    password: String,
}

/// An account to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// The username: 3 to 32 letters from a to z, digits, `_` and `-`. It cannot be changed later.
    #[schema(example = "ada")]
    username: String,
    /// The password: at least 8 characters, and not easy to guess.
    #[schema(format = Password)]
    password: String,
    /// The name shown on pages. If left out, the username.
    #[serde(default)]
    display_name: String,
    /// The IANA time zone in which the member’s days begin and end.
    #[serde(default)]
    #[schema(example = "Europe/Lisbon")]
    time_zone: String,
}

/// The token that a program receives by signing in.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// The token. Send it as `authorization: Bearer TOKEN`. It is shown only once.
    token: String,
    /// The type of the token: always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// What the token may do.
    scope: Scope,
    /// The time at which the token expires.
    expires_at: DateTime<Utc>,
}

/// Sign in
///
/// Returns a token that may read and write. It stops working when it expires, when it signs out,
/// when the member changes their password, and when they sign out everywhere.
#[utoipa::path(
    post,
    path = "/api/auth/login",
    tag = "Sign-in",
    request_body = SignIn,
    security(()),
    responses(
        (status = 200, description = "Signed in.", body = SignedIn),
        (status = 401, description = "The username or the password is wrong.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn login(
    State(accounts): State<Accounts>,
    address: ClientAddress,
    program: ClientName,
    Json(body): Json<SignIn>,
) -> Result<Json<SignedIn>, ApiError> {
    let member = commands::authenticate(&accounts, address, &body.username, body.password).await?;
    let member = member.ok_or(ApiError::WrongPassword)?;
    Ok(Json(
        issue_token(&accounts, address, &member, program).await?,
    ))
}

/// Create an account and sign in
///
/// Only on sites with open registration.
#[utoipa::path(
    post,
    path = "/api/auth/register",
    tag = "Sign-in",
    request_body = NewAccount,
    security(()),
    responses(
        (status = 201, description = "The account was created. The token is for this account.", body = SignedIn, headers(("location" = String, description = "The address of the member."))),
        (status = 404, description = "Registration is closed on this site.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn register(
    State(accounts): State<Accounts>,
    address: ClientAddress,
    program: ClientName,
    Json(body): Json<NewAccount>,
) -> Result<Response, ApiError> {
    if !accounts.config.allow_registration {
        return Err(ApiError::Web(Error::NotFound));
    }
    accounts.count_attempt_from(address)?;
    let raw = RawAccount {
        code: String::new(),
        username: body.username,
        display_name: body.display_name,
        password: body.password,
        time_zone: body.time_zone,
    };
    let account = raw
        .check(&accounts)
        .await?
        .map_err(ApiError::InvalidFields)?;
    let registration = Registration::Open(Role::Member);
    let created = commands::create_account(&accounts, Some(address), account, registration).await;
    let member = created.map_err(creation_error)?;
    let signed_in = issue_token(&accounts, address, &member, program).await?;
    let location = [(LOCATION, paths::ApiMember::of(&member.username).to_string())];
    Ok((StatusCode::CREATED, location, Json(signed_in)).into_response())
}

fn creation_error(error: CreateAccountError) -> ApiError {
    match error {
        CreateAccountError::UsernameTaken => {
            ApiError::InvalidFields(FieldErrors::single("username", "This username is taken."))
        }
        CreateAccountError::InvalidLink => ApiError::Web(Error::NotFound),
        CreateAccountError::Busy => ApiError::Web(Error::Busy),
        CreateAccountError::Database(error) => ApiError::Web(error.into()),
    }
}

/// Sign out
///
/// Revokes the token that is sent, even if it is read-only.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "Sign-in",
    security(("token" = [])),
    responses(
        (status = 204, description = "The token was revoked."),
    )
)]
pub async fn logout(
    ReadAccess(bearer): ReadAccess,
    State(accounts): State<Accounts>,
) -> Result<StatusCode, ApiError> {
    commands::revoke_token(&accounts.db, bearer.member.id, bearer.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn issue_token(
    accounts: &Accounts,
    address: ClientAddress,
    member: &Member,
    ClientName(name): ClientName,
) -> Result<SignedIn, ApiError> {
    let lifetime = TimeDelta::from_std(accounts.config.api_token_ttl).unwrap_or(TimeDelta::MAX);
    let expires_at = accounts.clock.now() + lifetime;
    let new = NewToken {
        origin: TokenOrigin::Login,
        name,
        scope: api_token::TokenScope::Write,
        expires_at: Some(expires_at),
    };
    let by = AuthMethod::Password;
    let (_, token) = commands::create_token(accounts, address, member, by, new).await?;
    Ok(SignedIn {
        token: token.expose().to_owned(),
        token_type: "Bearer",
        scope: Scope::Write,
        expires_at,
    })
}
