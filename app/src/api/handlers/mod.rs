//! The handlers of the API, and what several of them use.

pub mod auth;
pub mod change_movie;
pub mod diary;
pub mod exports;
pub mod goals;
pub mod import_rows;
pub mod import_steps;
pub mod imports;
pub mod list_entries;
pub mod lists;
pub mod me;
pub mod members;
pub mod movies;
pub mod posters;
pub mod reviews;
pub mod sessions;
pub mod tokens;
pub mod watchlist;

use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode};

use super::problem::ApiError;
use crate::diary::commands::EditError;
use crate::web::Error;

/// 204 if there was something to delete or restore, 404 otherwise.
fn no_content_if(was_there: bool) -> Result<StatusCode, ApiError> {
    if was_there {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::Web(Error::NotFound))
    }
}

/// Attempts at a change that reads, checks and writes. If others change the same resource in
/// between, it is retried with the newest state, unless the program sent `if-match`.
struct Attempts(u32);

impl Attempts {
    fn allowed_by(headers: &HeaderMap) -> Self {
        Self(if headers.contains_key(IF_MATCH) {
            1
        } else {
            10
        })
    }

    fn should_retry<T>(&mut self, tried: &Result<T, ApiError>) -> bool {
        self.0 -= 1;
        self.0 > 0 && matches!(tried, Err(ApiError::PreconditionFailed))
    }
}

fn change_error(why: EditError) -> ApiError {
    match why {
        EditError::Stale => ApiError::PreconditionFailed,
        EditError::Gone => ApiError::Web(Error::NotFound),
        EditError::Database(error) => ApiError::Web(error.into()),
    }
}
