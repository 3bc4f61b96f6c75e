//! Reviews: logging, editing, deleting and restoring them, the feed and the diaries, and the
//! policy that decides which reviews a viewer may see.

pub mod commands;
pub mod completion;
pub mod components;
mod cursor;
mod filter;
mod follow;
mod form;
mod diary_pages;
pub(crate) mod handlers;
mod index;
mod merged_entries;
mod page_cache;
mod page_meta;
pub mod policy;
pub mod queries;
pub mod tally;

pub use commands::month_key;
pub use cursor::{Cursor, InvalidCursor};
pub use diary_pages::{DiaryPages, DiarySelection, FilmPageCache, SelectedFilms, SelectedReviews};
pub use filter::{Filter, RatingFilter};
pub use follow::{DiaryChange, DiaryFollower, DiaryWriter, FollowNotice, ReviewRef};
pub use form::{
    NewReview, RawMovie, RawReview, Viewing, before_release, checkbox_value, is_form_key,
    new_form_key,
};
pub use index::{DiaryIndexCache, DiaryOrder, SelectionTotals, TextMatches, WatchedFilm};
pub use merged_entries::MergedEntries;
pub use page_cache::EntryPageCache;
pub use queries::{DiaryFilm, Entry, EntryPage, ListScope, Merge};
