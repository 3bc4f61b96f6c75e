//! Pages of a member.

mod handlers;
mod queries;

use crate::AppState;
use crate::web::Routes;

pub use queries::owner;

/// The routes of this feature.
pub fn routes() -> Routes<AppState> {
    Routes::new().get(handlers::show)
}
