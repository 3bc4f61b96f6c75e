//! The members, and the page of each: their diary as a list, by rating, as a history, and in
//! numbers.

mod about;
pub mod components;
mod embed;
mod handlers;
mod look;
mod queries;

use crate::AppState;
use crate::web::Routes;

pub use look::{Looked, UNRATED, View, month_name};
pub use queries::{Owner, owner};

/// The routes of this feature.
pub fn routes() -> Routes<AppState> {
    Routes::new()
        .get(handlers::list::show)
        .get(handlers::profile::show)
}

/// What other sites show of a diary: the same for everybody.
pub fn embeds() -> Routes<AppState> {
    Routes::new().get(embed::handlers::show)
}
