//! Reads watchlists, in the shape that is shown.

mod content;
mod entries;
mod films;
mod marks;
mod owner;
mod summary;

pub use content::{PickedFilm, WatchlistContent, load_content};
pub use entries::{
    ENTRIES_PER_PAGE, WatchlistEntry, WatchlistPage, find_entry, list_entries, movies_with_page,
    pick_entry,
};
pub use films::{IMPORT_LIST_COLUMNS, ImportListFilm, Release, all_films, releases};
pub use marks::{MovieMark, MovieMarks, is_on_watchlist, marks_of};
pub use owner::{WatchlistOwner, find_watchlist_owner, watchlist_version};
pub use summary::{FilterChoice, WatchlistSummary, summarize};
