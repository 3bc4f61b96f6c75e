//! Signing in, for programs that ask their user for the password.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use entity::api_token::{self, Origin};
use entity::member::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::commands::{self, Entry, NotMade};
use crate::accounts::{Accounts, By, Member, NewToken, RawAccount};
use crate::api::body::Json;
use crate::api::caller::{Program, Reader};
use crate::api::problem::{Problem, Refusal};
use crate::api::schema::Scope;
use crate::config::Config;
use crate::paths;
use crate::web::{ClientAddress, Error, Fields};

/// The credentials of a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct SignIn {
    /// The username.
    #[schema(example = "ada")]
    username: String,
    /// The password.
    #[schema(example = "correct horse battery staple", format = Password)]
    password: String,
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewAccount {
    /// The username, which cannot be changed later: 3 to 32 of the letters a to z, digits, `_` and `-`.
    #[schema(example = "ada")]
    username: String,
    /// The password: at least 8 characters.
    #[schema(format = Password)]
    password: String,
    /// The name that pages show. The username if left out.
    #[serde(default)]
    display_name: String,
    /// The IANA time zone of the member, which decides when a day begins.
    #[serde(default)]
    #[schema(example = "Europe/Lisbon")]
    time_zone: String,
}

/// A new token.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct SignedIn {
    /// The token, to be sent as `authorization: Bearer TOKEN`. It is shown only this once.
    token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// What it may do.
    scope: Scope,
    /// The time at which the token expires.
    expires_at: DateTime<Utc>,
}

/// Sign in
///
/// Answers a token that may read and write. It ends when it expires, when it signs out, when the
/// member changes the password, and when they sign out everywhere.
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
pub(in crate::api) async fn login(
    State(accounts): State<Accounts>,
    State(config): State<Arc<Config>>,
    address: ClientAddress,
    program: Program,
    Json(body): Json<SignIn>,
) -> Result<Json<SignedIn>, Refusal> {
    let member = commands::authenticate(&accounts, address, &body.username, body.password).await?;
    let member = member.ok_or(Refusal::Password)?;
    Ok(Json(signed_in(&accounts, &config, &member, program).await?))
}

/// Make an account and sign in
///
/// Only on sites that are open for registration.
#[utoipa::path(
    post,
    path = "/api/auth/register",
    tag = "Sign-in",
    request_body = NewAccount,
    security(()),
    responses(
        (status = 201, description = "The account is made, and the program is signed in.", body = SignedIn, headers(("location" = String, description = "The address of the member."))),
        (status = 404, description = "Registration is closed on this site.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::api) async fn register(
    State(accounts): State<Accounts>,
    State(config): State<Arc<Config>>,
    address: ClientAddress,
    program: Program,
    Json(body): Json<NewAccount>,
) -> Result<Response, Refusal> {
    if !config.allow_registration {
        return Err(Refusal::Error(Error::NotFound));
    }
    accounts.limits.count_address(address)?;
    let raw = RawAccount {
        code: String::new(),
        username: body.username,
        display_name: body.display_name,
        password: body.password,
        time_zone: body.time_zone,
    };
    let account = raw.check().map_err(Refusal::Fields)?;
    let made = commands::create(&accounts, account, Entry::Open(Role::Member)).await;
    let member = made.map_err(|why| match why {
        NotMade::Taken => Refusal::Fields(Fields::one("username", "This name is taken.")),
        NotMade::LinkGone => Refusal::Error(Error::NotFound),
        NotMade::Busy => Refusal::Error(Error::Busy),
        NotMade::Database(error) => Refusal::Error(error.into()),
    })?;
    let signed_in = signed_in(&accounts, &config, &member, program).await?;
    let place = [(LOCATION, paths::ApiUser::of(&member.username).to_string())];
    Ok((StatusCode::CREATED, place, Json(signed_in)).into_response())
}

/// Sign out
///
/// Ends the token that is sent. Read-only tokens can be ended so, too.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "Sign-in",
    security(("token" = [])),
    responses(
        (status = 204, description = "The token has ended."),
    )
)]
pub(in crate::api) async fn logout(
    Reader(bearer): Reader,
    State(accounts): State<Accounts>,
) -> Result<StatusCode, Refusal> {
    commands::end_token(&accounts.db, bearer.member.id, bearer.token).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn signed_in(
    accounts: &Accounts,
    config: &Config,
    member: &Member,
    Program(name): Program,
) -> Result<SignedIn, Refusal> {
    let lifetime = TimeDelta::from_std(config.api_token_ttl).unwrap_or(TimeDelta::MAX);
    let expires_at = accounts.clock.now() + lifetime;
    let new = NewToken {
        origin: Origin::Login,
        name,
        scope: api_token::Scope::Write,
        expires_at: Some(expires_at),
    };
    let Accounts { db, clock, .. } = accounts;
    let (_, token) = commands::make_token(db, clock, member, By::Password, new).await?;
    Ok(SignedIn {
        token: token.expose().to_owned(),
        token_type: "Bearer",
        scope: Scope::Write,
        expires_at,
    })
}
