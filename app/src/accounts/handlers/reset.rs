//! Handlers for setting a new password by a one-time link.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use entity::one_time_link::LinkPurpose;

use super::{dead_link, refuse_link, retry_later_page, sign_in_and_redirect, unprocessable};
use crate::accounts::components::auth_pages;
use crate::accounts::form::RawPasswordReset;
use crate::accounts::{Accounts, Auth, commands};
use crate::paths;
use crate::web::{ClientAddress, Error, FieldErrors, Form, Page};

const DEAD_RESET_LINK: &str =
    "It was used or replaced by a newer one, or it is older than 7 days. Ask for a new one.";

/// `GET /reset`: the form for a new password.
pub async fn show(
    _: paths::Reset,
    State(accounts): State<Accounts>,
    Query(paths::CodeParams { code }): Query<paths::CodeParams>,
) -> Result<Page, Error> {
    if !accounts.is_valid_link(LinkPurpose::Reset, &code).await? {
        return Ok(dead_link(DEAD_RESET_LINK));
    }
    let raw = RawPasswordReset {
        code,
        ..RawPasswordReset::default()
    };
    Ok(reset_page(&raw, &FieldErrors::default()))
}

/// `POST /reset`: stores the new password and signs in.
pub async fn update(
    _: paths::Reset,
    auth: Auth,
    State(accounts): State<Accounts>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(raw): Form<RawPasswordReset>,
) -> Result<Response, Error> {
    if let Err(error) = accounts.count_attempt_from(address) {
        return retry_later_page(error, |errors| reset_page(&raw, errors));
    }
    let Some(member) = accounts.find_reset_member(&raw.code).await? else {
        return Ok(refuse_link(address, DEAD_RESET_LINK));
    };
    let checked = accounts.check_password(&raw.password, &member.username, &member.display_name);
    let password = match checked.await? {
        Ok(password) => password,
        Err(message) => {
            let errors = FieldErrors::single("password", message);
            return Ok(unprocessable(reset_page(&raw, &errors)));
        }
    };
    match commands::reset_password(&accounts, address, raw.code, password).await? {
        Some(member) => sign_in_and_redirect(&accounts, address, auth, &member, &headers).await,
        None => Ok(refuse_link(address, DEAD_RESET_LINK)),
    }
}

fn reset_page(raw: &RawPasswordReset, errors: &FieldErrors) -> Page {
    Page::new("Choose a new password", auth_pages::reset(raw, errors)).signs_in()
}
