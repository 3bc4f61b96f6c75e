//! What somebody chose for the device in their hands, not for their account: light or dark,
//! whether keys are shortcuts, and whether pages are kept on it to be read without the
//! network. It is in a cookie, so that the first byte of a page says it already. And what a
//! device needs to hold the site beside its apps.

mod choice;
mod components;
mod handlers;
mod install;

use crate::AppState;
use crate::web::Routes;

pub use choice::{Device, MARK, Theme};
pub use components::{settings, switch};

/// The routes of this feature.
pub fn routes() -> Routes<AppState> {
    Routes::new().post(handlers::theme).post(handlers::device)
}

/// What is the same for everybody.
pub fn for_everybody() -> Routes<AppState> {
    Routes::new().get(install::offline)
}

/// What a browser wants where the site is installed.
pub fn installed() -> Routes<AppState> {
    Routes::new().get(install::manifest).get(install::worker)
}
