//! Everything that pages are made of, on one page and in all its states, drawn by the functions
//! that draw it on the pages. It is there where the site is being built, and in the demo.

mod components;
mod handlers;
mod samples;

use crate::AppState;
use crate::web::Routes;

/// The routes of this feature.
pub fn routes() -> Routes<AppState> {
    Routes::new().get(handlers::show)
}
