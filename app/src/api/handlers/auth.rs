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

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct SignIn {
    /// The name in addresses.
    #[schema(example = "ada")]
    username: String,
    /// As typed.
    #[schema(example = "correct horse battery staple", format = Password)]
    password: String,
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewAccount {
    /// The name in addresses: 3 to 32 of the letters a to z, digits, `_` and `-`.
    #[schema(example = "ada")]
    username: String,
    /// At least 8 characters.
    #[schema(format = Password)]
    password: String,
    /// The name that is shown; the username, where it is left out.
    #[serde(default)]
    display_name: String,
    /// An IANA time zone, in which days begin.
    #[serde(default)]
    #[schema(example = "Europe/Lisbon")]
    time_zone: String,
}

/// What to send from now on, as `authorization: Bearer TOKEN`.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct SignedIn {
    /// It is told only this once.
    token: String,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// What it may do.
    scope: Scope,
    /// When it ends.
    expires_at: DateTime<Utc>,
}

/// Signs a program in
///
/// The token may do what its member may. It ends by itself, when it is signed out, when the
/// password changes, and when the member signs out everywhere.
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

/// Makes an account and signs in
///
/// Only where anybody may make one.
#[utoipa::path(
    post,
    path = "/api/auth/register",
    tag = "Sign-in",
    request_body = NewAccount,
    security(()),
    responses(
        (status = 201, description = "Made, and signed in.", body = SignedIn, headers(("location" = String, description = "The address of the member."))),
        (status = 404, description = "Registration is not open.", body = Problem, content_type = "application/problem+json"),
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

/// Signs the program out
///
/// Ends the token that is sent, whatever it may do.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "Sign-in",
    security(("token" = [])),
    responses(
        (status = 204, description = "The token works no more."),
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
