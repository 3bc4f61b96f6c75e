//! Handlers for signing in and out, creating accounts and one-time links.

pub mod register;
pub mod reset;
pub mod setup;
pub mod sign_in;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use entity::one_time_link::LinkPurpose;

use sign_in::start_session;

use super::commands::{CreateAccountError, Registration, create_account};
use super::components::auth_pages;
use super::form::RawAccount;
use super::{Accounts, Auth, Member, SecurityEvent, links, log_security_event, queries};
use crate::paths;
use crate::web::{ClientAddress, Done, Error, FieldErrors, Page};

enum RegistrationError {
    InvalidLink,
    InvalidFields(FieldErrors),
}

impl Accounts {
    async fn is_valid_link(&self, purpose: LinkPurpose, code: &str) -> Result<bool, Error> {
        let found = links::find_link(&self.db, &self.clock, purpose, code).await?;
        Ok(found.is_some())
    }

    /// The member whose password a link resets.
    async fn find_reset_member(&self, code: &str) -> Result<Option<Member>, Error> {
        let link = links::find_link(&self.db, &self.clock, LinkPurpose::Reset, code).await?;
        let Some(id) = link.and_then(|link| link.member_id) else {
            return Ok(None);
        };
        let found = queries::find_enabled(&self.db, id).await?;
        Ok(found.map(Member::from))
    }

    async fn register(
        &self,
        address: ClientAddress,
        raw: &RawAccount,
        entry: Registration,
    ) -> Result<Result<Member, RegistrationError>, Error> {
        let account = match raw.check(self).await? {
            Ok(account) => account,
            Err(errors) => return Ok(Err(RegistrationError::InvalidFields(errors))),
        };
        match create_account(self, Some(address), account, entry).await {
            Ok(member) => Ok(Ok(member)),
            Err(CreateAccountError::UsernameTaken) => Ok(Err(RegistrationError::InvalidFields(
                FieldErrors::single("username", "This username is taken. Choose another."),
            ))),
            Err(CreateAccountError::InvalidLink) => Ok(Err(RegistrationError::InvalidLink)),
            Err(CreateAccountError::Busy) => Err(Error::Busy),
            Err(CreateAccountError::Database(error)) => Err(error.into()),
        }
    }
}

async fn sign_in_and_redirect(
    accounts: &Accounts,
    address: ClientAddress,
    mut auth: Auth,
    member: &Member,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    accounts.record_sign_in(address, member).await?;
    start_session(&mut auth, member, headers).await?;
    Ok(match member.zone {
        Some(_) => Done::redirect_to(paths::Feed),
        None => Done::redirect_to(paths::Settings),
    }
    .into_response())
}

/// Turns a rate limit or overload error into the form, with the input kept and a `Retry-After`
/// header. Returns all other errors unchanged.
fn retry_later_page(
    error: impl Into<Error>,
    page: impl FnOnce(&FieldErrors) -> Page,
) -> Result<Response, Error> {
    let error = error.into();
    if !error.is_retryable() {
        return Err(error);
    }
    let message = error.message();
    let page = page(&FieldErrors::single("", message.as_line())).status(message.status);
    let seconds = message.retry_after_seconds().unwrap_or_default();
    Ok(([(RETRY_AFTER, seconds.to_string())], page).into_response())
}

/// The response to a form with a link that does not work.
fn refuse_link(address: ClientAddress, advice: &str) -> Response {
    log_security_event(SecurityEvent::LinkRefused, address, None);
    dead_link(advice).into_response()
}

fn dead_link(advice: &str) -> Page {
    Page::new("This link no longer works", auth_pages::dead_link(advice))
        .status(StatusCode::NOT_FOUND)
}

fn unprocessable(page: Page) -> Response {
    page.status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response()
}
