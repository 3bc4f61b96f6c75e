//! Handlers for creating the first account of a site by its setup link.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use entity::one_time_link::LinkPurpose;

use super::{
    RegistrationError, dead_link, refuse_link, retry_later_page, sign_in_and_redirect,
    unprocessable,
};
use crate::accounts::commands::Registration;
use crate::accounts::components::auth_pages;
use crate::accounts::form::RawAccount;
use crate::accounts::{Accounts, Auth, queries};
use crate::paths;
use crate::web::{ClientAddress, Error, FieldErrors, Form, Page};

const DEAD_SETUP_LINK: &str = "If this site has no admin yet, restart the server and follow the new \
     setup link that it prints.";

/// `GET /setup`: the form for the site's first account.
pub async fn show(
    _: paths::Setup,
    State(accounts): State<Accounts>,
    Query(paths::CodeParams { code }): Query<paths::CodeParams>,
) -> Result<Page, Error> {
    if !accounts.is_valid_link(LinkPurpose::Setup, &code).await?
        || queries::has_admin(&accounts.db).await?
    {
        return Ok(dead_link(DEAD_SETUP_LINK));
    }
    Ok(setup_page(
        &RawAccount::with_code(code),
        &FieldErrors::default(),
    ))
}

/// `POST /setup`: creates the first account, which is an admin.
pub async fn create(
    _: paths::Setup,
    auth: Auth,
    State(accounts): State<Accounts>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(raw): Form<RawAccount>,
) -> Result<Response, Error> {
    if let Err(error) = accounts.count_attempt_from(address) {
        return retry_later_page(error, |errors| setup_page(&raw, errors));
    }
    if !accounts
        .is_valid_link(LinkPurpose::Setup, &raw.code)
        .await?
    {
        return Ok(refuse_link(address, DEAD_SETUP_LINK));
    }
    let registration = Registration::Setup(raw.code.clone());
    let member = match accounts.register(address, &raw, registration).await? {
        Ok(member) => member,
        Err(RegistrationError::InvalidLink) => {
            return Ok(refuse_link(address, DEAD_SETUP_LINK));
        }
        Err(RegistrationError::InvalidFields(errors)) => {
            return Ok(unprocessable(setup_page(&raw, &errors)));
        }
    };
    // The site's time zone starts as the first admin's. It can be changed on the admin page.
    if let Some(zone) = member.zone {
        accounts.site.set_zone(&accounts.db, zone).await?;
    }
    sign_in_and_redirect(&accounts, address, auth, &member, &headers).await
}

fn setup_page(raw: &RawAccount, errors: &FieldErrors) -> Page {
    let lead = "Your first account is an admin’s, so it can invite others.";
    let title = "Set up your diary";
    Page::new(
        title,
        auth_pages::new_account(title, lead, &paths::Setup, raw, errors),
    )
    .signs_in()
}
