//! Reads what is a member’s, page by page, as the items of an export. No page holds a connection
//! while a slow browser takes its time.

mod account;
mod corrections;
mod films;
mod movies;
mod reviews;
mod waiting;

pub use account::{goals, head, settings};
pub use corrections::{corrections_after, count_pictures, pictures_after};
pub use films::{entries_after, lists_after, watchlist_after};
pub use reviews::{ReviewOrder, deleted_reviews_after, reviews_after};
pub use waiting::waiting_after;

use std::collections::HashMap;

use crate::catalog::MovieId;
use crate::transfer::archive_items::MovieItem;

/// Rows that are read at once.
const PAGE_ROWS: u64 = 500;

/// Where to go on after a page: the cursor of its last row. `None` if the page was not full, since
/// nothing follows then.
fn next_cursor<R, C>(rows: &[R], cursor_of: impl Fn(&R) -> C) -> Option<C> {
    let is_full = rows.len() as u64 == PAGE_ROWS;
    rows.last().filter(|_| is_full).map(cursor_of)
}

/// Takes a movie out of those that were read for a page. A movie is deleted only when nothing names
/// it, so it is there.
fn movie_of(movies: &HashMap<MovieId, MovieItem>, id: MovieId) -> MovieItem {
    movies.get(&id).cloned().unwrap_or_default()
}
