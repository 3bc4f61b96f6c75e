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

use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode};

use super::problem::Refusal;
use crate::diary::commands::NotChanged;
use crate::web::Error;

/// What is told of something that was to end: that it did, or that it was not there.
fn ended(was_there: bool) -> Result<StatusCode, Refusal> {
    match was_there {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Refusal::Error(Error::NotFound)),
    }
}

/// How often a change is made of the newest state, where others change it meanwhile, and the
/// program has not said which one it is made of.
struct Tries(u32);

impl Tries {
    fn of(headers: &HeaderMap) -> Self {
        Self(if headers.contains_key(IF_MATCH) {
            1
        } else {
            10
        })
    }

    /// Whether to try again what was `tried`: others were faster.
    fn go_on<T>(&mut self, tried: &Result<T, Refusal>) -> bool {
        self.0 -= 1;
        self.0 > 0 && matches!(tried, Err(Refusal::Stale))
    }
}

/// What a program is told of a change that was not saved.
fn unchanged(why: NotChanged) -> Refusal {
    match why {
        NotChanged::Stale => Refusal::Stale,
        NotChanged::Gone => Refusal::Error(Error::NotFound),
        NotChanged::Database(error) => Refusal::Error(error.into()),
    }
}
