//! Signing in and out.

use axum::extract::{Query, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::again_later;
use crate::accounts::components::entrance;
use crate::accounts::form::{RawSignIn, zone};
use crate::accounts::{Accounts, Auth, Member, commands, sessions};
use crate::config::Config;
use crate::db::Db;
use crate::paths;
use crate::web::address::local_path;
use crate::web::form::Nothing;
use crate::web::{ClientAddress, Done, Error, Fields, Form, Page};

/// `GET /login`
pub async fn show(
    _: paths::Login,
    auth: Auth,
    State(accounts): State<Accounts>,
    Query(query): Query<paths::Next>,
) -> Response {
    if auth.user.is_some() {
        return Done::at(destination(&query.next)).into_response();
    }
    let raw = RawSignIn {
        next: query.next,
        ..RawSignIn::default()
    };
    page(&raw, &Fields::default(), &accounts.config).into_response()
}

/// `POST /login`
pub async fn create(
    _: paths::Login,
    mut auth: Auth,
    State(accounts): State<Accounts>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(raw): Form<RawSignIn>,
) -> Result<Response, Error> {
    let password = raw.password.clone();
    match commands::authenticate(&accounts, address, &raw.username, password).await {
        Ok(Some(member)) => {
            begin(&mut auth, &member, &headers).await?;
            let done = welcome(&accounts.db, &member, &raw).await?;
            Ok(done.into_response())
        }
        Ok(None) => {
            let errors = Fields::one("", "The username or the password is wrong.");
            let page = page(&raw, &errors, &accounts.config);
            Ok(page
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response())
        }
        Err(error) => again_later(error, |errors| page(&raw, errors, &accounts.config)),
    }
}

/// `POST /logout`
pub async fn destroy(_: paths::Logout, mut auth: Auth, _: Form<Nothing>) -> Result<Done, Error> {
    auth.logout().await?;
    Ok(Done::at(paths::Feed))
}

/// Begins a session for `member`, under an id that nobody can have planted.
pub async fn begin(auth: &mut Auth, member: &Member, headers: &HeaderMap) -> Result<(), Error> {
    auth.session.cycle_id().await?;
    let user_agent = sessions::user_agent(headers.get(USER_AGENT));
    auth.session
        .insert(sessions::USER_AGENT, user_agent)
        .await?;
    auth.login(member).await?;
    Ok(())
}

/// Sends a member on to where they were going; by way of the settings when nobody
/// knows their time zone.
async fn welcome(db: &Db, member: &Member, raw: &RawSignIn) -> Result<Done, Error> {
    if member.zone.is_none() {
        match zone(&raw.time_zone) {
            Ok(Some(zone)) => commands::set_zone(db, member.id, zone).await?,
            _ => return Ok(Done::at(paths::Settings)),
        }
    }
    Ok(Done::at(destination(&raw.next)))
}

fn destination(next: &str) -> String {
    local_path(next).unwrap_or_else(|| paths::Feed.to_string())
}

fn page(raw: &RawSignIn, errors: &Fields, config: &Config) -> Page {
    Page::new(
        "Sign in",
        entrance::sign_in(raw, errors, config.allow_registration),
    )
}
