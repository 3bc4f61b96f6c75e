//! What answers the addresses of accounts.

pub mod admin;
pub mod register;
pub mod settings;
pub mod sign_in;
pub mod tokens;

use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};

use crate::web::{Error, Fields, Page};

/// The form again for whoever must wait, with what they typed still in it. Other errors
/// stay what they are.
fn again_later(error: Error, page: impl FnOnce(&Fields) -> Page) -> Result<Response, Error> {
    if !error.is_for_later() {
        return Err(error);
    }
    let told = error.told();
    let page = page(&Fields::one("", told.line())).status(told.status);
    let wait = told.retry_after_seconds().unwrap_or_default();
    Ok(([(RETRY_AFTER, wait.to_string())], page).into_response())
}
