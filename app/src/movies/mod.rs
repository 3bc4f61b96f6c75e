//! The movies that are here, the page of each, correcting them, and suggestions while one
//! types.

mod about;
pub mod commands;
pub mod components;
mod form;
mod handlers;
mod queries;

use axum::extract::DefaultBodyLimit;

use crate::AppState;
use crate::posters::ORIGINAL;
use crate::web::Routes;

pub use components::correction::unfit;
pub use form::RawCorrection;
pub use queries::{Sheet, Sheets, find_to_correct, may_know, place};

/// What a form weighs besides the file in it.
const AROUND: usize = 64 * 1024;

/// The routes of this feature.
pub fn routes() -> Routes<AppState> {
    use handlers::{correction, films, find, list, poster, show};
    Routes::new()
        .get(list::show)
        .get(show::show)
        .get(films::of_person)
        .get(films::of_genre)
        .get(find::suggest)
        .get(find::find)
        .get(poster::waiting)
        .post(poster::sync)
        .get(correction::show)
        .post(correction::update)
        .post(correction::undo)
        .post(show::undo_merge)
}

/// The routes that take files.
pub fn uploads() -> Routes<AppState> {
    Routes::new()
        .post(handlers::poster::create)
        .map(|router| router.layer(DefaultBodyLimit::max(ORIGINAL + AROUND)))
}
