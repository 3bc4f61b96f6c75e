//! What answers the addresses of accounts.

pub mod admin;
pub mod register;
pub mod settings;
pub mod sign_in;

use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};

use crate::web::{Error, Fields, Page};

/// The form again for whoever must wait, with what they typed still in it. Other errors
/// stay what they are.
fn again_later(error: Error, page: impl FnOnce(&Fields) -> Page) -> Result<Response, Error> {
    let told = error.told();
    match (&error, told.retry_after) {
        (Error::TooMany { .. } | Error::Busy, Some(wait)) => {
            let errors = Fields::one("", format!("{}. {}", told.title, told.advice));
            let page = page(&errors).status(told.status);
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            Ok(([(RETRY_AFTER, seconds.to_string())], page).into_response())
        }
        _ => Err(error),
    }
}
