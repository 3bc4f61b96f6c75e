//! The movies that are here, the page of each, and suggestions while one types.

mod components;
mod handlers;

use crate::AppState;
use crate::web::Routes;

/// The routes of this feature.
pub fn routes() -> Routes<AppState> {
    Routes::new()
        .get(handlers::list)
        .get(handlers::show)
        .get(handlers::suggest)
        .get(handlers::find)
        .post(handlers::undo_merge)
}
