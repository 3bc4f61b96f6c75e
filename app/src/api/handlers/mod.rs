//! What answers programs.

pub(super) mod auth;
pub(super) mod diary;
pub(super) mod me;
pub(super) mod members;
pub(super) mod movies;
pub(super) mod posters;
pub(super) mod reviews;
pub(super) mod sessions;
pub(super) mod tokens;

use axum::http::StatusCode;

use super::problem::Refusal;
use crate::web::Error;

/// What is told of something that was to end: that it did, or that it was not there.
fn ended(was_there: bool) -> Result<StatusCode, Refusal> {
    match was_there {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Refusal::Error(Error::NotFound)),
    }
}
