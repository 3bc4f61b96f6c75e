//! Reviews: logging, editing, deleting and undoing; the feed and the diaries; and the
//! one policy that says what a viewer may see of them.

mod about;
pub mod commands;
pub mod completion;
pub mod components;
mod cursor;
mod filter;
mod form;
mod handlers;
mod lists;
pub mod policy;
pub mod queries;
pub mod tally;

use crate::AppState;
use crate::web::Routes;

pub use commands::month_key;
pub use cursor::Cursor;
pub use filter::{Filter, Wanted};
pub use form::{NewReview, RawFilm, RawReview, Viewing, is_key, mint_key, ticked};
pub use lists::Lists;
pub use queries::{Entry, List, Merge, Scope};

/// The routes of this feature.
pub fn routes() -> Routes<AppState> {
    use handlers::{delete, edit, feed, film, log, members};
    Routes::new()
        .get(feed::show)
        .get(log::new)
        .get(edit::show)
        .get(edit::form)
        .get(film::show)
        .post(film::update)
        .get(delete::list)
        .post(delete::create)
        .post(delete::undo)
        .post(members::set_visibility)
        .post(members::delete_account)
        .post(members::disable)
        .post(members::enable)
}

/// Those that take comments: 10,000 characters of four bytes each weigh three times as much
/// percent-encoded.
pub fn long_texts() -> Routes<AppState> {
    use handlers::{edit, log};
    Routes::new().post(log::create).post(edit::update)
}
