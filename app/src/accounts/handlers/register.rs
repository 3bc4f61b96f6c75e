//! Handlers for creating an account, by invitation or open registration.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use entity::member::Role;
use entity::one_time_link::LinkPurpose;

use super::{
    RegistrationError, dead_link, refuse_link, retry_later_page, sign_in_and_redirect,
    unprocessable,
};
use crate::accounts::commands::Registration;
use crate::accounts::components::auth_pages;
use crate::accounts::form::RawAccount;
use crate::accounts::{Accounts, Auth};
use crate::paths;
use crate::web::{ClientAddress, Error, FieldErrors, Form, Page};

const DEAD_INVITE_LINK: &str =
    "It was used or revoked, or it is older than 7 days. Ask for a new one.";

/// `GET /register`: the form for a new account, by invitation or open registration.
pub async fn show(
    _: paths::Register,
    State(accounts): State<Accounts>,
    Query(paths::CodeParams { code }): Query<paths::CodeParams>,
) -> Result<Page, Error> {
    if code.is_empty() && !accounts.config.allow_registration {
        return Err(Error::NotFound);
    }
    if !code.is_empty() && !accounts.is_valid_link(LinkPurpose::Invite, &code).await? {
        return Ok(dead_link(DEAD_INVITE_LINK));
    }
    Ok(register_page(
        &RawAccount::with_code(code),
        &FieldErrors::default(),
    ))
}

/// `POST /register`: creates an account and signs in.
pub async fn create(
    _: paths::Register,
    auth: Auth,
    State(accounts): State<Accounts>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(raw): Form<RawAccount>,
) -> Result<Response, Error> {
    let registration = match raw.code.as_str() {
        "" if accounts.config.allow_registration => Registration::Open(Role::Member),
        "" => return Err(Error::NotFound),
        code => Registration::Invite(code.to_owned()),
    };
    if let Err(error) = accounts.count_attempt_from(address) {
        return retry_later_page(error, |errors| register_page(&raw, errors));
    }
    if matches!(registration, Registration::Invite(_))
        && !accounts
            .is_valid_link(LinkPurpose::Invite, &raw.code)
            .await?
    {
        return Ok(refuse_link(address, DEAD_INVITE_LINK));
    }
    match accounts.register(address, &raw, registration).await? {
        Ok(member) => sign_in_and_redirect(&accounts, address, auth, &member, &headers).await,
        Err(RegistrationError::InvalidLink) => Ok(refuse_link(address, DEAD_INVITE_LINK)),
        Err(RegistrationError::InvalidFields(errors)) => {
            Ok(unprocessable(register_page(&raw, &errors)))
        }
    }
}

fn register_page(raw: &RawAccount, errors: &FieldErrors) -> Page {
    let lead = "Keep a diary of the films you watch. No e-mail address needed.";
    let title = "Create an account";
    Page::new(
        title,
        auth_pages::new_account(title, lead, &paths::Register, raw, errors),
    )
    .signs_in()
}
