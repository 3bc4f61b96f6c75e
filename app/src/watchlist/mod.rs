//! Watchlists: the films that members want to see. Logging a film takes it off.

pub mod commands;
pub mod components;
pub mod film_list;
mod follow;
pub(crate) mod handlers;
pub mod form;
mod page_cache;
mod params;
pub mod policy;
pub mod queries;

pub use follow::WatchlistFollower;
pub use page_cache::WatchlistPageCache;
pub use params::{WatchlistFilter, WatchlistOrder, WatchlistView};
