//! Pages of a member.

mod about;
mod embed;
mod handlers;
mod queries;

use crate::AppState;
use crate::web::Routes;

pub use queries::owner;

/// The routes of this feature.
pub fn routes() -> Routes<AppState> {
    Routes::new().get(handlers::show)
}

/// What other sites show of a diary: the same for everybody.
pub fn embeds() -> Routes<AppState> {
    Routes::new().get(embed::handlers::show)
}
