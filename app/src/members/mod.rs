//! The members, and the page of each: their diary as a list, by rating, as a history, and in
//! numbers.

mod components;
mod handlers;
mod look;
mod queries;

use crate::AppState;
use crate::web::Routes;

/// The routes of this feature.
pub fn routes() -> Routes<AppState> {
    Routes::new()
        .get(handlers::list::show)
        .get(handlers::profile::show)
}
